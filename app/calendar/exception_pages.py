"""Granting and taking back exceptions from the page of deadlines."""

from flask import request
from flask.typing import ResponseReturnValue

from app.calendar.blueprint import calendar
from app.calendar.deadline_pages import deadlines_changed
from app.calendar.exceptions import grant_exception, revoke_exception
from app.calendar.forms import grace_from
from app.catalogue.choosing import known_school
from app.page import session
from app.people.current import page_authority
from app.people.permissions import Permission, require


@calendar.post("/<school_code>/ngoai-le")
def grant(school_code: str) -> ResponseReturnValue:
    """Grant somebody a later deadline, or none."""
    school = known_school(school_code)
    require(page_authority(), Permission.GRANT_EXCEPTIONS, school.id)
    return deadlines_changed(
        school, lambda: grant_exception(session(), page_authority(), school.id, grace_from(request.form))
    )


@calendar.post("/<school_code>/ngoai-le/<int(max=2147483647):exception_id>/thu-hoi")
def revoke(school_code: str, exception_id: int) -> ResponseReturnValue:
    """Take an exception back."""
    school = known_school(school_code)
    return deadlines_changed(school, lambda: revoke_exception(session(), page_authority(), exception_id))
