"""Reading records, always within what the caller may know of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select, tuple_, union
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import RecordType
from app.errors import NotFound
from app.people.authority import HEADS, SCHOOL_WIDE, Authority
from app.people.models import User
from app.records.models import OfficialFile, Record, Version
from app.records.search import matches
from app.schools.models import Department, School
from app.schools.queries import overseen_schools
from workflows.model import State

Cursor = tuple[datetime, uuid.UUID]


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None where anything goes."""

    state: str | None = None
    record_type: str | None = None
    owner: uuid.UUID | None = None
    period: str | None = None
    school: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with the names and codes that pages and the API show beside it."""

    record: Record
    school_code: str
    school_name: str
    type_code: str
    type_name: str
    owner_name: str
    department_name: str
    official: OfficialFile | None
    signature_traces: bool
    """The present version holds what looks like a digital signature and is none that counts."""


def visible_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a record."""
    return or_(*_reach(authority))


def is_answerable(authority: Authority, record: Record) -> bool:
    """Tell whether the person answers for a record now: he owns it, or took it over, and is in its school.

    Who left the school answers for nothing there, whatever bears his name.
    """
    return record.is_answered_for_by(authority.user_id) and authority.belongs_to(record.school_id)


def _reach(authority: Authority) -> list[ColumnElement[bool]]:
    """List the ways in which a person may come to know of a record, each along an index.

    While he is in the school, his own, those he took over, and those he handed in and then over; those
    of a department he heads; all of a school he leads or administers; and for an officer what is filed in
    the schools overseen, except types with pupils' sensitive data.
    """
    own = [Record.owner_id, Record.keeper_id, Record.slot_owner_id]
    ways = [
        and_(column == authority.user_id, Record.school_id == school)
        for school in authority.own_schools()
        for column in own
    ]
    ways += [Record.department_id == department for department in authority.department_ids(HEADS)]
    ways += [Record.school_id == school for school in authority.school_ids(SCHOOL_WIDE)]
    if offices := authority.office_ids():
        insensitive = select(RecordType.id).where(RecordType.sensitive.is_(False))
        ways.append(
            and_(
                Record.state == State.FILED,
                Record.school_id.in_(overseen_schools(offices)),
                Record.record_type_id.in_(insensitive),
            )
        )
    return ways or [false()]


def holds_slot(record: type[Record] = Record) -> ColumnElement[bool]:
    """Return the condition that no other record may take the slot of one.

    It lives, or it was filed: whoever withdraws a version that was to correct it leaves the filed one where
    it is.
    """
    return or_(record.state != State.WITHDRAWN, was_filed(record))


def was_filed(record: type[Record] = Record) -> ColumnElement[bool]:
    """Return the condition that a version of a record was ever filed."""
    return exists().where(OfficialFile.record_id == record.id, OfficialFile.filed_at.is_not(None))


def view_of(session: Session, authority: Authority, record_id: uuid.UUID) -> RecordView:
    """Return one record; raises `NotFound` also for what the caller may not know of."""
    row = session.execute(_VIEWS.where(Record.id == record_id, visible_to(authority))).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def views_of(session: Session, authority: Authority, record_ids: Sequence[uuid.UUID]) -> list[RecordView]:
    """Return the visible ones among `record_ids`, in no particular order."""
    rows = session.execute(_VIEWS.where(Record.id.in_(record_ids), visible_to(authority)))
    return [_view(row) for row in rows]


def list_records(
    session: Session, authority: Authority, filters: Filters, *, limit: int, after: Cursor | None = None
) -> list[RecordView]:
    """List up to `limit` records, newest first, after the cursor of the last one seen.

    Each way to know of a record is one walk along its own index, so a page costs no more in a large
    school than in a small one.
    """
    conditions = conditions_of(filters)
    if after is not None:
        conditions.append(tuple_(Record.created_at, Record.id) < after)
    newest_first = (Record.created_at.desc(), Record.id.desc())
    walks = [
        select(Record.id, Record.created_at)
        .where(way, *conditions)
        .order_by(*newest_first)
        .limit(limit)
        .subquery()
        for way in _reach(authority)
    ]
    found = union(*(select(walk.c.id, walk.c.created_at) for walk in walks)).subquery()
    first = select(found.c.id).order_by(found.c.created_at.desc(), found.c.id.desc()).limit(limit)
    ids = session.scalars(first).all()
    return list_views(session, Record.id.in_(ids), newest_first, limit) if ids else []


def list_views(
    session: Session, condition: ColumnElement[bool], order: Sequence[Any], limit: int
) -> list[RecordView]:
    """List the views under a condition that a room to the left has made, in its order."""
    rows = session.execute(_VIEWS.where(condition).order_by(*order).limit(limit))
    return [_view(row) for row in rows]


def version_of(session: Session, record_id: uuid.UUID, number: int) -> Version:
    """Return one version of a record already known to be visible; raises `NotFound`."""
    version = session.get(Version, (record_id, number))
    if version is None:
        raise NotFound
    return version


def officials_of(session: Session, record_id: uuid.UUID) -> Sequence[OfficialFile]:
    """List what the versions of a record already known to be visible were filed as, the latest first."""
    filed = select(OfficialFile).where(
        OfficialFile.record_id == record_id, OfficialFile.filed_at.is_not(None)
    )
    return session.scalars(filed.order_by(OfficialFile.turn.desc())).all()


def conditions_of(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what the filters ask of a record itself, so that no other table has to be joined."""
    types = select(RecordType.id).where(RecordType.code == filters.record_type)
    schools = select(School.id).where(School.code == filters.school)
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (filters.state, Record.state == filters.state),
        (filters.owner, Record.owner_id == filters.owner),
        (filters.period, Record.period == filters.period),
        (filters.record_type, Record.record_type_id.in_(types)),
        (filters.school, Record.school_id.in_(schools)),
    ]
    conditions = [condition for value, condition in asked if value is not None]
    if filters.q is not None and filters.q.strip():
        found = matches(filters.q)
        conditions.append(false() if found is None else found)
    return conditions


def _view(row: Row[*tuple[Any, ...]]) -> RecordView:
    return RecordView(*row)


# The more tables are joined, the longer PostgreSQL thinks of their order. What gives one column is asked for
# beside the record instead.
_owner_name = select(User.name).where(User.id == Record.owner_id).scalar_subquery()
_department_name = select(Department.name).where(Department.id == Record.department_id).scalar_subquery()
_signature_traces = (
    select(Version.signature_traces)
    .where(Version.record_id == Record.id, Version.number == Record.version)
    .scalar_subquery()
)
_later = aliased(OfficialFile)
_latest_turn = (
    select(_later.turn)
    .where(_later.record_id == Record.id, _later.filed_at.is_not(None))
    .order_by(_later.turn.desc())
    .limit(1)
    .scalar_subquery()
)
_VIEWS: Select[*tuple[Any, ...]] = (
    select(
        Record,
        School.code,
        School.name,
        RecordType.code,
        RecordType.name,
        _owner_name,
        _department_name,
        OfficialFile,
        func.coalesce(_signature_traces, false()),
    )
    .join(School, School.id == Record.school_id)
    .join(RecordType, RecordType.id == Record.record_type_id)
    .outerjoin(OfficialFile, and_(OfficialFile.record_id == Record.id, OfficialFile.turn == _latest_turn))
)
