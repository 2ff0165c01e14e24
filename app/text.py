"""Texts that people see, marked where they are written and translated where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def is_writable(text: str) -> bool:
    """Tell whether the database can hold a text: no NUL, and no half of a character (a lone surrogate)."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def N_(message: str) -> str:  # noqa: N802 -- the gettext keyword known to every extraction tool
    """Mark a Vietnamese sentence for the catalogue; the edge (page or API) translates it."""
    return message


@dataclass(frozen=True)
class Phrase:
    """A part of a sentence that is translated with it: a marked message and what it names.

    As a `str` it is Vietnamese.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.values
