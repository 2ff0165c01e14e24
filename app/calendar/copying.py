"""Carrying a school's calendar over to the next year: the same weeks and breaks, around the new Tết."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.calendar.days import ONE_DAY, Calendar, Days, DaysOff
from app.calendar.lunar import lunar_days
from app.calendar.making import WEEK, first_monday, pause_around, whole_year
from app.catalogue.models import PeriodKind
from app.catalogue.periods import year_after


@dataclass(frozen=True)
class _Shift:
    """How days move to the next year: all by whole weeks, and the pause at Tết to where Tết is then."""

    by: timedelta
    pause: timedelta
    old_pause: date
    new_pause: date

    def __call__(self, day: date) -> date:
        """Take the pause out of the old year, move the day, and put the pause into the new one."""
        passed = min(max(day - self.old_pause, timedelta(0)), self.pause)
        moved = day - passed + self.by
        return moved + self.pause if moved >= self.new_pause else moved


def copied_forward(calendar: Calendar) -> Calendar:
    """Return the next year's calendar with weeks, terms and breaks of the same length.

    The weeks begin as many days from the first Monday of the school year as they did, other breaks
    between them keep their dates, and the pause at Tết moves with Tết.
    """
    year = year_after(calendar.year)
    shift = _shift(calendar, year)
    periods = [whole_year(year), *(_moved(each, year, shift) for each in calendar.periods if each.number)]
    return Calendar(year, tuple(periods), tuple(_holidays(calendar, shift)))


def _shift(calendar: Calendar, year: str) -> _Shift:
    by = first_monday(year) - first_monday(calendar.year)
    tet, next_tet = (lunar_days(int(each[5:])).tet for each in (calendar.year, year))
    start, pause = _pause_at(calendar, tet)
    return _Shift(by, pause, start, pause_around(next_tet, pause, start.weekday()))


def _pause_at(calendar: Calendar, tet: date) -> tuple[date, timedelta]:
    """Return where the weeks pause for Tết and for how long: not at all if Tết lies in a week."""
    weeks = calendar.of_kind(PeriodKind.WEEK)
    before = max((each for each in weeks if each.starts_on <= tet), key=_start, default=None)
    after = min((each for each in weeks if each.starts_on > tet), key=_start, default=None)
    if before is None or after is None or tet in before:
        return tet, timedelta(0)
    resumes_without = before.starts_on + WEEK
    return resumes_without, max(after.starts_on - resumes_without, timedelta(0))


def _moved(days: Days, year: str, shift: _Shift) -> Days:
    if days.kind is PeriodKind.MONTH:
        return replace(
            days, year=year, starts_on=_anniversary(days.starts_on), ends_on=_last_day_kept(days.ends_on)
        )
    starts_on = shift(days.starts_on)
    if days.kind is PeriodKind.WEEK:
        return replace(
            days, year=year, starts_on=starts_on, ends_on=starts_on + (days.ends_on - days.starts_on)
        )
    return replace(days, year=year, starts_on=starts_on, ends_on=shift(days.ends_on))


def _holidays(calendar: Calendar, shift: _Shift) -> Iterator[DaysOff]:
    old, new = (lunar_days(int(calendar.year[5:]) + later) for later in (0, 1))
    at_tet = shift.new_pause - shift.old_pause if shift.pause else new.tet - old.tet
    for each in calendar.holidays:
        if old.tet in each:
            yield _later(each, at_tet)
        elif old.hung_kings in each:
            yield _later(each, new.hung_kings - old.hung_kings)
        else:
            yield _later(each, _anniversary(each.starts_on) - each.starts_on)


def _later(holiday: DaysOff, by: timedelta) -> DaysOff:
    return replace(holiday, starts_on=holiday.starts_on + by, ends_on=holiday.ends_on + by)


def _anniversary(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)


def _last_day_kept(day: date) -> date:
    """The last day of a month stays its last day."""
    return _anniversary(day + ONE_DAY) - ONE_DAY


def _start(days: Days) -> date:
    return days.starts_on
