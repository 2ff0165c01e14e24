"""Official papers as Word documents: real tables, margins, counted pages, and the same bytes twice."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Length

from app.papers.paper import Bullets, Column, Fields, Heading, OfficialPaper, Run, Table, Text
from app.papers.word import as_docx
from tests.papers import examples

Make = Callable[[], OfficialPaper]
EVERY = pytest.mark.parametrize("make", examples.ALL.values(), ids=examples.ALL.keys())


def written(paper: OfficialPaper) -> WordDocument:
    return Document(io.BytesIO(as_docx(paper)))


def words_of(document: WordDocument) -> str:
    texts = document.element.body.iter(qn("w:t"))
    return " ".join("\n".join(text.text or "" for text in texts).split())


def millimetres(*lengths: Length | None) -> tuple[int, ...]:
    return tuple(round(length.mm) for length in lengths if length is not None)


def instructions_of(element: object) -> list[str]:
    fields = element.iter(qn("w:fldSimple"))  # type: ignore[attr-defined]
    return [field.get(qn("w:instr")) for field in fields]


@EVERY
def test_every_paper_says_in_word_what_it_says_as_pdf(make: Make) -> None:
    paper = make()
    words = words_of(written(paper))
    letterhead = ("ỦY BAN NHÂN DÂN XÃ AN BÌNH", "TRƯỜNG TIỂU HỌC A", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    for text in (*letterhead, paper.title, paper.subject, paper.number, paper.dated):
        assert text in words
    for signature in paper.signatures:
        assert signature.name in words


@EVERY
def test_the_same_paper_gives_the_same_bytes(make: Make) -> None:
    assert as_docx(make()) == as_docx(make())


def test_the_page_is_a4_with_the_margins_of_the_decree() -> None:
    section = written(examples.school_rules()).sections[0]
    assert millimetres(section.page_width, section.page_height) == (210, 297)
    assert millimetres(section.left_margin, section.right_margin) == (30, 15)
    assert millimetres(section.top_margin, section.bottom_margin) == (20, 20)


def test_a_paper_across_is_wider_than_high() -> None:
    section = written(examples.correction_summary()).sections[0]
    assert millimetres(section.page_width, section.page_height) == (297, 210)


def test_word_counts_the_pages_itself_and_leaves_the_first_without_a_number() -> None:
    section = written(examples.school_rules()).sections[0]
    assert section.different_first_page_header_footer
    assert instructions_of(section.first_page_header.part.element) == []
    assert instructions_of(section.header.part.element) == ["PAGE"]
    for foot in (section.first_page_footer, section.footer):
        assert instructions_of(foot.part.element) == ["PAGE", "NUMPAGES"]
        assert foot.paragraphs[0].text.startswith("THA-QC-2026")


def test_body_and_headings_are_black_times_new_roman_without_a_theme() -> None:
    document = written(examples.school_rules())
    for name in ("Normal", "Heading 1", "Heading 2"):
        element = document.styles[name].element
        fonts = element.rPr.rFonts
        assert {fonts.get(qn(f"w:{key}")) for key in ("ascii", "hAnsi", "cs", "eastAsia")} == {
            "Times New Roman"
        }
        assert fonts.get(qn("w:asciiTheme")) is None
        assert element.rPr.find(qn("w:color")).get(qn("w:val")) == "000000"


def test_the_language_is_vietnamese() -> None:
    document = written(examples.school_rules())
    assert document.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "vi-VN"
    assert document.core_properties.language == "vi-VN"


def test_properties_name_paper_and_school_and_the_time_it_was_made() -> None:
    properties = written(examples.handover_minutes()).core_properties
    assert properties.title == "BIÊN BẢN Bàn giao hồ sơ, sổ sách khi chuyển công tác"
    assert properties.author == "Trường Tiểu học A"
    assert properties.created == datetime(2026, 11, 20, 7, 3, 27, tzinfo=UTC)
    assert properties.comments == ""


def test_chapters_and_articles_are_headings_that_word_lists() -> None:
    headings = [
        (paragraph.style.name, paragraph.text)
        for paragraph in written(examples.school_rules()).paragraphs
        if paragraph.style and str(paragraph.style.name).startswith("Heading")
    ]
    assert headings[:2] == [
        ("Heading 1", "Chương I\nQUY ĐỊNH CHUNG"),
        ("Heading 2", "Điều 1. Phạm vi và đối tượng áp dụng"),
    ]
    assert len(headings) == 6


def test_a_table_is_a_real_one_whose_head_is_repeated() -> None:
    tables = written(examples.school_rules()).tables
    (table,) = [table for table in tables if table.style and table.style.name == "Table Grid"]
    assert [cell.text for cell in table.rows[0].cells][:2] == ["STT", "Hồ sơ"]
    assert len(table.rows) == 25
    rows = list(written(examples.school_rules()).element.body.iter(qn("w:tr")))
    repeated = [row for row in rows if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
    assert len(repeated) == 1


def test_no_row_is_torn_between_pages() -> None:
    rows = list(written(examples.handover_minutes()).element.body.iter(qn("w:tr")))
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_the_properties_of_a_table_stand_in_the_order_of_the_standard() -> None:
    for properties in written(examples.handover_minutes()).element.body.iter(qn("w:tblPr")):
        names = [child.tag.rpartition("}")[2] for child in properties]
        order = ["tblStyle", "tblW", "tblInd", "tblLayout", "tblCellMar", "tblLook"]
        assert names == [name for name in order if name in names]
        assert "tblCellMar" in names


def test_two_tables_never_touch() -> None:
    for make in examples.ALL.values():
        children = list(written(make()).element.body)
        tables = [child.tag == qn("w:tbl") for child in children]
        assert not any(first and second for first, second in pairwise(tables))
        assert not tables[-2]


def test_foreign_text_stays_text_and_loses_what_xml_cannot_hold() -> None:
    nasty = "Lớp <w:b/> & \"5B\"\x0b\x00\ud800 'x'"
    blocks = (
        Text(nasty),
        Heading(nasty),
        Bullets(((Run(nasty, bold=True), Run("y", italic=True)),)),
        Fields(((nasty, nasty),)),
        Table((Column(nasty),), ((nasty,),)),
    )
    paper = replace(examples.laptop_list(), blocks=blocks, note=nasty, code=nasty, recipients=(nasty,))
    assert words_of(written(paper)).count("Lớp <w:b/> & \"5B\" 'x'") + 1 >= 8


def test_what_has_no_value_and_what_has_no_rows() -> None:
    blocks = (Fields((("Đơn vị", ""),)), Fields((("Lý do", "nhầm"),)), Table((Column("Tên"),), ()))
    words = words_of(written(replace(examples.laptop_list(), blocks=blocks)))
    assert "Đơn vị" not in words
    assert "Lý do: nhầm" in words
    assert "Không có." in words
