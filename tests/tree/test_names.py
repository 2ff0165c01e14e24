"""Names are legal wherever a school's tree may lie, stay telling, and stay unlike their siblings."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.tree.names import LONGEST, distinct, file_name, fold, legal_name

_FORBIDDEN = re.compile(r'["*:<>?/\\|\x00-\x1f\x7f]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\s*\..*)?", re.IGNORECASE)


@given(st.text(max_size=300), st.integers(min_value=12, max_value=LONGEST))
@example("CON", 80)
@example("com1.pdf", 80)
@example("_vti_vti__", 80)
@example("__vti_vti_", 80)
@example("~$Giáo án", 80)
@example(" . ", 80)
@example("e\u0302\u0301" * 100, 80)
@example("𝒜" * 90, 80)
@example("a" * 79 + " .", 80)
@example("con" * 40, 12)
def test_any_text_becomes_a_name_that_every_store_takes(text: str, most: int) -> None:
    name = legal_name(text, most)
    assert 1 <= len(name) <= most
    assert len(name.encode()) <= 255
    assert unicodedata.is_normalized("NFC", name)
    assert not _FORBIDDEN.search(name)
    assert not _DEVICE.fullmatch(name)
    assert name == name.strip(" .")
    assert not name.startswith("~")
    assert "_vti_" not in name.lower()
    assert name.isprintable()


@given(st.text(max_size=300))
def test_a_legal_name_is_left_as_it_is(text: str) -> None:
    assert legal_name(legal_name(text)) == legal_name(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tổ Toán – Tin", "Tổ Toán – Tin"),
        ("Toán/Tiếng Việt", "Toán-Tiếng Việt"),
        ("Đọc: Bài 1?", "Đọc- Bài 1"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("  nhiều   khoảng  trống ", "nhiều khoảng trống"),
        ("aux", "aux-"),
        ("", "Không tên"),
    ],
)
def test_names_keep_their_accents_and_lose_only_what_is_forbidden(text: str, name: str) -> None:
    assert legal_name(text) == name


def test_a_long_name_is_cut_at_the_end_of_a_word() -> None:
    assert legal_name("Kế hoạch bài dạy môn Toán", 20) == "Kế hoạch bài dạy môn"


@given(st.lists(st.text(max_size=120), max_size=4))
def test_a_file_name_ends_in_its_code_however_long_the_title_is(words: list[str]) -> None:
    name = file_name(words, "KD-7F3K-9Q2M-X4TB phiếu ký duyệt.pdf")
    assert name.endswith(" KD-7F3K-9Q2M-X4TB phiếu ký duyệt.pdf")
    assert len(name) <= LONGEST


@given(st.lists(st.text(max_size=90), max_size=12))
def test_siblings_differ_by_more_than_letter_case(texts: list[str]) -> None:
    taken: set[str] = set()
    for text in texts:
        name = distinct(legal_name(text), taken)
        assert fold(name) not in taken
        assert legal_name(name) == name
        taken.add(fold(name))


def test_two_people_of_one_name_are_told_apart() -> None:
    assert distinct("Giáo viên Một", {fold("GIÁO VIÊN MỘT")}) == "Giáo viên Một (2)"
