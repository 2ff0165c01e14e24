"""Writes stacks of lines beside each other into a Word document, as tables without borders."""

from itertools import groupby

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from app.papers.paper import Align
from app.papers.stacks import Gap, Layer, Line, Stack
from app.papers.typeface import face, wrap
from app.papers.word_tables import add_table, separate
from app.papers.word_xml import make_rule
from app.pdf.text import clean
from app.pdf.typeface import text_width

_NOTHING = Pt(0)
_NO_ROOM = (0.0, 0.0)


def write_layers(document: Document, layers: list[Layer], width: float) -> None:
    """Write layers below one another, each `width` points wide."""
    for shares, alike in groupby(layers, key=_shares):
        group = list(alike)
        table = add_table(document, len(group), [share * width for share in shares], _NO_ROOM)
        for row, layer in zip(table.rows, group, strict=True):
            for cell, (share, stack) in zip(row.cells, layer, strict=True):
                _write_stack(cell, stack, share * width)
        separate(document)


def _shares(layer: Layer) -> list[float]:
    return [share for share, _ in layer]


def _write_stack(cell: _Cell, stack: Stack, width: float) -> None:
    above = 0.0
    paragraph = _tight(cell.paragraphs[0])
    for number, part in enumerate(stack):
        if isinstance(part, Gap):
            above += part.height
            continue
        if number:
            paragraph = _tight(cell.add_paragraph())
        _write_line(paragraph, part)
        paragraph.paragraph_format.space_before, above = Pt(above), 0.0
        if part.rule:
            make_rule(_tight(cell.add_paragraph()), Pt((width - _rule_length(part, width)) / 2))
    if above:
        _tight(cell.add_paragraph()).paragraph_format.space_before = Pt(above)


def _tight(paragraph: Paragraph) -> Paragraph:
    paragraph.paragraph_format.space_after = _NOTHING
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _write_line(paragraph: Paragraph, line: Line) -> None:
    centred = line.align is Align.CENTRE
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(clean(line.text))
    run.bold, run.italic, run.font.size = line.bold, line.italic, Pt(line.size)


def _rule_length(line: Line, width: float) -> float:
    font = face(bold=line.bold, italic=line.italic)
    return line.rule * text_width(wrap(line.text, font, line.size, width)[-1], font, line.size)
