"""Who waits for whom: the records that need the caller's decision, oldest first."""

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_, union_all
from sqlalchemy.orm import Session

from app.people.authority import HEADS, Authority
from app.people.models import Role
from app.records.models import Record
from app.records.queries import RecordView, list_views
from app.schools.models import Department, School

Cursor = tuple[datetime, uuid.UUID]


Unit = frozenset[int | None]
"""The departments whose records may be looked at alone; None stands for what belongs to no department."""


MOST_COUNTED = 1000
"""Beyond this many, a queue is not counted, nor searched for the departments that are in it."""


def waiting_for(
    session: Session,
    authority: Authority,
    *,
    limit: int,
    after: Cursor | None = None,
    unit: Unit | None = None,
) -> list[RecordView]:
    """List up to `limit` records that wait for the person's decision, the longest waiting first.

    With a `unit` only its records are listed. Each post is one walk along its own index, or along that of
    the unit's departments, so the cost is that of the page, not of the pile.
    """
    walks = [_walk(pile, authority, limit, after) for pile in _piles(authority, unit)]
    if not walks:
        return []
    merged = union_all(*walks).subquery()
    ids = session.scalars(
        select(merged.c.id).order_by(merged.c.waiting_since, merged.c.id).limit(limit)
    ).all()
    return list_views(session, Record.id.in_(ids), (Record.waiting_since, Record.id), limit)


def count_waiting(
    session: Session,
    authority: Authority,
    *,
    unit: Unit | None = None,
    most: int = MOST_COUNTED,
    besides: uuid.UUID | None = None,
) -> int:
    """Count what waits for the person, up to `most`, without the record `besides`."""
    others = Record.id.is_distinct_from(besides)
    walks = [_walk(and_(pile, others), authority, most, None) for pile in _piles(authority, unit)]
    if not walks:
        return 0
    found = union_all(*walks).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def units_waiting(session: Session, authority: Authority) -> dict[str, Unit]:
    """Return the units with records among the first that wait, by their names; a school's own is empty.

    Who decides in several schools is told departments of one name apart by their schools; those of one school
    are one unit.
    """
    walks = [_walk(pile, authority, MOST_COUNTED, None) for pile in _piles(authority, None)]
    if not walks:
        return {}
    merged = union_all(*walks).subquery()
    named = (
        select(Record.department_id, Department.name, School.name)
        .outerjoin(Department, Department.id == Record.department_id)
        .outerjoin(School, School.id == Department.school_id)
        .where(Record.id.in_(select(merged.c.id)))
        .distinct()
        .order_by(Department.name, School.name)
    )
    rows = session.execute(named).all()
    many = len({school for *_, school in rows if school is not None}) > 1
    units: dict[str, Unit] = {}
    for unit, name, school in rows:
        shown = _name_of(name, school if many else None)
        units[shown] = units.get(shown, frozenset()) | {unit}
    return units


def _name_of(department: str | None, school: str | None) -> str:
    return " · ".join(filter(None, (department, school)))


def _piles(authority: Authority, unit: Unit | None) -> list[ColumnElement[bool]]:
    schools = sorted({p.school_id for p in authority.posts if p.role is Role.PRINCIPAL and p.school_id})
    led = [and_(Record.school_id == each, Record.waiting_for == "principal") for each in schools]
    headed = [
        and_(Record.department_id == each, Record.waiting_for == "head")
        for each in authority.department_ids(HEADS)
    ]
    within = true() if unit is None else _belongs_to(unit)
    return [and_(pile, within) for pile in led + headed]


def _belongs_to(unit: Unit) -> ColumnElement[bool]:
    departments = Record.department_id.in_([each for each in unit if each is not None])
    return or_(departments, Record.department_id.is_(None)) if None in unit else departments


def _walk(
    pile: ColumnElement[bool], authority: Authority, limit: int, after: Cursor | None
) -> Select[tuple[uuid.UUID, datetime | None]]:
    statement = select(Record.id, Record.waiting_since).where(
        pile,
        Record.owner_id != authority.user_id,
        Record.keeper_id.is_distinct_from(authority.user_id),
        Record.slot_owner_id.is_distinct_from(authority.user_id),
        Record.handed_in_by_id.is_distinct_from(authority.user_id),
        Record.approved_by_id.is_distinct_from(authority.user_id),
    )
    if after is not None:
        statement = statement.where(tuple_(Record.waiting_since, Record.id) > after)
    walk = statement.order_by(Record.waiting_since, Record.id).limit(limit).subquery()
    return select(walk.c.id, walk.c.waiting_since)
