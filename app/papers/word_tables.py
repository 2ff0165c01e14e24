"""Tables in a Word document, with the widths, the room and the page breaks that official papers want."""

from collections.abc import Sequence
from typing import cast

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.shared import Pt
from docx.table import Table, _Cell

from app.papers import margins
from app.papers.word_xml import new_element

RULED = "Table Grid"

_NOTHING = Pt(0)
_SEPARATOR = Pt(margins.PARAGRAPH_GAP)
_TWIPS = 20


def add_table(
    document: Document,
    rows: int,
    widths: Sequence[float],
    room: tuple[float, float],
    style: str | None = None,
) -> Table:
    """Add an empty table whose rows are not torn between pages.

    In points: `widths` of the columns, and `room` at the sides and above and below the text of each cell.
    """
    table: Table = document.add_table(rows, len(widths), style)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for row in _element_of(table).tr_lst:
        row.get_or_add_trPr().append(new_element("cantSplit"))
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Pt(width)
    _set_room(table, *room)
    return table


def repeat_head(table: Table) -> None:
    """Repeat the first row of `table` on each page that it reaches."""
    _element_of(table).tr_lst[0].get_or_add_trPr().append(new_element("tblHeader"))


def separate(document: Document) -> None:
    """Add a paragraph of little height, without which Word joins two tables into one."""
    layout = document.add_paragraph().paragraph_format
    layout.space_after, layout.line_spacing = _NOTHING, _SEPARATOR


def _set_room(table: Table, sides: float, ends: float) -> None:
    room = new_element("tblCellMar")
    for edge, length in (("top", ends), ("left", sides), ("bottom", ends), ("right", sides)):
        room.append(new_element(edge, w=_twips(length), type="dxa"))
    # The standard fixes the order of a table's properties: indent, layout, room.
    layout = _element_of(table).tblPr.find(qn("w:tblLayout"))
    layout.addprevious(new_element("tblInd", w=_twips(sides), type="dxa"))
    layout.addnext(room)


def _twips(length: float) -> str:
    return str(round(length * _TWIPS))


def _element_of(table: Table) -> CT_Tbl:
    """Return the XML of a table, which python-docx shows only around a paragraph in it."""
    cell: _Cell = table.rows[0].cells[0]
    row = cell.paragraphs[0].paragraph_format.element.getparent().getparent()
    return cast("CT_Tbl", row.getparent())
