"""Who may change a school's curriculum plans; everybody who knows the school may read them."""

from sqlalchemy.orm import Session

from app.calendar.rights import locked
from app.people.authority import Authority
from app.people.holding import caller_now
from app.people.permissions import Permission, require
from app.schools.models import School


def school_to_plan(session: Session, authority: Authority, school_id: int) -> School:
    """Return a school, locked against other changes of its plans; raises `NotAllowed`."""
    _check(authority, school_id)
    school = locked(session, school_id)
    _check(caller_now(session, authority), school_id)
    return school


def _check(authority: Authority, school_id: int) -> None:
    require(authority, Permission.PLAN_LESSONS, school_id)
