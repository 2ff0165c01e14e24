"""Who may change a school's curriculum plans; everybody who knows the school may read them."""

from sqlalchemy.orm import Session

from app.calendar.rights import locked
from app.errors import NotAllowed
from app.people.authority import HEADS, LEADERS, Authority
from app.people.holding import caller_now
from app.people.models import Role
from app.schools.models import School

_PLANNING = HEADS | LEADERS | {Role.RECORDS_ADMIN}


def may_plan(authority: Authority, school_id: int) -> bool:
    """Tell whether the person imports plans: a head of any department, a leader, an administrator."""
    return authority.holds(_PLANNING, school_id) or authority.leads(school_id) is not None


def school_to_plan(session: Session, authority: Authority, school_id: int) -> School:
    """Return a school, locked against other changes of its plans; raises `NotAllowed`."""
    _check(authority, school_id)
    school = locked(session, school_id)
    _check(caller_now(session, authority), school_id)
    return school


def _check(authority: Authority, school_id: int) -> None:
    if not may_plan(authority, school_id):
        raise NotAllowed
