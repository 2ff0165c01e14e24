"""Every text has its English, with the same blanks to fill in, and every refusal is among the texts."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

import app
from app.errors import Refused

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
BLANK = re.compile(r"%\(\w+\)[a-z]|%[sd]")
VIETNAMESE = re.compile(r"[^\W\d_a-zA-Z]")
"""A letter that English does not have."""
STAYS_VIETNAMESE = (
    "Ký Duyệt",
    "Các cột cần có: ",
    "Cột cần có: ",
    "Mỗi dòng một giáo viên, một môn và các lớp",
    "Thêm cột ",
    "Thêm các tuần còn thiếu, hoặc ghi cột Học kỳ",
    "Định dạng cột Lớp",
    "Cất bản bị sửa vào thư mục",
    "Cất vào thư mục",
    "Các hồ sơ này được lưu trước khi có thư mục Hạn chế",
    "Thư mục “Hạn chế”",
)
"""How the texts begin that keep some: the product's name, the headings which a school's lists must have, and
folders that have their names in the storage."""
NOT_IMPORTED = re.compile(r"app\.(__main__|migrations)\b")
"""Modules that act when they are imported."""


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def refusals() -> list[type[Refused]]:
    for module in walk_packages(app.__path__, "app."):
        if not NOT_IMPORTED.match(module.name):
            import_module(module.name)
    return [each for each in heirs(Refused) if each.__module__.startswith("app.") and hasattr(each, "detail")]


def heirs(kind: type[Refused]) -> Iterator[type[Refused]]:
    for heir in kind.__subclasses__():
        yield heir
        yield from heirs(heir)


def texts(message: Message) -> tuple[list[str], list[str]]:
    """Return the forms of the source and of the translation, one for most texts, two for plurals."""
    source = [message.id] if isinstance(message.id, str) else list(message.id)
    translation = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return source, translation


def test_the_catalogue_has_the_texts_that_are_marked_and_no_others(english: Catalog) -> None:
    ways = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    marked = {
        found[2]
        for folder in ("app", "templates")
        for found in extract_from_dir(ROOT / folder, ways, keywords=keywords)
    }
    assert {message.id for message in english if message.id} == marked


def test_every_text_is_translated(english: Catalog) -> None:
    assert [message.id for message in english if message.id and not all(texts(message)[1])] == []


def test_no_translation_is_a_guess(english: Catalog) -> None:
    assert [message.id for message in english if message.id and message.fuzzy] == []


def test_a_translation_has_the_blanks_of_its_source(english: Catalog) -> None:
    assert [message.id for message in english if message.id and blanks_differ(message)] == []


def test_a_translation_is_not_vietnamese(english: Catalog) -> None:
    left = [message.id for message in english if VIETNAMESE.search(" ".join(texts(message)[1]))]
    assert [text for text in left if not str(text).startswith(STAYS_VIETNAMESE)] == []


def test_every_refusal_says_in_both_languages_what_is_wrong_and_what_to_do(
    english: Catalog, refusals: list[type[Refused]]
) -> None:
    sentences = {sentence for refusal in refusals for sentence in (refusal.detail, refusal.hint)}
    assert len(sentences) > len(refusals) > 50
    assert [each for each in sentences if not VIETNAMESE.search(each)] == []
    assert [each for each in sentences if not (english.get(each) and english[each].string)] == []


def blanks_differ(message: Message) -> bool:
    source, translation = texts(message)
    wanted = set(BLANK.findall(source[-1]))
    return any(set(BLANK.findall(text)) != wanted for text in translation)
