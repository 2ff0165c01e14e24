"""What part of a school year the board shows, and in which columns it shows the periods of that part."""

from collections.abc import Mapping

from app.calendar.days import Calendar
from app.catalogue.models import PeriodKind


def overview_columns(calendar: Calendar, window: str) -> Mapping[str, str]:
    """Count everything that lies in the window together."""
    return dict.fromkeys(_inside(calendar, window), "")


def period_columns(calendar: Calendar, window: str, kind: PeriodKind) -> Mapping[str, str]:
    """Show each period of a kind by itself, but the weeks of a whole year by months."""
    own = {each.period for each in calendar.of_kind(kind)}
    periods = [period for period in _inside(calendar, window) if period in own]
    if kind is not PeriodKind.WEEK or window != calendar.year:
        return {period: period for period in periods}
    return {period: _month_of(calendar, period) for period in periods}


def _inside(calendar: Calendar, window: str) -> list[str]:
    ordered = sorted(calendar.periods, key=lambda each: (each.starts_on, each.period))
    return [each.period for each in ordered if window in calendar.within(each.period)]


def _month_of(calendar: Calendar, week: str) -> str:
    """Return the month that a week is counted in; a week that no month holds stands for itself."""
    return next((each for each in calendar.within(week) if "/M" in each), week)
