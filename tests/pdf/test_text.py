"""The text of pages: whole words, whatever the fonts they are drawn in, in Unicode and composed."""

import time
import unicodedata

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pdf.text import TextReader, clean
from tests.encodings.test_legacy import VNI_PAIRS, WORDS, in_tcvn3, vietnamese_texts
from tests.pdf.hard import hard
from tests.pdf.lettering import Sheet, in_fonts
from tests.pdf.written import one_page

IN_LINE = ["Hoạt", "động", "khởi", "động", "luyện", "tập", "vận", "dụng", "Kế", "hoạch", "bài", "dạy"]


def text_in(document: bytes) -> str:
    pdf = pdfium.PdfDocument(document)
    reader = TextReader()
    for page in pdf:
        text_page = page.get_textpage()
        reader.take(text_page, str(text_page.get_text_range()))
    pdf.close()
    return reader.text


def in_vni(text: str) -> bytes:
    return "".join(VNI_PAIRS.get(letter, letter) for letter in text).encode("latin-1")


def test_decomposed_letters_are_composed() -> None:
    assert clean(unicodedata.normalize("NFD", "Kế hoạch bài dạy, Đề nghị")) == "Kế hoạch bài dạy, Đề nghị"


def test_what_a_database_cannot_store_is_dropped() -> None:
    assert clean("a\x00b\ud800c\ufffed\x07e") == "abcde"


def test_lines_end_with_one_newline_and_tabs_stay() -> None:
    assert clean("a\r\nb\tc") == "a\nb\tc"


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(WORDS + IN_LINE), st.booleans()), min_size=1, max_size=9),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_words_drawn_in_any_mixture_of_two_fonts_come_back_whole(
    lines: list[list[tuple[str, bool]]], data: st.DataObject
) -> None:
    sheet = Sheet()
    written = []
    for words in lines:
        text = " ".join(word for word, _ in words)
        written.append(text)
        late = data.draw(st.booleans())
        sheet.line(
            text, data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text))), late=late
        )

    # A line drawn late in one font alone comes late, as the content has it.
    assert sorted(text_in(sheet.save()).split("\n")) == sorted(written)


def test_accented_letters_drawn_over_the_gaps_of_another_font_are_read_in_their_words() -> None:
    sheet = Sheet()
    text = "Hoạt động 1: Khởi động – học sinh thảo luận nhóm đôi"
    sheet.line(text, [letter in "ạộởọảậ" for letter in text])

    assert text_in(sheet.save()) == text


def test_columns_are_read_one_after_the_other() -> None:
    sheet = Sheet()
    left, right = ["Hoạt động của giáo viên", "Nêu câu hỏi"], ["Hoạt động của học sinh", "Trả lời"]
    for column, start in ((left, 60.0), (right, 500.0)):
        sheet.y = 800
        for text in column:
            sheet.line(text, [letter in "ạộỏảờ" for letter in text], left=start)

    assert text_in(sheet.save()).split("\n") == [*left, *right]


def test_two_texts_laid_over_each_other_are_not_mixed() -> None:
    sheet = Sheet()
    sheet.plain("Kế hoạch bài dạy tuần 12")
    sheet.line("BẢN SAO KHÔNG CÓ GIÁ TRỊ", [True] * 24, left=63.0)

    text = text_in(sheet.save())

    assert "Kế hoạch bài dạy tuần 12" in text
    assert "BẢN SAO KHÔNG CÓ GIÁ TRỊ" in text


@pytest.mark.parametrize("turned", [0, 90, 180, 270, 30])
def test_turned_text_is_read_along_its_own_line(turned: int) -> None:
    sheet = Sheet()
    text = "Hoạt động vận dụng"
    sheet._canvas.translate(500, 400)
    sheet._canvas.rotate(turned)
    sheet.y = 0
    sheet.line(text, [letter in "ạộậụ" for letter in text])

    assert text_in(sheet.save()) == text


def test_marks_drawn_as_letters_of_their_own_are_put_on_their_letters() -> None:
    sheet = Sheet()
    text = unicodedata.normalize("NFD", "Kế hoạch bài dạy")
    sheet.plain(text)

    assert text_in(sheet.save()) == "Kế hoạch bài dạy"


def test_ligatures_are_read_as_their_letters() -> None:
    font = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >> >>"

    assert text_in(one_page(font, content=b"BT /F 12 Tf 20 50 Td (\\256le \\257ow) Tj ET")) == "file flow"


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [
        ("Ê-đi-", "xơn", "Ê-đi-xơn"),
        ("an exam-", "ple", "an example"),
        ("so\u00adft", "er", "soft\ner"),
        ("năm 2026-", "2027", "năm 2026-\n2027"),
    ],
)
def test_words_divided_at_the_end_of_a_line_are_joined(first: str, second: str, read: str) -> None:
    sheet = Sheet()
    sheet.plain(first)
    sheet.y -= 16
    sheet.plain(second)

    assert text_in(sheet.save()) == read


@settings(deadline=None, max_examples=60)
@given(vietnamese_texts)
def test_text_in_the_fonts_of_tcvn3_is_read_in_unicode(text: str) -> None:
    typed = "Trường mưa " + text

    read = text_in(in_fonts((".VnTime", in_tcvn3(typed).encode("latin-1"))))

    assert read.lower() == typed.lower()


@settings(deadline=None, max_examples=60)
@given(vietnamese_texts)
def test_text_in_the_fonts_of_vni_is_read_in_unicode(text: str) -> None:
    assert text_in(in_fonts(("VNI-Times", in_vni(f"Trường {text}")))) == f"Trường {text}"


@pytest.mark.parametrize("font", [".VnArialH", ".VnTimeH", "ABCDEF+.VnTimeH", ".VnArialH,Bold"])
def test_small_letters_in_a_font_of_capitals_are_capitals(font: str) -> None:
    typed = in_tcvn3("Kế hoạch bài dạy").encode("latin-1")

    assert text_in(in_fonts((font, typed))) == "KẾ HOẠCH BÀI DẠY"


def test_only_the_words_in_an_old_font_are_decoded() -> None:
    typed = in_tcvn3("phép cộng trong phạm vi mười").encode("latin-1")

    read = text_in(in_fonts(("", "Tiết 5, Noël à Thạnh: "), (".VnTime", typed), ("", " – đoạn Ê-đi")))

    assert read == "Tiết 5, Noël à Thạnh: phép cộng trong phạm vi mười – đoạn Ê-đi"


def test_a_font_without_a_telling_name_is_judged_by_what_is_written_in_it() -> None:
    typed = in_tcvn3("Kế hoạch bài dạy, Trường Tiểu học, những ước mơ").encode("latin-1")

    assert text_in(in_fonts(("F1", typed))) == "Kế hoạch bài dạy, Trường Tiểu học, những ước mơ"


@pytest.mark.parametrize("text", ["élève, Noël naïf à Genève", "10 µm, § 3, 2½ × 4 ÷ 2, a·b, café©"])
def test_other_languages_and_signs_stay_as_they_are(text: str) -> None:
    sheet = Sheet()
    sheet.plain(text)

    assert text_in(sheet.save()) == text


def test_a_page_of_very_many_letters_costs_little() -> None:
    sheet = Sheet()
    sheet._canvas.setFont("KyDuyetSerif", 1)
    for row in range(700):
        sheet._canvas.drawString(60, 820 - row, "Hoạt động " * 15)
        sheet._canvas.drawString(61, 820 - row, "ạ ộ " * 5)
    document = sheet.save()

    began = time.process_time()
    text = text_in(document)

    assert time.process_time() - began < 2
    assert "Hoạt động" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "honest-tcvn3",
            "Kế hoạch bài dạy: Trường Tiểu học, những ước mơ tươi đẹp, người thầy giỏi, thư viện",
        ),
        ("mixed-fonts", "Hoạt động 1: Khởi động – khám phá – luyện tập – vận dụng; học sinh"),
    ],
)
def test_the_samples_are_read_in_whole_words(name: str, words: str) -> None:
    assert words in text_in(hard(name))
