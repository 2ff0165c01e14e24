"""Reading the weeks of a school year from a workbook, such as a province's plan of the year."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from app.calendar.checks import faults_in
from app.calendar.days import Calendar, Days
from app.calendar.making import whole_year
from app.catalogue.models import PeriodKind
from app.catalogue.periods import MOST_WEEKS
from app.pdf.sandbox import Sandbox
from app.sheets.cells import Cell, Fault, Row, Table
from app.sheets.dates import Span, date_in
from app.sheets.forms import Column, Form
from app.sheets.numbers import whole_number_in
from app.sheets.reading import read_table
from app.text import N_
from app.words import folded

MOST_ROWS = 80
"""A row for each week, and some for breaks and headings."""

FORM = Form(
    (
        Column("week", N_("Tuần"), ("tuan", "tuan hoc", "tuan thu", "tuan so"), required=True),
        Column("first", N_("Từ ngày"), ("tu ngay", "tu", "bat dau", "ngay bat dau"), required=True),
        Column("last", N_("Đến ngày"), ("den ngay", "den", "ket thuc", "ngay ket thuc"), required=True),
        Column("term", N_("Học kỳ"), ("hoc ky", "hoc ki", "ky", "hk"), carries=True),
    )
)


@dataclass(frozen=True)
class Imported:
    """The calendar that a table means, and what must be mended in which of its cells."""

    calendar: Calendar
    faults: list[Fault]


@dataclass(frozen=True)
class _Line:
    week: Days
    term: int | None
    cell: Cell


def read_weeks(sandbox: Sandbox, file: BinaryIO, size: int) -> Table:
    """Read the table of weeks of a workbook of `size` bytes (a real file).

    Raises `NotSpreadsheet`, `TableTooLarge`, `MissingColumns`, or `SandboxUnavailable`.
    """
    return read_table(sandbox, file, size, FORM, MOST_ROWS)


def calendar_in(table: Table, present: Calendar) -> Imported:
    """Return the school year with the weeks of a table, and terms from the first to the last of theirs.

    Without a column for the term the weeks are shared as in the present calendar. Months and holidays
    stay. Faults of the calendar name the cell with the week's first day.
    """
    read = [_line(row, present.year) for row in table.rows]
    unread = [fault for each in read if not isinstance(each, _Line) for fault in each]
    lines = [each for each in read if isinstance(each, _Line)]
    others = [each for each in present.periods if each.kind not in {PeriodKind.WEEK, PeriodKind.TERM}]
    weeks = [each.week for each in lines]
    meant = replace(present, periods=(*others, *_terms(lines, present), *weeks))
    faults = [*table.faults, *unread] or _without_term(meant)
    return Imported(meant, faults or _by_cell(meant, lines))


def _line(row: Row, year: str) -> _Line | list[Fault]:
    number = whole_number_in(_bare(row["week"], "tuan"), 1, MOST_WEEKS)
    whole = whole_year(year)
    first, last = (date_in(row[key], Span(whole.starts_on, whole.ends_on)) for key in ("first", "last"))
    term = _term(row)
    if (
        isinstance(number, int)
        and isinstance(first, date)
        and isinstance(last, date)
        and not isinstance(term, Fault)
    ):
        return _Line(Days(year, PeriodKind.WEEK, number, first, last), term, row["first"])
    return [each for each in (number, first, last, term) if isinstance(each, Fault)]


def _term(row: Row) -> int | Fault | None:
    if "term" not in row or not row["term"].text:
        return None
    roman = {"i": "1", "ii": "2"}
    cell = _bare(row["term"], "hoc ky", "hoc ki", "hk")
    return whole_number_in(replace(cell, text=roman.get(cell.text, cell.text)), 1, 2)


def _terms(lines: Sequence[_Line], present: Calendar) -> list[Days]:
    """Return each term from the first to the last of its weeks; one without weeks is left out."""
    first = present.of_kind(PeriodKind.TERM)[0]
    in_first = {week.number for week in present.of_kind(PeriodKind.WEEK) if first.covers(week)}
    terms = []
    for number in (1, 2):
        own = [each.week for each in lines if _term_of(each, in_first) == number]
        if own:
            starts_on, ends_on = min(week.starts_on for week in own), max(week.ends_on for week in own)
            terms.append(Days(present.year, PeriodKind.TERM, number, starts_on, ends_on))
    return terms


def _term_of(line: _Line, in_first: Collection[int]) -> int:
    return line.term or (1 if line.week.number in in_first else 2)


def _without_term(calendar: Calendar) -> list[Fault]:
    present = {term.number for term in calendar.of_kind(PeriodKind.TERM)}
    return [
        Fault(
            0,
            "",
            N_("Trong tệp không có tuần nào của học kỳ %(term)s."),
            N_("Thêm các tuần còn thiếu, hoặc ghi cột Học kỳ cho từng tuần."),
            {"term": str(number)},
        )
        for number in (1, 2)
        if number not in present
    ]


def _by_cell(calendar: Calendar, lines: Sequence[_Line]) -> list[Fault]:
    cells = {each.week.period: each.cell for each in lines}
    faults = []
    for fault in faults_in(calendar):
        cell = cells.get(fault.period)
        values = {name: str(value) for name, value in fault.values.items()}
        row, address = (cell.row, cell.address) if cell else (0, "")
        faults.append(Fault(row, address, fault.what, fault.mend, values))
    return faults


def _bare(cell: Cell, *words: str) -> Cell:
    """Return the cell without the word that may stand before its number, like `Tuần 5`."""
    text = folded(cell.text)
    for word in words:
        text = text.removeprefix(word).strip(" .:")
    return replace(cell, text=text)
