"""Dates in foreign tables: what Excel keeps, and the ways in which people write them as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite

from app.sheets.cells import Cell, Fault
from app.text import N_
from app.words import folded

_SERIALS = range(10_000, 80_000)
"""Days since Excel's day nought that a school can mean: from 1927 to 2119."""
_DAY_NOUGHT = date(1899, 12, 30)
_YEARS = range(1900, 2120)
_LAST_OF_2000S = 69
"""Years of two digits up to this one are in this century, later ones in the last."""

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?:[ t]\d{1,2}:\d\d.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?:\s+\d{1,2}:\d\d.*)?")
_NO_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})")
_IN_WORDS = re.compile(r"(?:ngay\s+)?(\d{1,2})\s+thang\s+(\d{1,2})\s*,?\s*(?:nam\s+)?(\d{4})?")
_WEEKDAY = re.compile(r"^(?:thu\s+\w+|chu nhat|t[2-7]|cn)\s*[,:]?\s+(?=\d|ngay)")

_WRITE_IT_OUT = N_("Ghi ngày/tháng/năm với bốn chữ số của năm, ví dụ 05/09/2026.")


@dataclass(frozen=True)
class Span:
    """The days among which a date must be, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Tell whether a day is among them."""
        return self.first <= day <= self.last


def date_in(cell: Cell, span: Span | None = None) -> date | Fault:
    """Return the date that a cell means, or the fault that says why it means none.

    The day stands before the month, as in Vietnam. Within a `span` a year of two digits or none is found out;
    a date outside it is a fault.
    """
    meant = sorted(set(_meanings(cell, span)))
    within = [day for day in meant if span is None or day in span]
    if len(within) == 1:
        return within[0]
    if within:
        one, other = map(_shown, within[:2])
        message = N_("“%(text)s” có thể hiểu là %(one)s hoặc %(other)s.")
        return cell.fault(message, _WRITE_IT_OUT, one=one, other=other)
    return _outside(cell, meant[0], span) if meant and span else _no_date(cell)


def _meanings(cell: Cell, span: Span | None) -> Iterator[date]:
    if isinstance(cell.value, date):
        yield cell.value
    elif isinstance(cell.value, float):
        yield from _serial(cell.value)
    else:
        yield from _written(_WEEKDAY.sub("", folded(cell.text)), span)


def _serial(number: float) -> Iterator[date]:
    if isfinite(number) and int(number) in _SERIALS:
        yield _DAY_NOUGHT + timedelta(days=int(number))


def _written(text: str, span: Span | None) -> Iterator[date]:
    if found := _YEAR_FIRST.fullmatch(text):
        yield from _day(found[1], found[2], found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        yield from _day(found[4], found[3], found[1])
        if found[2] == "-" and len(found[4]) == 2:
            yield from _day(found[1].zfill(2), found[3], found[4])
    elif found := _IN_WORDS.fullmatch(text):
        yield from _in_years(found[3], found[2], found[1], span)
    elif found := _NO_YEAR.fullmatch(text):
        yield from _in_years(None, found[2], found[1], span)
    elif text.isdecimal():
        yield from _serial(float(text))


def _in_years(year: str | None, month: str, day: str, span: Span | None) -> Iterator[date]:
    """Give the date of a year, or those of the years of the span if no year is written."""
    years = range(span.first.year, span.last.year + 1) if span else ()
    for each in [year] if year else map(str, years):
        yield from _day(each, month, day)


def _day(year: str, month: str, day: str) -> Iterator[date]:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number <= _LAST_OF_2000S else 1900
    try:
        found = date(number, int(month), int(day))
    except ValueError:
        return
    if found.year in _YEARS:
        yield found


def _outside(cell: Cell, day: date, span: Span) -> Fault:
    return cell.fault(
        N_("Ngày %(day)s nằm ngoài khoảng từ %(first)s đến %(last)s."),
        N_("Kiểm tra lại ngày, tháng và năm."),
        day=_shown(day),
        first=_shown(span.first),
        last=_shown(span.last),
    )


def _no_date(cell: Cell) -> Fault:
    if not cell.text:
        return cell.fault(N_("Chưa ghi ngày."), _WRITE_IT_OUT)
    found = _DAY_FIRST.fullmatch(cell.text)
    swapped = list(_day(found[4], found[1], found[3])) if found else []
    if swapped:
        message = N_("“%(text)s”: không có tháng %(month)s, có lẽ tháng được ghi trước ngày.")
        mend = N_("Ghi ngày trước tháng: %(meant)s.")
        return cell.fault(message, mend, month=found[3] if found else "", meant=_shown(swapped[0]))
    return cell.fault(N_("“%(text)s” không phải là một ngày có thật."), _WRITE_IT_OUT)


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")
