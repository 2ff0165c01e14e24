"""Reading registrations for lesson plans on a computer, and what the people on the list teach."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.laptops.models import LaptopPermission
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.models import Membership, User
from app.people.permissions import Permission, schools_where
from app.schools.models import Department


class LaptopState(StrEnum):
    """Where a registration stands."""

    REQUESTED = "requested"
    PERMITTED = "permitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """By the teacher."""
    REVOKED = "revoked"
    """By the principal."""


@dataclass(frozen=True, slots=True)
class LaptopView:
    """A registration with the names of the teacher and of whoever decided."""

    permission: LaptopPermission
    teacher: str
    decided_by: str


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a registration: his own, or his school's.

    Of his own no more once he left the school.
    """
    is_own = LaptopPermission.user_id == authority.user_id
    return or_(
        and_(is_own, LaptopPermission.school_id.in_(authority.own_schools())),
        LaptopPermission.school_id.in_(authority.school_ids(SCHOOL_WIDE)),
    )


def registrations_known_to(
    session: Session, authority: Authority, school_id: int, year: str
) -> list[LaptopView]:
    """List the registrations at a school for a year that the person may know of, those that wait first."""
    waiting_first = (LaptopPermission.state != LaptopState.REQUESTED, User.name, LaptopPermission.id)
    known = and_(LaptopPermission.school_id == school_id, known_to(authority))
    return _views(session, known, year, waiting_first)


def schools_to_decide(session: Session, authority: Authority, year: str) -> Sequence[int]:
    """Return the schools in which a registration for a year waits for the person's decision."""
    led = schools_where(authority, Permission.DECIDE_LAPTOPS)
    waiting = select(LaptopPermission.school_id).where(
        LaptopPermission.school_id.in_(led),
        LaptopPermission.state == LaptopState.REQUESTED,
        LaptopPermission.year == year,
        LaptopPermission.user_id != authority.user_id,
    )
    return session.scalars(waiting.distinct()).all() if led else ()


def permitted_of(session: Session, school_id: int, year: str) -> list[LaptopView]:
    """List the permissions of a school that hold in a school year, by name."""
    holding = (LaptopPermission.school_id == school_id) & (LaptopPermission.state == LaptopState.PERMITTED)
    return _views(session, holding, year, (User.name, LaptopPermission.id))


def departments_of_people(
    session: Session, school_id: int, people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, str]:
    """Return the departments of people in a school, each person's joined with a comma."""
    rows = session.execute(
        select(Membership.user_id, func.string_agg(Department.name.distinct(), ", "))
        .join(Department, Department.id == Membership.department_id)
        .where(
            Membership.user_id.in_(people), Membership.school_id == school_id, Membership.ended_at.is_(None)
        )
        .group_by(Membership.user_id)
    ).all()
    return dict(rows)


def _views(
    session: Session, condition: ColumnElement[bool], year: str, order: Sequence[Any]
) -> list[LaptopView]:
    decider = aliased(User)
    rows = session.execute(
        select(LaptopPermission, User.name, func.coalesce(decider.name, ""))
        .join(User, User.id == LaptopPermission.user_id)
        .outerjoin(decider, decider.id == LaptopPermission.decided_by_id)
        .where(condition, LaptopPermission.year == year)
        .order_by(*order)
    )
    return [LaptopView(*row) for row in rows]
