"""What is sent from a school's catalogue: switches, and confirmed times of keeping."""

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.blueprint import catalogue
from app.catalogue.choosing import known_school, year_asked
from app.catalogue.forms import retention_in
from app.catalogue.pages import changed
from app.catalogue.retention import confirm_retention
from app.catalogue.switching import Choice, switch_off, switch_on
from app.page import session
from app.people.current import page_authority
from app.people.permissions import Permission, require

_VERBS = {"bat": switch_on, "tat": switch_off}


@catalogue.post("/<school_code>/<type_code>/<any('bat', 'tat'):switch>")
def switch_type(school_code: str, type_code: str, switch: str) -> ResponseReturnValue:
    """Switch a shipped record type on or off from the school year that was shown."""
    school, authority = known_school(school_code), page_authority()
    require(authority, Permission.CHANGE_CATALOGUE, school.id)
    year = year_asked(request.form, "year")
    choice = Choice(school.id, type_code, year)
    return changed(school, year, lambda: _VERBS[switch](session(), authority, choice))


@catalogue.post("/<school_code>/<type_code>/thoi-han")
def confirm_time(school_code: str, type_code: str) -> ResponseReturnValue:
    """Confirm how long records of a type are kept."""
    school, authority = known_school(school_code), page_authority()
    require(authority, Permission.CONFIRM_RETENTION, school.id)
    year = year_asked(request.form, "year")
    return changed(
        school,
        year,
        lambda: confirm_retention(session(), authority, school.id, type_code, retention_in(request.form)),
    )
