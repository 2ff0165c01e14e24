import unicodedata

from app.pdf.text import clean


def test_decomposed_letters_are_composed() -> None:
    assert clean(unicodedata.normalize("NFD", "Kế hoạch bài dạy, Đề nghị")) == "Kế hoạch bài dạy, Đề nghị"


def test_what_a_database_cannot_store_is_dropped() -> None:
    assert clean("a\x00b\ud800c\ufffed\x07e") == "abcde"


def test_lines_end_with_one_newline_and_tabs_stay() -> None:
    assert clean("a\r\nb\tc") == "a\nb\tc"
