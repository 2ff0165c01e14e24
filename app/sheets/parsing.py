"""The parsing of one foreign workbook, inside a sandbox child: its cells, or why it is refused."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

_MOST_UNPACKED_BYTES = 12 * 1024 * 1024
_MOST_PARTS = 200
_MOST_SHEETS = 20
_MOST_COLUMNS = 120
_MOST_MERGES = 3000
_LONGEST_CELL = 4000
"""Characters; the rest of a cell is not read."""
_BLANKS = 3
"""A table may have this many empty rows for each filled one; what comes after is not read."""
_FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref=["\']([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)["\']')
_ZEROS = re.compile(r"0{2,20}")


class _TooLarge(Exception):
    """It would unpack to more than any honest list needs."""


class _Forbidden(Exception):
    """It declares entities, which no spreadsheet program writes."""


def parse(document: BinaryIO, arguments: Mapping[str, object], _output: BinaryIO | None) -> dict[str, object]:
    """Read `document`; `arguments` holds `most_lines`.

    Answers `sheets` (the fields of `workbook.Sheet`), or `refused`: "too_large" or "not_spreadsheet".
    """
    content = document.read()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check(package)
            return {"sheets": _sheets(content, package, int(str(arguments["most_lines"])))}
    except _TooLarge:
        return {"refused": "too_large"}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- parsers raise anything on a broken file
        return {"refused": "not_spreadsheet", "cause": repr(error)}


def _check(package: zipfile.ZipFile) -> None:
    """Refuse what would unpack beyond bounds or expands entities, before the parser sees it."""
    parts = package.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED_BYTES:
        raise _TooLarge
    if any(_FORBIDDEN.search(package.read(part).replace(b"\0", b"")) for part in parts):
        raise _Forbidden


def _sheets(content: bytes, package: zipfile.ZipFile, most_lines: int) -> list[dict[str, object]]:
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets: list[Any] = list(workbook.worksheets)
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    return [_sheet(sheet, package, most_lines) for sheet in shown[:_MOST_SHEETS]]


def _sheet(sheet: Any, package: zipfile.ZipFile, most_lines: int) -> dict[str, object]:
    lines = list(_lines(sheet, most_lines))
    return {
        "title": sheet.title,
        "lines": lines[:most_lines],
        "merges": list(_merges(sheet, package)),
        "cut": len(lines) > most_lines,
    }


def _lines(sheet: Any, most_lines: int) -> Iterator[dict[str, object]]:
    """Give the rows that hold anything: one more than `most_lines` at the most."""
    sheet.reset_dimensions()
    given = 0
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        cells = [_cell(cell) for cell in row if cell.value is not None]
        if cells:
            yield {"number": number, "cells": cells}
            given += 1
        if given > most_lines or number > (_BLANKS + 1) * most_lines:
            return


def _cell(cell: Any) -> dict[str, object]:
    value = cell.value
    kind, text = "text", str(value)
    kept: str | float | None = None
    if cell.data_type == "e":
        kind = "error"
    elif isinstance(value, date | datetime):
        kind, text, kept = "date", value.strftime("%d/%m/%Y"), value.strftime("%Y-%m-%d")
    elif isinstance(value, time):
        text = value.strftime("%H:%M")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        kind, text, kept = "number", _number(value, str(cell.number_format)), float(value)
    return {"column": cell.column, "kind": kind, "text": text[:_LONGEST_CELL], "value": kept}


def _number(value: float, number_format: str) -> str:
    """Write a number as the cell shows it: whole ones without a fraction, codes with their leading zeros."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.10g}"
    digits = str(int(value))
    return digits.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else digits


def _merges(sheet: Any, package: zipfile.ZipFile) -> Iterator[dict[str, int]]:
    """Find the merged cells, which openpyxl tells only of sheets that it holds in memory as a whole."""
    content = package.read(sheet._worksheet_path)  # noqa: SLF001 -- the part's name is told nowhere else
    for found in [*_MERGE.finditer(content)][:_MOST_MERGES]:
        left, top, right, bottom = range_boundaries(found[1].decode())
        if left is None or top is None or right is None or bottom is None:
            continue
        yield {"left": left, "top": top, "right": min(right, _MOST_COLUMNS), "bottom": bottom}
