"""Saying how a school reminds its people: the principal, whoever stands in for him, or an administrator."""

from dataclasses import asdict

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.errors import InvalidRequest
from app.obligations.models import ReminderPlan
from app.obligations.reminding import Plan
from app.people.authority import Authority
from app.people.permissions import Permission, require
from app.schools.models import School

LONGEST = 30
"""Days before or after a deadline that may be chosen at the most."""


def set_plan(session: Session, authority: Authority, school_id: int, plan: Plan) -> None:
    """Keep a school's plan of reminders; raises `NotAllowed` or `InvalidRequest`."""
    require(authority, Permission.SET_REMINDERS, school_id)
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
