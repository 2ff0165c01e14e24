"""School years as they are written, like `2026-2027`, and which one it is now."""

from datetime import date

from app.clock import today

_NEW_YEAR_MONTH = 8
"""From this month on, what is written belongs to the school year about to open."""


def school_year_of(day: date) -> str:
    """Return the school year a day belongs to, like `2026-2027`."""
    first = day.year if day.month >= _NEW_YEAR_MONTH else day.year - 1
    return f"{first}-{first + 1}"


def present_year() -> str:
    """Return the school year of the present day in Vietnam."""
    return school_year_of(today())


def year_after(year: str, count: int = 1) -> str:
    """Return the school year `count` years after one; before it, where `count` is negative."""
    first = int(year[:4]) + count
    return f"{first}-{first + 1}"
