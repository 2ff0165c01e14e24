"""Which school and which of its years a page is about that changes something there."""

from flask import request

from app.calendar.rights import may_edit
from app.catalogue.choosing import known_school, year_asked
from app.catalogue.periods import present_year
from app.errors import NotAllowed
from app.people.current import page_authority
from app.schools.models import School


def editable_school(code: str) -> School:
    """Return the school of an address for whoever may change its year; raises `NotFound` or `NotAllowed`."""
    school = known_school(code)
    if not may_edit(page_authority(), school.id):
        raise NotAllowed
    return school


def wanted_year() -> str:
    """Return the school year that the address asks for, else the present one."""
    return year_asked(request.args, "nam")


def in_address(year: str) -> str | None:
    """Return how an address names a school year: the present one needs no name."""
    return None if year == present_year() else year
