"""The calendar a school year begins with."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.checks import faults_in, oddities_in
from app.calendar.days import DaysOff
from app.calendar.lunar import lunar_days
from app.calendar.making import Layout, default_calendar, laid_out
from app.catalogue.models import PeriodKind

YEARS = [f"{first}-{first + 1}" for first in range(2000, 2099)]


def test_the_year_2026_begins_on_the_monday_after_the_opening_and_pauses_for_tet() -> None:
    weeks = default_calendar("2026-2027").of_kind(PeriodKind.WEEK)
    assert (weeks[0].starts_on, weeks[0].ends_on) == (date(2026, 9, 7), date(2026, 9, 13))
    assert (weeks[20].ends_on, weeks[21].starts_on) == (date(2027, 1, 31), date(2027, 2, 15))
    assert (weeks[34].period, weeks[34].ends_on) == ("2026-2027/W35", date(2027, 5, 23))


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_18_and_17_weeks_and_is_over_in_may(year: str) -> None:
    calendar = default_calendar(year)
    first, second = calendar.of_kind(PeriodKind.TERM)
    counts = [
        sum(term.covers(week) for week in calendar.of_kind(PeriodKind.WEEK)) for term in (first, second)
    ]
    assert counts == [18, 17]
    assert first.ends_on < date(int(year[5:]), 1, 18)
    assert second.ends_on < date(int(year[5:]), 5, 31)
    assert faults_in(calendar) == oddities_in(calendar) == []


@pytest.mark.parametrize("year", YEARS)
def test_tet_lies_well_inside_its_two_weeks(year: str) -> None:
    tet = lunar_days(int(year[5:])).tet
    pause = next(each for each in default_calendar(year).holidays if tet in each)
    assert (pause.ends_on - pause.starts_on).days == 13
    assert 3 <= (tet - pause.starts_on).days <= 9


@pytest.mark.parametrize(
    ("year", "tet", "hung_kings"),
    [(2026, date(2026, 2, 17), date(2026, 4, 26)), (2030, date(2030, 2, 2), date(2030, 4, 12))],
)
def test_lunar_days_are_those_of_vietnam(year: int, tet: date, hung_kings: date) -> None:
    assert (lunar_days(year).tet, lunar_days(year).hung_kings) == (tet, hung_kings)


@pytest.mark.parametrize(
    ("period", "within"),
    [
        ("2026-2027", ["2026-2027"]),
        ("2026-2027/HK2", ["2026-2027/HK2", "2026-2027"]),
        ("2026-2027/M01", ["2026-2027/M01", "2026-2027/HK2", "2026-2027"]),
        ("2026-2027/M08", ["2026-2027/M08", "2026-2027"]),
        ("2026-2027/W04", ["2026-2027/W04", "2026-2027/M09", "2026-2027/HK1", "2026-2027"]),
        ("2026-2027/W36", []),
    ],
)
def test_a_period_knows_what_contains_it(period: str, within: list[str]) -> None:
    assert default_calendar("2026-2027").within(period) == within


def test_only_months_with_weeks_are_taught() -> None:
    taught = default_calendar("2026-2027").taught(PeriodKind.MONTH)
    assert [each.number for each in taught] == [9, 10, 11, 12, 1, 2, 3, 4, 5]


@given(
    first=st.dates(date(2026, 8, 20), date(2026, 9, 20)),
    counts=st.tuples(st.integers(1, 20), st.integers(1, 17)),
    off=st.lists(st.tuples(st.dates(date(2026, 8, 1), date(2027, 4, 1)), st.integers(0, 20)), max_size=3),
)
def test_weeks_are_laid_out_in_order_and_holidays_of_a_week_are_left_out(
    first: date, counts: tuple[int, int], off: list[tuple[date, int]]
) -> None:
    holidays = [DaysOff("Nghỉ", start, start + timedelta(days=length)) for start, length in off]
    calendar = laid_out("2026-2027", Layout(first, counts), holidays)
    weeks = calendar.of_kind(PeriodKind.WEEK)
    assert [each.number for each in weeks] == list(range(1, sum(counts) + 1))
    assert all(before.ends_on < after.starts_on for before, after in pairwise(weeks))
    assert not any(week.starts_on in each and week.ends_on in each for each in holidays for week in weeks)
    faulty = {fault.period for fault in faults_in(calendar)}
    assert faulty <= {each.period for each in calendar.periods if each.ends_on > date(2027, 7, 31)}
