"""Writing XLSX workbooks: bold headings that stay in sight, and texts that can never become formulas."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_WIDTH = 30
"""Of a column, in characters."""

Value = str | int | float | date | None


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook."""

    title: str
    """At most 31 characters, none of `[]:*?/\\`."""
    rows: Iterable[Sequence[Value]]
    headings: Sequence[str] = ()
    """The first row, if there is one; it stays in sight while one scrolls."""
    widths: Sequence[int] = ()
    """Of the first columns, in characters; the others get a usual one."""


def workbook_of(*pages: Page) -> bytes:
    """Return the bytes of a workbook with these sheets."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for page in pages:
        _fill(workbook.create_sheet(page.title), page)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _fill(sheet: Worksheet, page: Page) -> None:
    rows = [*([page.headings] if page.headings else []), *page.rows]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            _write(sheet, number, column, value)
    if page.headings:
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    for column in range(1, max(map(len, rows), default=0) + 1):
        width = page.widths[column - 1] if column <= len(page.widths) else _WIDTH
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    """Write texts as texts: a name that begins with "=" must not become a formula."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
