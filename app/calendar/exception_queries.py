"""Which exceptions a person may see, and for whom he may grant one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.calendar.models import DeadlineException
from app.people.authority import HEADS, Authority
from app.people.models import Membership, Role, User
from app.people.permissions import Permission, may
from app.words import called, name_order


@dataclass(frozen=True)
class ExceptionView:
    """An exception with the names of whom it is for and who granted it."""

    exception: DeadlineException
    person: str
    granted_by: str


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be granted an exception; the name with the staff code."""

    user_id: uuid.UUID
    name: str


def exceptions_known_to(
    session: Session, authority: Authority, school_id: int, year: str
) -> list[ExceptionView]:
    """List a year's living exceptions: one's own, and those of whomever one answers for; newest first.

    Reasons are private: illness, family. So not everybody sees them.
    """
    person, granter = aliased(User), aliased(User)
    statement = (
        select(DeadlineException, person.name, person.staff_code, granter.name)
        .join(person, person.id == DeadlineException.user_id)
        .join(granter, granter.id == DeadlineException.granted_by_id)
        .where(
            DeadlineException.school_id == school_id,
            DeadlineException.period.startswith(year),
            DeadlineException.revoked_at.is_(None),
            or_(
                DeadlineException.user_id == authority.user_id,
                DeadlineException.user_id.in_(_answered_for(authority, school_id)),
            ),
        )
        .order_by(DeadlineException.granted_at.desc(), DeadlineException.id.desc())
    )
    return [
        ExceptionView(exception, called(name, code), granter_name)
        for exception, name, code, granter_name in session.execute(statement)
    ]


def colleagues_for(session: Session, authority: Authority, school_id: int) -> Sequence[Colleague]:
    """List for whom the person may grant exceptions, by given name: never for himself."""
    if not may(authority, Permission.GRANT_EXCEPTIONS, school_id):
        return []
    wanted = User.id.in_(_answered_for(authority, school_id))
    statement = select(User.id, User.name, User.staff_code).where(wanted, User.id != authority.user_id)
    found = sorted(session.execute(statement), key=lambda row: name_order(row.name))
    return [Colleague(user_id, called(name, code)) for user_id, name, code in found]


def _answered_for(authority: Authority, school_id: int) -> Select[uuid.UUID]:
    """Select who works in the whole school for whoever leads it, else in the departments one heads."""
    reach: ColumnElement[bool] = Membership.department_id.in_(authority.department_ids(HEADS))
    if authority.leads(school_id) is not None or authority.holds({Role.RECORDS_ADMIN}, school_id):
        reach = Membership.school_id == school_id
    living = and_(Membership.school_id == school_id, Membership.ended_at.is_(None), reach)
    return select(Membership.user_id).where(living)
