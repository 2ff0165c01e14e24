"""What the pages of this room share: the school of an address, its year, and answering a form."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.calendar.making import whole_year
from app.calendar.rights import may_edit
from app.catalogue.periods import year_in
from app.catalogue.rights import school_known_to
from app.errors import NotAllowed, Refused
from app.page import session
from app.people.current import page_authority
from app.people.delegation_queries import today
from app.schools.models import School
from app.schools.years import present_year, year_after


def known_school(code: str) -> School:
    """Return the school of an address; raises `NotFound` also for one the person may not know of."""
    return school_known_to(session(), page_authority(), code)


def editable_school(code: str) -> School:
    """Return the school of an address for whoever may change it; raises `NotFound` or `NotAllowed`."""
    school = known_school(code)
    if not may_edit(page_authority(), school.id):
        raise NotAllowed
    return school


def wanted_year() -> str:
    """Return the school year that the address asks for, else the present one."""
    return year_in(request.args.get("nam", ""))


def in_address(year: str) -> str | None:
    """Return how an address names a school year: the present one needs no name."""
    return None if year == present_year() else year


def years_around(year: str) -> list[str]:
    """List the years a page leads to: the present one, those beside it, and the one shown."""
    present = present_year()
    return sorted({year_after(present, -1), present, year_after(present), year})


def usual_day(year: str) -> date:
    """Return the day a form begins with: today, or the nearest day of the year."""
    whole = whole_year(year)
    return min(max(today(), whole.starts_on), whole.ends_on)


def answered(
    change: Callable[[], object], show: Callable[[Refused], str], back: str, said: str
) -> ResponseReturnValue:
    """Make a change, say what was done and lead back; or show the page with what hinders it."""
    try:
        change()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        session().rollback()
        return show(refusal), refusal.status
    session().commit()
    flash(gettext(said), "success")
    return redirect(back)
