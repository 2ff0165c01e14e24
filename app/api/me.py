"""The caller: who he is, which posts he holds and what was lent to him."""

from datetime import UTC

from flask import Response
from sqlalchemy import func, select

from app.api import people_representations as shown
from app.api.answers import answer
from app.page import session
from app.people.authority import Authority, in_force
from app.people.capacities import capacity_now
from app.people.models import Delegation, Membership, Role
from app.schools.models import Department, Office, School


def show_me(authority: Authority) -> Response:
    """Answer with the caller."""
    return answer(
        shown.Me(
            id=authority.user_id,
            name=authority.name,
            email=authority.email,
            memberships=_memberships(authority),
            delegations=_delegations(authority),
        )
    )


def _memberships(authority: Authority) -> list[shown.Membership]:
    held = (
        select(Membership.role, func.coalesce(Department.name, School.name, Office.name), School.code)
        .outerjoin(School, School.id == Membership.school_id)
        .outerjoin(Department, Department.id == Membership.department_id)
        .outerjoin(Office, Office.id == Membership.office_id)
        .where(Membership.user_id == authority.user_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    rows = session().execute(held)
    return [shown.Membership(Role(role), unit, school) for role, unit, school in rows]


def _delegations(authority: Authority) -> list[shown.LentAuthority]:
    unit = func.coalesce(Department.name, School.name)
    lent = (
        select(Delegation.role, unit, School.code, capacity_now(), Delegation.ends_at)
        .join(School, School.id == Delegation.school_id)
        .outerjoin(Department, Department.id == Delegation.department_id)
        .where(Delegation.to_user_id == authority.user_id, *in_force())
        .order_by(Delegation.id)
    )
    return [
        shown.LentAuthority(Role(role), unit, school, capacity, ends_at.astimezone(UTC))
        for role, unit, school, capacity, ends_at in session().execute(lent)
    ]
