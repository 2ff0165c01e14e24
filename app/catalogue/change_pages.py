"""What is sent from a school's catalogue: switches, and confirmed times of keeping."""

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.blueprint import catalogue
from app.catalogue.choosing import known_school, year_asked
from app.catalogue.forms import retention_in
from app.catalogue.pages import changed
from app.catalogue.retention import confirm_retention
from app.catalogue.rights import may_change, may_confirm
from app.catalogue.switching import Choice, switch_off, switch_on
from app.errors import NotAllowed
from app.page import session
from app.people.current import page_authority

_VERBS = {"bat": switch_on, "tat": switch_off}


@catalogue.post("/<school_code>/<type_code>/<any('bat', 'tat'):switch>")
def switch_type(school_code: str, type_code: str, switch: str) -> ResponseReturnValue:
    """Switch a shipped record type on or off from the school year that was shown."""
    school, authority = known_school(school_code), page_authority()
    if not may_change(authority, school.id):
        raise NotAllowed
    year = year_asked(request.form, "year")
    choice = Choice(school.id, type_code, year)
    return changed(school, year, lambda: _VERBS[switch](session(), authority, choice))


@catalogue.post("/<school_code>/<type_code>/thoi-han")
def confirm_time(school_code: str, type_code: str) -> ResponseReturnValue:
    """Confirm how long records of a type are kept."""
    school, authority = known_school(school_code), page_authority()
    if not may_confirm(authority, school.id):
        raise NotAllowed
    year = year_asked(request.form, "year")
    return changed(
        school,
        year,
        lambda: confirm_retention(session(), authority, school.id, type_code, retention_in(request.form)),
    )
