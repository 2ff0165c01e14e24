"""Writes lists as XLSX for people who go on sorting, filtering and counting in them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from app.clock import VIETNAM

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | int | float | date | datetime | None
"""What a cell may hold; a time needs its zone and is written as Vietnamese time."""

# A spreadsheet takes texts that begin so for formulas once somebody edits the cell or saves it as CSV.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31
_UNNAMED = "Danh sách"


@dataclass(frozen=True)
class SheetColumn:
    """A column of a list: its title, and its width in characters."""

    title: str
    width: float = 20


def as_xlsx(title: str, columns: Sequence[SheetColumn], rows: Sequence[Sequence[Value]]) -> bytes:
    """Return a workbook of one sheet: a bold head that stays in sight and filters, and `rows` below it."""
    # A refusal in the middle of writing would leave a half-written sheet behind.
    ready = [[_settled(value) for value in row] for row in rows]
    book = Workbook(write_only=True)
    book.properties.title = _writable(title)
    book.properties.creator = ""
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_head_cell(sheet, column.title) for column in columns])
    for row in ready:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(ready) + 1}"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _sheet_name(title: str) -> str:
    return _NOT_IN_SHEET_NAMES.sub(" ", _writable(title))[:_LONGEST_SHEET_NAME].strip("' ") or _UNNAMED


def _settled(value: Value) -> Value:
    """Return what the format can hold: clean text, and Vietnamese time without a zone."""
    match value:
        case str():
            return _writable(value)
        case datetime(tzinfo=None):
            raise ValueError("a time in a list needs a time zone")
        case datetime():
            return value.astimezone(VIETNAM).replace(tzinfo=None)
    return value


def _writable(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", unicodedata.normalize("NFC", text))


def _head_cell(sheet: WriteOnlyWorksheet, title: str) -> Cell:
    cell = _text_cell(sheet, _writable(title))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell:
    match value:
        case str():
            return _text_cell(sheet, value)
        case datetime():
            return _dated_cell(sheet, value, "dd/mm/yyyy hh:mm")
        case date():
            return _dated_cell(sheet, value, "dd/mm/yyyy")
    return WriteOnlyCell(sheet, value)


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """Write text as text, even text that begins like a formula."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _dated_cell(sheet: WriteOnlyWorksheet, moment: date, shape: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.value = moment
    cell.number_format = shape
    return cell
