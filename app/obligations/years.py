"""Which school years are worked on, and how a period's year is told."""

from app.catalogue.periods import present_year, year_after
from app.clock import today

_PREPARING_FROM = 7
"""From this month on the school year that comes is prepared."""


def years_to_build() -> list[str]:
    """List the present school year, and from July on the one that comes."""
    present = present_year()
    is_prepared = today().month == _PREPARING_FROM
    return [present, year_after(present)] if is_prepared else [present]
