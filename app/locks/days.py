"""Days as locks reckon them: by the calendar of Vietnam."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.db import now

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """Return the present day in Vietnam."""
    return now().astimezone(VIETNAM).date()


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Vietnam."""
    return datetime.combine(day, time.min, VIETNAM)
