"""Letters from templates, in the language of whoever reads them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Letter:
    """What is written to one person, as plain text."""

    subject: str
    body: str


def write(name: str, language: str, **values: object) -> Letter:
    """Return the letter of the template `templates/notices/<name>.txt`: its first line is the subject."""
    text = _environment(language).get_template(f"{name}.txt").render(**values)
    subject, _, body = text.partition("\n")
    return Letter(subject.strip(), body.strip() + "\n")


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_ROOT / "templates" / "notices"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 -- plain text
    )
    translations = Translations.load(_ROOT / "app" / "translations", [language])
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    return environment
