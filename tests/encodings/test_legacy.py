"""Old encodings: TCVN3 and VNI become Unicode, and nothing that was right becomes nonsense."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.encodings import tcvn3, vni
from app.encodings.legacy import Converted, encoding_of, in_unicode
from app.encodings.syllables import is_syllable

TCVN3_BYTES = {unicodedata.normalize("NFC", meant): chr(code) for code, meant in tcvn3._TABLE.items()}
VNI_PAIRS = {meant: coded for coded, meant in vni._TABLE.items()}
SCHOOL_WORDS = """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Văn Thị Hữu Đức Ngọc Quỳnh
    Thuỷ Phượng Khuê Uyên Hằng Cường Dũng Hưng Giang Nghĩa Trường Tiểu học Tổ chuyên môn Toán Tiếng Việt
    Lịch sử Địa lí Giáo dục công dân Kế hoạch bài dạy Họ và tên chức vụ Hiệu trưởng Ánh Yến Oanh Khoa
    Quý Quốc Thoại Loan Xuân Bằng Tuấn Kiệt Phúc Lộc Thạch Mỹ Hạnh Nhân Kiều Diễm Thơ Lượng Khương Kỳ Sỹ
    Thuận Huệ Lưỡng Lẫm Rẫy Bẵng
"""
WORDS = sorted(set(SCHOOL_WORDS.split()))
OTHERS = """
    élève école où goût théâtre forêt île août tôt dû né été Noël naïf maïs Thaïs Loïc André François
    Hélène Chloë Zoé Gaël Saül à là déjà père mère hôtel château bientôt « Bonjour » l’été Straße Müller
    señor coração più 10 µm n° 5 § 3 m² café© Microsoft® 2½ x² a·b Québec Œuvre FRANÇAIS NOËL ÉLÈVE À
    l'école
"""

vietnamese_texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
cased_texts = vietnamese_texts.flatmap(
    lambda text: st.sampled_from([text, text.upper(), text.title(), text.lower()])
)


def in_tcvn3(text: str) -> str:
    """Write text as the fonts .Vn… want it; capitals with a tone have no code of their own."""
    small = "".join(letter if letter in TCVN3_BYTES else letter.lower() for letter in text)
    kept = (old if old.isascii() else new for old, new in zip(text, small, strict=True))
    return "".join(TCVN3_BYTES.get(letter, letter) for letter in kept)


@settings(deadline=None)
@given(st.lists(cased_texts, min_size=1, max_size=6))
def test_right_vietnamese_is_never_changed(texts: list[str]) -> None:
    assert in_unicode(texts) == [Converted(text) for text in texts]


@settings(deadline=None)
@given(st.lists(st.sampled_from(OTHERS.split()), min_size=1, max_size=8))
def test_other_languages_and_signs_are_never_changed(texts: list[str]) -> None:
    assert in_unicode([*texts, " ".join(texts)])[:-1] == [Converted(text) for text in texts]


@settings(deadline=None)
@given(vietnamese_texts)
def test_what_was_typed_in_tcvn3_comes_back_as_it_was_meant(text: str) -> None:
    known = "NguyÔn ThÞ"

    converted = in_unicode([known, in_tcvn3(text)])[1]

    assert converted.text.lower() == text.lower()
    assert converted.encoding == ("" if text.isascii() else "TCVN3")


@settings(deadline=None)
@given(vietnamese_texts)
def test_what_was_typed_in_vni_comes_back_as_it_was_meant(text: str) -> None:
    typed = "".join(VNI_PAIRS.get(letter, letter) for letter in text)

    assert in_unicode(["Nguyeãn", typed])[1].text == text


@settings(deadline=None)
@given(vietnamese_texts)
def test_right_vietnamese_beside_tcvn3_never_becomes_nonsense(text: str) -> None:
    beside = in_unicode(["TrÇn V¨n", text])[1]

    assert all(is_syllable(word) for word in beside.text.split())
    assert beside.text == text or all(ord(letter) < 256 for letter in text)


@settings(deadline=None)
@given(st.lists(st.text()))
def test_any_text_is_answered_composed(texts: list[str]) -> None:
    assert all(unicodedata.is_normalized("NFC", each.text) for each in in_unicode(texts))


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_a_school_is_a_syllable(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    ["Hïng", "NguyÔn", "élève", "Toỏn", "Bỡnh", "tot", "ngaa", "frère", "x", "đđ", "leõ", "muợn", "thóai"],
)
def test_what_is_no_vietnamese_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("NguyÔn V¨n A", "Nguyễn Văn A"),
        ("Lª ThÞ H\u00adêng", "Lê Thị Hường"),
        ("§ç Hïng D\u00f2ng", "Đỗ Hùng Dũng"),
        ("TRÇN V¡N B", "TRẦN VĂN B"),
        ("TrÇn V¨n §¾k (sinh 1980)", "Trần Văn Đắk (sinh 1980)"),
        ("Nguyeãn Vaên A", "Nguyễn Văn A"),
        ("Leâ Thò Hoàng Tröôøng", "Lê Thị Hồng Trường"),
        ("HOÏ VAØ TEÂN", "HỌ VÀ TÊN"),
        ("Ñaëng Quyønh Nhö", "Đặng Quỳnh Như"),
    ],
)
def test_names_in_old_fonts_are_read(typed: str, meant: str) -> None:
    assert in_unicode([typed])[0].text == meant


def test_short_words_follow_those_beside_them() -> None:
    assert [each.text for each in in_unicode(["TrÇn V¨n", "Dòng", "Hïng"])] == ["Trần Văn", "Dũng", "Hùng"]


@pytest.mark.parametrize("beside", ["Nguyễn", "Bình", "Hà"])
def test_a_short_word_that_means_something_both_ways_stays_where_others_are_unicode(beside: str) -> None:
    dung = in_unicode(["TrÇn V¨n", beside, "Dòng"])[2]

    assert dung == Converted("Dòng", doubt="TCVN3")


def test_each_text_that_tells_its_encoding_is_read_in_it() -> None:
    mixed = ["NguyÔn V¨n Hïng", "Leâ Thò Hoa", "Trần Văn Bình"]

    assert [(each.text, each.encoding) for each in in_unicode(mixed)] == [
        ("Nguyễn Văn Hùng", "TCVN3"),
        ("Lê Thị Hoa", "VNI"),
        ("Trần Văn Bình", ""),
    ]


def test_a_word_of_two_old_encodings_is_read_in_the_one_beside_it() -> None:
    assert in_unicode(["Thuû"]) == [Converted("Thuû")]
    assert in_unicode(["NguyÔn", "Thuû"])[1].text == "Thuỷ"
    assert in_unicode(["Nguyeãn", "Thuû"])[1].text == "Thủ"


def test_a_column_of_its_own_follows_the_sheet_only_where_it_is_no_vietnamese() -> None:
    assert [each.text for each in in_unicode(["Tæ 1", "Dòng"], encoding_of(["NguyÔn"]))] == ["Tổ 1", "Dòng"]


def test_the_table_of_tcvn3_has_every_small_letter_with_marks_once() -> None:
    letters = {letter for letter in "".join(WORDS).lower() if not letter.isascii()}

    assert len(set(tcvn3._TABLE.values())) == 74
    assert letters <= set(tcvn3._TABLE.values())


def test_every_pair_of_vni_is_one_letter() -> None:
    assert {len(meant) for meant in vni._PAIRS.values()} == {1}
