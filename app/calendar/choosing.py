"""Which school and which of its years a page is about that changes something there."""

from flask import request

from app.catalogue.choosing import known_school, year_asked
from app.catalogue.periods import present_year
from app.people.current import page_authority
from app.people.permissions import Permission, require
from app.schools.models import School


def editable_school(code: str) -> School:
    """Return the school of an address for whoever may change its year; raises `NotFound` or `NotAllowed`."""
    school = known_school(code)
    require(page_authority(), Permission.EDIT_CALENDAR, school.id)
    return school


def wanted_year() -> str:
    """Return the school year that the address asks for, else the present one."""
    return year_asked(request.args, "nam")


def in_address(year: str) -> str | None:
    """Return how an address names a school year: the present one needs no name."""
    return None if year == present_year() else year
