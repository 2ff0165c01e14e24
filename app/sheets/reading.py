"""Reading a foreign table: the sheet whose header fits a form best, row by row, faults named by cell."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from openpyxl.utils import get_column_letter

from app.encodings.legacy import encoding_of
from app.pdf.sandbox import Sandbox
from app.sheets.around import banners_of, numbers_columns, without_notes
from app.sheets.cells import Cell, Fault, Row, Table
from app.sheets.forms import Column, Form
from app.sheets.header import NO_HEADER, Header, header_of
from app.sheets.refusals import MissingColumns, TableTooLarge
from app.sheets.rows import ColumnCells, Setting, column_cells, raw_column
from app.sheets.workbook import NO_SHEET, Line, Sheet, open_workbook
from app.words import tidy


def read_table(sandbox: Sandbox, file: BinaryIO, size: int, form: Form, most_rows: int) -> Table:
    """Read the table of `form` from a workbook of `size` bytes (a real file).

    Raises `NotSpreadsheet`, `TableTooLarge` when it has more than `most_rows` rows, `MissingColumns`, and
    `SandboxUnavailable` when nothing could be found out. Whatever is wrong in a cell is in `Table.faults`.
    """
    return table_in(open_workbook(sandbox, file, size, most_rows), form, most_rows)


def table_in(sheets: Sequence[Sheet], form: Form, most_rows: int) -> Table:
    """Find and read the table of `form`; raises `TableTooLarge` and `MissingColumns`."""
    fitting = [(sheet, header_of(sheet, form)) for sheet in sheets]
    sheet, header = max(fitting, key=lambda each: each[1].fit, default=(NO_SHEET, NO_HEADER))
    _require_columns(form, header)
    table = _table(sheet, form, header)
    if sheet.cut or len(table.rows) > most_rows:
        raise TableTooLarge(rows=most_rows)
    return table


def _require_columns(form: Form, header: Header) -> None:
    missing = [column.label for column in form.required if column.key not in header.columns]
    if missing:
        required = ", ".join(column.label for column in form.required)
        raise MissingColumns(columns=", ".join(missing), required=required)


def _table(sheet: Sheet, form: Form, header: Header) -> Table:
    banners = banners_of(sheet, header)
    lines = [line for line in sheet.lines if line.number > header.last and line.number not in banners]
    columns = _read(sheet, form, header, lines[1:] if lines and numbers_columns(lines[0]) else lines)
    numbers = sorted({number for column in columns.values() for number in column.cells})
    rows = {number: {key: column.cells[number] for key, column in columns.items()} for number in numbers}
    kept, notes = without_notes(form, rows)
    inside = {_number(row) for row in kept}
    return Table(
        sheet=sheet.title,
        rows=tuple(kept),
        unused=tuple(header.others.values()),
        faults=_in_order(inside, (fault for column in columns.values() for fault in column.faults)),
        notices=_in_order(inside, (notice for column in columns.values() for notice in column.notices)),
        banners=tuple(banners[number] for number in sorted(banners)),
        notes=tuple(notes),
    )


def _read(sheet: Sheet, form: Form, header: Header, lines: Sequence[Line]) -> Mapping[str, ColumnCells]:
    places = dict(_places(form, header))
    raw = {column.key: raw_column(lines, under) for column, under in places.items()}
    filled = sorted({n for cells in raw.values() for n, cell in cells.items() if tidy(cell.text)})
    encoding = encoding_of(cell.text for line in sheet.lines for cell in line.cells)
    setting = Setting(filled, sheet.merges, encoding)
    return {
        column.key: column_cells(column, under[0], raw[column.key], setting)
        for column, under in places.items()
    }


def _places(form: Form, header: Header) -> Iterator[tuple[Column, range]]:
    """Give the columns to read with their place in the sheet."""
    for column in form.columns:
        if column.key in header.columns:
            yield column, header.columns[column.key]
    if form.keeps_others:
        known: set[str] = set()
        for place, heading in header.others.items():
            key = f"{heading} ({get_column_letter(place)})" if heading in known else heading
            known.add(heading)
            yield Column(key, heading, ()), range(place, place + 1)


def _number(row: Row) -> int:
    cell: Cell = next(iter(row.values()))
    return cell.row


def _in_order(inside: set[int], faults: Iterator[Fault]) -> tuple[Fault, ...]:
    """Return the faults of the table's own rows from top to bottom."""
    return tuple(sorted((fault for fault in faults if fault.row in inside), key=lambda fault: fault.row))
