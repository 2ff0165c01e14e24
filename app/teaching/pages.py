"""What the pages of this room share: the day a form begins with."""

from datetime import date

from app.calendar.making import whole_year
from app.clock import today


def usual_day(year: str) -> date:
    """Return the day a form begins with: today, or the nearest day of the year."""
    whole = whole_year(year)
    return min(max(today(), whole.starts_on), whole.ends_on)
