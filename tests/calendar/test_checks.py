"""What is wrong in a calendar is named by its row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.calendar.checks import faults_in, oddities_in
from app.calendar.days import Calendar, Days, DaysOff
from app.calendar.making import default_calendar
from app.catalogue.models import PeriodKind

YEAR = "2026-2027"
SOUND = default_calendar(YEAR)
DAY = timedelta(days=1)

Change = Callable[[Days], Days]


def changed(part: str, change: Change) -> Calendar:
    """The sound calendar with one period changed."""
    periods = (change(each) if each.period == f"{YEAR}/{part}" else each for each in SOUND.periods)
    return replace(SOUND, periods=tuple(periods))


def without(part: str) -> Calendar:
    """The sound calendar without one period."""
    return replace(SOUND, periods=tuple(each for each in SOUND.periods if each.period != f"{YEAR}/{part}"))


def with_also(*days: Days) -> Calendar:
    """The sound calendar with more periods."""
    return replace(SOUND, periods=(*SOUND.periods, *days))


def earlier(days: Days) -> Days:
    """Begin a week early."""
    return replace(days, starts_on=days.starts_on - 7 * DAY)


def backwards(days: Days) -> Days:
    """Begin after the end."""
    return replace(days, starts_on=days.ends_on + DAY)


def longer(days: Days) -> Days:
    """End a day late."""
    return replace(days, ends_on=days.ends_on + DAY)


def later_year(days: Days) -> Days:
    """Take place a year late, as after a slip of the pen."""
    return replace(days, starts_on=date(2028, 5, 17), ends_on=date(2028, 5, 23))


MAY = next(each for each in SOUND.periods if each.period == f"{YEAR}/M05")
MANY = [Days(YEAR, PeriodKind.WEEK, number, date(2027, 5, 24), date(2027, 5, 24)) for number in range(36, 55)]


@pytest.mark.parametrize(
    ("calendar", "rows", "words"),
    [
        (changed("W05", backwards), {"W05"}, "kết thúc đứng trước"),
        (changed("W05", earlier), {"W05"}, "kỳ liền trước"),
        (changed("W18", longer), {"W18", "W19"}, "không nằm trọn trong học kỳ"),
        (changed("HK1", longer), {"HK2"}, "kỳ liền trước"),
        (changed("W35", later_year), {"W35"}, "ngoài năm học"),
        (without("W07"), {"W08"}, "Thiếu tuần 7"),
        (without("HK2"), {"HK2"}, "Thiếu ngày"),
        (without("M03"), {"M03"}, "Thiếu ngày"),
        (with_also(MAY), {"M05"}, "được ghi 2 lần"),
        (with_also(*MANY), {"W54"}, "nhiều nhất 53"),
    ],
)
def test_each_fault_names_its_row_and_the_mend(calendar: Calendar, rows: set[str], words: str) -> None:
    faults = faults_in(calendar)
    assert rows <= {fault.period.partition("/")[2] for fault in faults}
    assert any(words in fault.what % fault.values for fault in faults if fault.period[10:] in rows)
    assert all(fault.mend % fault.values for fault in faults)


def test_a_year_without_weeks_is_no_calendar() -> None:
    empty = replace(SOUND, periods=tuple(each for each in SOUND.periods if each.kind != PeriodKind.WEEK))
    assert [fault.period for fault in faults_in(empty)] == [YEAR]


def test_a_gap_is_allowed_but_told_unless_it_is_a_holiday() -> None:
    gap = changed("W10", lambda days: replace(days, ends_on=days.starts_on + 2 * DAY))
    assert faults_in(gap) == []
    odd = oddities_in(gap)
    assert [(each.period, each.values["days"]) for each in odd] == [(f"{YEAR}/W11", 3)]
    week = next(each for each in SOUND.periods if each.period == f"{YEAR}/W10")
    off = DaysOff("Nghỉ", week.starts_on, week.ends_on)
    assert oddities_in(replace(gap, holidays=(*gap.holidays, off))) == []
