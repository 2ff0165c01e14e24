"""Writes an official paper as DOCX, for drafts that an office goes on editing."""

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from app.papers import margins
from app.papers.columns import column_widths, label_width
from app.papers.paper import (
    Align,
    Block,
    Bullets,
    Fields,
    Heading,
    OfficialPaper,
    Run,
    Table,
    Text,
    Words,
    runs_of,
)
from app.papers.stacks import closing, letterhead
from app.papers.steady import steady
from app.papers.word_page import LANGUAGE, set_up_page, set_up_styles
from app.papers.word_stacks import write_layers
from app.papers.word_tables import RULED, add_table, repeat_head, separate
from app.papers.word_xml import make_rule
from app.pdf.text import clean

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_ALIGNMENTS = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_RULE_SHARE = 0.2
_DASH_MM = 4
_LAST = 2
"""Paragraphs of the text that go with the signatures."""


def as_docx(paper: OfficialPaper) -> bytes:
    """Return `paper` as a Word document on A4, dated `made_at`."""
    document = Document()
    _write_properties(document, paper)
    set_up_styles(document)
    width = set_up_page(document.sections[0], paper)
    write_layers(document, letterhead(paper), width)
    _add_gap(document, margins.TITLE_GAP)
    _write_titles(document, paper, width)
    for block in paper.blocks:
        _write_block(document, block, width)
    _keep_with_signatures(document)
    _add_gap(document, margins.CLOSING_GAP)
    write_layers(document, closing(paper), width)
    written = BytesIO()
    document.save(written)
    return steady(written.getvalue())


def _write_properties(document: WordDocument, paper: OfficialPaper) -> None:
    properties = document.core_properties
    properties.title = clean(paper.name)
    properties.author = clean(paper.letterhead.school)
    properties.language = LANGUAGE
    properties.comments = ""
    # The library takes the hour as it is and calls it UTC.
    properties.created = properties.modified = paper.made_at.astimezone(UTC)


def _keep_with_signatures(document: WordDocument) -> None:
    """Hold the last words on the page of the signatures, which must not stand on one by themselves."""
    for paragraph in document.paragraphs[-_LAST:]:
        paragraph.paragraph_format.keep_with_next = True


def _add_gap(document: WordDocument, height: float) -> None:
    layout = document.add_paragraph().paragraph_format
    layout.space_after, layout.line_spacing, layout.keep_with_next = Pt(0), Pt(height), True


def _write_titles(document: WordDocument, paper: OfficialPaper, width: float) -> None:
    titles = (
        (Run(paper.title, bold=True), margins.TITLE),
        (Run(paper.subject, bold=True), margins.BODY),
        (Run(paper.note, italic=True), margins.BODY),
    )
    for run, size in titles:
        if run.text:
            paragraph = _add_paragraph(document, (run,), size)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_after = Pt(0)
    rule = document.add_paragraph()
    rule.paragraph_format.space_after = Pt(2 * margins.PARAGRAPH_GAP)
    make_rule(rule, Pt(width * (1 - _RULE_SHARE) / 2))


def _add_paragraph(document: WordDocument, words: Words, size: float = margins.BODY) -> Paragraph:
    paragraph = document.add_paragraph()
    for part in runs_of(words):
        run = paragraph.add_run(clean(part.text))
        run.bold, run.italic, run.font.size = part.bold, part.italic, Pt(size)
    return paragraph


def _write_block(document: WordDocument, block: Block, width: float) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(clean(text), level)
        case Text(words):
            _write_text(document, words)
        case Bullets(items):
            for words in items:
                _write_bullet(document, words)
        case Fields():
            _write_fields(document, block, width)
        case Table():
            _write_table(document, block, width)


def _write_text(document: WordDocument, words: Words) -> None:
    paragraph = _add_paragraph(document, words)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(margins.INDENT_MM)


def _write_bullet(document: WordDocument, words: Words) -> None:
    paragraph = _add_paragraph(document, (Run("-\t"), *runs_of(words)))
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.left_indent = Mm(margins.INDENT_MM + _DASH_MM)
    paragraph.paragraph_format.first_line_indent = Mm(-_DASH_MM)


def _write_fields(document: WordDocument, block: Fields, width: float) -> None:
    pairs = block.filled
    if not pairs:
        return
    labels = label_width(pairs, width)
    table = add_table(document, len(pairs), (labels, width - labels), (0.0, margins.FIELD_ENDS))
    for row, texts in zip(table.rows, pairs, strict=True):
        _write_cells(row.cells, texts, (Align.LEFT, Align.LEFT), size=margins.BODY)
    separate(document)


def _write_table(document: WordDocument, block: Table, width: float) -> None:
    if not block.rows:
        _write_text(document, block.empty)
        return
    aligns = [column.align for column in block.columns]
    room = (margins.CELL_SIDES, margins.CELL_ENDS)
    table = add_table(document, 1 + len(block.rows), column_widths(block, width), room, RULED)
    head, *body = table.rows
    titles = [column.title for column in block.columns]
    _write_cells(head.cells, titles, [Align.CENTRE] * len(titles), bold=True)
    for row, texts in zip(body, block.rows, strict=True):
        _write_cells(row.cells, texts, aligns)
    repeat_head(table)
    separate(document)


def _write_cells(
    cells: Sequence[_Cell],
    texts: Sequence[str],
    aligns: Sequence[Align],
    *,
    size: float = margins.TABLE,
    bold: bool = False,
) -> None:
    for cell, text, align in zip(cells, texts, aligns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = _ALIGNMENTS[align]
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(clean(text))
        run.bold, run.font.size = bold, Pt(size)
