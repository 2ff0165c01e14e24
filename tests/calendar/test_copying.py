"""Carrying a calendar over to the next year."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.calendar.checks import faults_in
from app.calendar.copying import copied_forward
from app.calendar.days import Days, DaysOff
from app.calendar.making import Layout, default_calendar, default_holidays, laid_out
from app.catalogue.models import PeriodKind
from tests.calendar.test_making import YEARS


@pytest.mark.parametrize("year", YEARS[:-1])
def test_the_copy_of_a_default_calendar_is_the_next_years(year: str) -> None:
    copy = copied_forward(default_calendar(year))
    assert copy == default_calendar(copy.year)


def test_an_autumn_break_keeps_its_place_and_its_week_stays_unnumbered() -> None:
    autumn = DaysOff("Nghỉ thu", date(2026, 10, 26), date(2026, 11, 1))
    holidays = [*default_holidays("2026-2027"), autumn]
    copy = copied_forward(laid_out("2026-2027", Layout(date(2026, 8, 31)), holidays))
    weeks = copy.of_kind(PeriodKind.WEEK)
    assert weeks[0].starts_on == date(2027, 8, 30)
    assert (weeks[7].ends_on, weeks[8].starts_on) == (date(2027, 10, 24), date(2027, 11, 1))
    assert DaysOff("Nghỉ thu", date(2027, 10, 26), date(2027, 11, 1)) in copy.holidays
    assert faults_in(copy) == []


def test_lengths_of_weeks_and_days_around_the_terms_are_kept() -> None:
    calendar = default_calendar("2026-2027")
    short = [_shortened(each) if each.kind is PeriodKind.WEEK else each for each in calendar.periods]
    wide = [
        replace(each, starts_on=each.starts_on - timedelta(days=2)) if each.period.endswith("HK1") else each
        for each in short
    ]
    copy = copied_forward(replace(calendar, periods=tuple(wide)))
    assert {(each.ends_on - each.starts_on).days for each in copy.of_kind(PeriodKind.WEEK)} == {4}
    first_term, first_week = copy.of_kind(PeriodKind.TERM)[0], copy.of_kind(PeriodKind.WEEK)[0]
    assert first_week.starts_on - first_term.starts_on == timedelta(days=2)


def test_february_keeps_its_last_day_in_a_leap_year() -> None:
    months = copied_forward(default_calendar("2026-2027")).of_kind(PeriodKind.MONTH)
    assert date(2028, 2, 29) in {each.ends_on for each in months}


def _shortened(days: Days) -> Days:
    return replace(days, ends_on=days.starts_on + timedelta(days=4))
