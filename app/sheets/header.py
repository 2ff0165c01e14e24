"""Finding the header of a table: the lines whose headings mean the most columns of a form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.encodings.legacy import in_unicode
from app.sheets.forms import Form
from app.sheets.workbook import Sheet
from app.words import folded, tidy

_WITHIN_LINES = 20
"""Lists begin with the names of offices and a title; the header is among these first lines."""
_MOST_LINES = 3
_ASIDE = re.compile(r"\s*\([^()]*\)$")

_Headings = Mapping[int, tuple[str, ...]]
"""By column, the texts of its heading from top to bottom."""


@dataclass(frozen=True)
class Header:
    """Where a table begins and what its columns mean."""

    last: int
    """The number of the header's last row."""
    columns: Mapping[str, range]
    """The columns of the sheet (from 1) by the key of the form's column: several under one merged heading."""
    headings: Mapping[int, str]
    """Every heading by its column."""
    fit: tuple[int, int, bool]
    """How well it fits: required columns, all columns, and whether merged headings end where it ends."""

    @property
    def others(self) -> Mapping[int, str]:
        """The headings that mean nothing to the form."""
        used = {column for columns in self.columns.values() for column in columns}
        return {column: text for column, text in self.headings.items() if column not in used}


NO_HEADER = Header(0, {}, {}, (0, 0, False))


def header_of(sheet: Sheet, form: Form) -> Header:
    """Return the header that fits best; the one with fewer lines, then the upper one, if several do."""
    rows = _heading_rows(sheet)
    found = [
        _header(sheet, form, rows, top, height)
        for height in range(1, _MOST_LINES + 1)
        for top in rows
        if top + height - 1 in rows
    ]
    return max(found, key=lambda header: header.fit, default=NO_HEADER)


def _heading_rows(sheet: Sheet) -> dict[int, dict[int, str]]:
    """Return the texts of the first lines by row and column, merged ones in every column they cover."""
    rows: dict[int, dict[int, str]] = {}
    for line in sheet.lines[:_WITHIN_LINES]:
        texts = in_unicode([cell.text for cell in line.cells])
        rows[line.number] = {
            cell.column: tidy(converted.text) for cell, converted in zip(line.cells, texts, strict=True)
        }
    for merge in sheet.merges:
        row = rows.get(merge.top, {})
        for column in range(merge.left + 1, merge.right + 1):
            row.setdefault(column, row.get(merge.left, ""))
    return rows


def _header(sheet: Sheet, form: Form, rows: dict[int, dict[int, str]], top: int, height: int) -> Header:
    lines = [rows.get(number, {}) for number in range(top, top + height)]
    headings: _Headings = {
        column: tuple(line[column] for line in lines if line.get(column))
        for column in sorted({column for line in lines for column in line})
    }
    last = top + height - 1
    columns = {key: _under(sheet, column, top, last) for key, column in _columns(form, headings)}
    required = sum(column.key in columns for column in form.required)
    firsts = {under[0] for under in columns.values()}
    ends = {merge.bottom for merge in sheet.merges if merge.top == top and merge.left in firsts}
    joined = {column: " ".join(dict.fromkeys(texts)) for column, texts in headings.items()}
    shown = {column: text for column, text in joined.items() if text}
    return Header(last, columns, shown, (required, len(columns), max(ends, default=top) == last))


def _columns(form: Form, headings: _Headings) -> Iterator[tuple[str, int]]:
    """Give each column of the form the first heading that means it."""
    for column in form.columns:
        for index, texts in headings.items():
            if any(name in column.words for name in _names(texts)):
                yield column.key, index
                break


def _under(sheet: Sheet, column: int, top: int, last: int) -> range:
    """Return the columns under a heading: two for a name whose last part stands in a column of its own."""
    rights = [
        merge.right for merge in sheet.merges if (merge.left, merge.top, merge.bottom) == (column, top, last)
    ]
    return range(column, max(rights, default=column) + 1)


def _names(texts: tuple[str, ...]) -> Iterator[str]:
    """Give what a heading may be called: all its lines or the lowest, also without what is in brackets."""
    for name in (" ".join(texts), *texts[-1:]):
        plain = folded(name).rstrip(" *:")
        yield plain
        yield _ASIDE.sub("", plain).rstrip(" *:")
