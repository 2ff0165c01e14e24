"""Writing XLSX workbooks for people who go on sorting, filtering and filling in: nothing in them acts."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
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
    width: float = 30


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook: a bold head that stays in sight and filters, and rows below it."""

    title: str
    """The sheet bears it as far as the format allows."""
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]] = ()


def workbook_of(*pages: Page) -> bytes:
    """Return the bytes of a workbook with these sheets, which bears the title of the first.

    Raises `ValueError` for a time without a zone.
    """
    # A refusal in the middle of writing would leave a half-written sheet behind.
    ready = [[[_settled(value) for value in row] for row in page.rows] for page in pages]
    book = Workbook(write_only=True)
    book.properties.title = _writable(pages[0].title)
    book.properties.creator = ""
    for page, rows in zip(pages, ready, strict=True):
        _add(book, page, rows)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _add(book: Workbook, page: Page, rows: Sequence[Sequence[Value]]) -> None:
    sheet = book.create_sheet(_sheet_name(page.title))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(page.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_head_cell(sheet, column.title) for column in page.columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(page.columns))}{len(rows) + 1}"


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
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _dated_cell(sheet: WriteOnlyWorksheet, moment: date, shape: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.value = moment
    cell.number_format = shape
    return cell
