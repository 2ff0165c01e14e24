"""Saying how a school reminds its people: the principal, whoever stands in for him, or an administrator."""

from dataclasses import asdict

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.errors import InvalidRequest, NotAllowed
from app.obligations.models import ReminderPlan
from app.obligations.reminding import Plan
from app.people.authority import Authority
from app.people.models import Role
from app.schools.models import School

LONGEST = 30
"""Days before or after a deadline that may be chosen at the most."""


def schools_reminded_by(authority: Authority) -> list[int]:
    """List the schools whose reminders a person may set."""
    ruling = {Role.PRINCIPAL, Role.RECORDS_ADMIN}
    return sorted({p.school_id for p in authority.posts if p.role in ruling and p.school_id is not None})


def set_plan(session: Session, authority: Authority, school_id: int, plan: Plan) -> None:
    """Keep a school's plan of reminders; raises `NotAllowed` or `InvalidRequest`."""
    if school_id not in schools_reminded_by(authority):
        raise NotAllowed
    wrong = [
        name
        for name, least in (("days_before", 0), ("days_after", 0), ("head_told_after", 1))
        if not least <= getattr(plan, name) <= LONGEST
    ]
    if wrong:
        raise InvalidRequest(fields=", ".join(wrong))
    kept = upsert(ReminderPlan).values(school_id=school_id, **asdict(plan))
    session.execute(kept.on_conflict_do_update(index_elements=["school_id"], set_=asdict(plan)))
    code = session.get_one(School, school_id).code
    append(session, code, [Happening("reminders.set", str(authority.user_id), code, asdict(plan))])
