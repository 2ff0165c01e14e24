"""By which route records go: whether a head decides first, for a person handing in and for rows there are.

The same rule twice, since a new record has no row yet; a test holds both against each other.
"""

import uuid

from sqlalchemy import ColumnElement, String, and_, case, exists, literal, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.catalogue.models import OwnerKind
from app.people.authority import LEADERS, Authority
from app.people.models import Membership, Role
from app.records.models import Record

MAKERS: tuple[InstrumentedAttribute[object], ...] = (
    Record.owner_id,
    Record.keeper_id,
    Record.slot_owner_id,
    Record.handed_in_by_id,
)
"""Whose record it is in any sense: none of them decides on it, or on its correction."""


def makers_of(record: Record) -> frozenset[uuid.UUID]:
    """Return who these are."""
    made: set[uuid.UUID | None] = {getattr(record, maker.key) for maker in MAKERS}
    return frozenset(person for person in made if person is not None)


def route_for(kind: OwnerKind, authority: Authority, school_id: int, department_id: int | None) -> str:
    """Return the route of a person's records of a kind, handed in for a department of a school.

    Those of its head and of the school's leaders, and of people in no department, skip the head.
    """
    if kind is not OwnerKind.TEACHER:
        return "department" if kind is OwnerKind.DEPARTMENT else "school"
    is_head = any(
        post.role is Role.HEAD and post.department_id == department_id
        for post in authority.own_posts(school_id)
    )
    above = is_head or authority.holds(LEADERS, school_id)
    return "department" if above or department_id is None else "teacher"


def route_now() -> ColumnElement[str]:
    """Return the route of a teacher's record by the posts of this moment, where `Record` is read.

    It skips the head where whoever's it is heads the department by now, or leads the school.
    """
    post = aliased(Membership)
    is_head = and_(post.role == Role.HEAD, post.department_id == Record.department_id)
    above = exists().where(
        post.user_id.in_(MAKERS),
        post.school_id == Record.school_id,
        post.ended_at.is_(None),
        or_(is_head, post.role.in_(sorted(LEADERS))),
    )
    skips = or_(above, Record.department_id.is_(None))
    return case((skips, literal("department", String)), else_=literal("teacher", String))
