"""The clock on the wall: which day it is where the schools are."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone in which days are reckoned and times are shown; stored they are in UTC."""


def today() -> date:
    """Return the present day in Vietnam."""
    return datetime.now(VIETNAM).date()


def local_day(moment: datetime) -> date:
    """Return the day in Vietnam on which a moment lies."""
    return moment.astimezone(VIETNAM).date()


def last_day_before(moment: datetime) -> date:
    """Return the last day in Vietnam of which anything lies before a moment, like the midnight after it."""
    return local_day(moment - timedelta(microseconds=1))


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Vietnam."""
    return datetime.combine(day, time.min, VIETNAM)
