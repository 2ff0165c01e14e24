"""The calendar a school year begins with, and laying out its weeks around the holidays."""

import calendar
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from app.calendar.days import ONE_DAY, Calendar, Days, DaysOff, days_between
from app.calendar.lunar import lunar_days
from app.catalogue.models import PeriodKind
from app.catalogue.periods import MONTHS

WEEK = timedelta(days=7)
WEEKS_BY_TERM = (18, 17)
"""The 35 weeks of the education plan, as schools share them between the terms."""

_HOLIDAYS = Path(__file__).with_name("shipped_holidays.toml")
_FIRST_MONTH = MONTHS[0]
_OPENING = (9, 5)
"""Month and day on which schools open all over the country; the first week begins on the Monday after."""
_FEWEST_SCHOOL_DAYS = 3
"""A week with fewer days from Monday to Friday is left out of the numbering."""
_TET_PAUSE = 2 * WEEK
_BEFORE_TET = timedelta(days=4)
"""Tết is celebrated from its eve on, and people travel before: the pause lies a little before its middle."""


@dataclass(frozen=True)
class Layout:
    """What the weeks of a school year are laid out from."""

    first_day: date
    weeks_by_term: tuple[int, ...] = WEEKS_BY_TERM


def default_calendar(year: str) -> Calendar:
    """Return the calendar that a school has until it says otherwise.

    35 weeks from Monday to Sunday, 18 + 17, from the first Monday on or after 5 September; the two weeks
    around Tết have no number. It is over before 31 May, as the yearly plans of the ministry ask.
    """
    return laid_out(year, Layout(first_monday(year)), default_holidays(year))


def laid_out(year: str, layout: Layout, holidays: Sequence[DaysOff]) -> Calendar:
    """Lay out weeks of seven days and their terms, leaving out weeks that holidays take most of."""
    starts = _starts(layout, holidays)
    terms: list[Days] = []
    weeks: list[Days] = []
    for term, count in enumerate(layout.weeks_by_term, 1):
        own = [next(starts) for _ in range(count)]
        numbers = range(len(weeks) + 1, len(weeks) + count + 1)
        weeks += [
            Days(year, PeriodKind.WEEK, number, start, start + WEEK - ONE_DAY)
            for number, start in zip(numbers, own, strict=True)
        ]
        terms.append(Days(year, PeriodKind.TERM, term, own[0], own[-1] + WEEK - ONE_DAY))
    return Calendar(year, (whole_year(year), *terms, *calendar_months(year), *weeks), tuple(holidays))


def first_monday(year: str) -> date:
    """Return the first Monday on or after the day on which schools open."""
    opening = date(int(year[:4]), *_OPENING)
    return opening + timedelta(days=-opening.weekday() % 7)


def whole_year(year: str) -> Days:
    """Return a school year from 1 August to 31 July."""
    first = int(year[:4])
    begins = date(first, _FIRST_MONTH, 1)
    return Days(year, PeriodKind.YEAR, 0, begins, date(first + 1, _FIRST_MONTH, 1) - ONE_DAY)


def calendar_months(year: str) -> list[Days]:
    """Return the twelve months of a school year, from August to July."""
    return [_month(year, number) for number in MONTHS]


def default_holidays(year: str) -> list[DaysOff]:
    """Return the holidays of a school year by law, and the two weeks around Tết."""
    days = [_holiday(int(year[:4]), row) for row in _shipped_holidays()]
    return sorted(days, key=lambda each: each.starts_on)


def year_of_month(year: str, month: int) -> int:
    """Return the solar year in which a month of a school year lies."""
    return int(year[:4]) + (month < _FIRST_MONTH)


def pause_around(tet: date, length: timedelta, weekday: int) -> date:
    """Return the first day, of that weekday, of a pause of whole weeks with Tết near its middle."""
    latest = tet - max(length // 2 - _BEFORE_TET, timedelta(0))
    return latest - (latest.weekday() - weekday) % 7 * ONE_DAY


def _month(year: str, number: int) -> Days:
    solar = year_of_month(year, number)
    last = calendar.monthrange(solar, number)[1]
    return Days(year, PeriodKind.MONTH, number, date(solar, number, 1), date(solar, number, last))


def _starts(layout: Layout, holidays: Sequence[DaysOff]) -> Iterator[date]:
    free = {day for each in holidays for day in days_between(each.starts_on, each.ends_on)}
    start = layout.first_day
    while True:
        week = list(days_between(start, start + WEEK - ONE_DAY))
        if len([day for day in week if day.weekday() < 5 and day not in free]) >= _FEWEST_SCHOOL_DAYS:
            yield start
        start += WEEK


def _holiday(first: int, row: dict[str, Any]) -> DaysOff:
    if row.get("lunar") == "tet":
        starts_on = pause_around(lunar_days(first + 1).tet, _TET_PAUSE, weekday=0)
        return DaysOff(row["name"], starts_on, starts_on + _TET_PAUSE - ONE_DAY)
    if row.get("lunar") == "hung_kings":
        day = lunar_days(first + 1).hung_kings
        return DaysOff(row["name"], day, day)
    month, day_of_month = row["on"]
    starts_on = date(first + (month < _FIRST_MONTH), month, day_of_month)
    return DaysOff(row["name"], starts_on, starts_on + (row["days"] - 1) * ONE_DAY)


@cache
def _shipped_holidays() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(_HOLIDAYS.read_text(encoding="utf-8"))["holiday"]
    return rows
