"""Reading a foreign XLSX staff list: bounded in bytes, rows and columns, with its header found by meaning."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from app.errors import Refused
from app.text import N_
from app.words import folded, tidy

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED_BYTES = 12 * 1024 * 1024
MOST_PARTS = 200
MOST_ROWS = 300
MOST_COLUMNS = 30
LONGEST_CELL = 300
"""More characters than any cell of a staff list needs; the rest is not read."""

_HEADER_WITHIN = 15
"""Lists begin with the school's name and a title; the header is among these first rows."""
_FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)")

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("ho va ten", "ho ten", "ho va ten giao vien", "ten"),
    "email": ("email", "e-mail", "dia chi thu", "thu dien tu", "dia chi email", "mail"),
    "role": ("vai tro", "chuc vu", "chuc danh"),
    "department": ("to", "to chuyen mon", "to bo mon", "bo phan"),
    "staff_code": ("ma dinh danh", "ma can bo", "ma giao vien", "ma nhan vien", "ma so"),
}
"""The words, without accents and capitals, by which each column is recognised."""
REQUIRED: Mapping[str, str] = {
    "name": N_("Họ và tên"),
    "email": N_("Địa chỉ thư"),
    "role": N_("Vai trò"),
}


class NotSpreadsheet(Refused):
    """The file is not an XLSX workbook, is damaged, or holds what a staff list never holds."""

    code, status = "not_spreadsheet", 422
    detail = N_("Không đọc được tệp này như một bảng tính XLSX.")
    hint = N_("Lưu danh sách từ Excel hoặc Trang tính dạng “Excel (.xlsx)”, không mật khẩu, rồi gửi lại.")


class StaffListTooLarge(Refused):
    """The workbook has more bytes, rows or columns than a school's staff list needs."""

    code, status = "staff_list_too_large", 413
    detail = N_("Danh sách quá lớn.")
    hint = N_("Chỉ giữ một trang tính, không quá %(rows)s người; bỏ ảnh và các trang khác rồi gửi lại.")


class MissingColumns(Refused):
    """The header has not all the columns that are needed."""

    code, status = "missing_columns", 422
    detail = N_("Danh sách thiếu cột: %(columns)s.")
    hint = N_("Dòng tiêu đề cần có Họ và tên, Địa chỉ thư, Vai trò; nên dùng tệp mẫu.")


@dataclass(frozen=True)
class Cell:
    """The text of a cell and its address, like `C5`."""

    address: str
    text: str


Row = Mapping[str, Cell]
"""One person's cells by column: those of `HEADINGS` that the sheet has."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a staff list and the headings of the columns that were not used."""

    rows: tuple[Row, ...]
    unused: tuple[str, ...]


def read_sheet(file: BinaryIO, size: int) -> Sheet:
    """Read the first sheet of a workbook of `size` bytes.

    Raises `NotSpreadsheet`, `StaffListTooLarge` or `MissingColumns`.
    """
    if size > MOST_BYTES:
        raise StaffListTooLarge(rows=MOST_ROWS)
    _check_package(file)
    try:
        lines = list(_lines(file))
    except Refused:
        raise
    except Exception as error:
        raise NotSpreadsheet from error
    return _sheet(lines)


def _check_package(file: BinaryIO) -> None:
    """Refuse what would unpack beyond bounds or expands entities, before the parser sees it."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise StaffListTooLarge(rows=MOST_ROWS)
            if any(_FORBIDDEN.search(package.read(part).replace(b"\0", b"")) for part in parts):
                raise NotSpreadsheet
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise NotSpreadsheet from error
    file.seek(0)


def _lines(file: BinaryIO) -> Iterator[list[str]]:
    workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()
    most = MOST_ROWS + _HEADER_WITHIN
    for number, values in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if number > most and any(value is not None for value in values):
            raise StaffListTooLarge(rows=MOST_ROWS)
        if number > 4 * most:
            return
        yield [_text(value) for value in values]


def _text(value: Any) -> str:
    """Return what the cell shows: dates as 05/09/2026, whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(str(value)[:LONGEST_CELL])


def _sheet(lines: list[list[str]]) -> Sheet:
    likely = range(min(_HEADER_WITHIN, len(lines)))
    number = max(likely, key=lambda each: len(_columns(lines[each])), default=0)
    columns = _columns(lines[number]) if lines else {}
    missing = [label for column, label in REQUIRED.items() if column not in columns]
    if missing:
        raise MissingColumns(columns=", ".join(missing))
    used = set(columns.values())
    unused = tuple(text for index, text in enumerate(lines[number]) if text and index not in used)
    rows = [_row(line, columns, at) for at, line in enumerate(lines[number + 1 :], start=number + 2)]
    filled = tuple(row for row in rows if any(cell.text for cell in row.values()))
    if len(filled) > MOST_ROWS:
        raise StaffListTooLarge(rows=MOST_ROWS)
    return Sheet(filled, unused)


def _columns(line: list[str]) -> dict[str, int]:
    """Map each column to the first heading that means it."""
    headings = [folded(text).rstrip(" *:") for text in line]
    found = {
        column: next((index for index, heading in enumerate(headings) if heading in words), None)
        for column, words in HEADINGS.items()
    }
    return {column: index for column, index in found.items() if index is not None}


def _row(line: list[str], columns: Mapping[str, int], number: int) -> Row:
    return {
        column: Cell(f"{get_column_letter(index + 1)}{number}", line[index] if index < len(line) else "")
        for column, index in columns.items()
    }
