"""Page and styles of a Word document: A4, margins, Times New Roman, numbers in the margins."""

from typing import cast

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from app.papers import margins
from app.papers.paper import OfficialPaper
from app.papers.word_xml import add_field
from app.pdf.text import clean

LANGUAGE = "vi-VN"

_FONT = "Times New Roman"
_HEADINGS = ("Heading 1", "Heading 2")
_FACES = ("ascii", "hAnsi", "eastAsia", "cs")
_BLACK = RGBColor(0, 0, 0)
_GREY = RGBColor(0x59, 0x59, 0x59)
_EDGE = Mm(10)


def set_up_styles(document: Document) -> None:
    """Set body and headings in black Times New Roman, and the language to Vietnamese."""
    document.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), LANGUAGE)
    body = _set_up_style(document, "Normal")
    body.paragraph_format.line_spacing = 1.0
    for name in _HEADINGS:
        heading = _set_up_style(document, name)
        heading.paragraph_format.space_before = Pt(margins.PARAGRAPH_GAP)
    heading_1 = cast("ParagraphStyle", document.styles[_HEADINGS[0]])
    heading_1.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _set_up_style(document: Document, name: str) -> ParagraphStyle:
    style = cast("ParagraphStyle", document.styles[name])
    style.font.name = _FONT
    style.font.size = Pt(margins.BODY)
    style.font.color.rgb = _BLACK
    style.paragraph_format.space_after = Pt(margins.PARAGRAPH_GAP)
    # A theme's font would win over the one that was just named.
    fonts = style.element.rPr.rFonts
    fonts.attrib.clear()
    for face in _FACES:
        fonts.set(qn(f"w:{face}"), _FONT)
    return style


def set_up_page(section: Section, paper: OfficialPaper) -> float:
    """Set format, margins, page number and foot; return the width between the margins in points."""
    short, long = map(Mm, margins.PAGE_MM)
    section.page_width, section.page_height = (long, short) if paper.landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin = Mm(margins.LEFT_MM), Mm(margins.RIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(margins.TOP_MM), Mm(margins.BOTTOM_MM)
    section.header_distance = section.footer_distance = _EDGE
    width = section.page_width - section.left_margin - section.right_margin
    section.different_first_page_header_footer = True
    _write_number(section.header.paragraphs[0])
    for foot in (section.first_page_footer, section.footer):
        _write_foot(foot.paragraphs[0], paper, width)
    return width / Pt(1)


def _write_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_field(paragraph, "PAGE")


def _write_foot(paragraph: Paragraph, paper: OfficialPaper, width: int) -> None:
    paragraph.style = "Normal"
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    runs = (
        paragraph.add_run(f"{clean(paper.code)}\tTrang "),
        add_field(paragraph, "PAGE"),
        paragraph.add_run("/"),
        add_field(paragraph, "NUMPAGES"),
    )
    for run in runs:
        run.font.size, run.font.color.rgb = Pt(margins.FOOT), _GREY
