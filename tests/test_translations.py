"""Every text has its English, with the same blanks to fill in."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent.parent / "app" / "translations"
BLANK = re.compile(r"%\(\w+\)[a-z]|%[sd]")


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def texts(message: Message) -> tuple[list[str], list[str]]:
    """Return the forms of the source and of the translation, one for most texts, two for plurals."""
    source = [message.id] if isinstance(message.id, str) else list(message.id)
    translation = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return source, translation


def test_every_text_is_translated(english: Catalog) -> None:
    assert [message.id for message in english if message.id and not all(texts(message)[1])] == []


def test_no_translation_is_a_guess(english: Catalog) -> None:
    assert [message.id for message in english if message.id and message.fuzzy] == []


def test_a_translation_has_the_blanks_of_its_source(english: Catalog) -> None:
    assert [message.id for message in english if message.id and blanks_differ(message)] == []


def blanks_differ(message: Message) -> bool:
    source, translation = texts(message)
    wanted = set(BLANK.findall(source[-1]))
    return any(set(BLANK.findall(text)) != wanted for text in translation)
