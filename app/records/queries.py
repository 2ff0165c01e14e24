"""Reading records, always within what the caller may know of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select, true, tuple_
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


def visible_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a record.

    His own; those of a department he heads; all of a school he leads or administers; and for an
    officer what is filed in the schools overseen, except types with pupils' sensitive data.
    """
    conditions: list[ColumnElement[bool]] = [Record.owner_id == authority.user_id]
    if departments := authority.department_ids(HEADS):
        conditions.append(Record.department_id.in_(departments))
    if schools := authority.school_ids(SCHOOL_WIDE):
        conditions.append(Record.school_id.in_(schools))
    if offices := authority.office_ids():
        insensitive = select(RecordType.id).where(RecordType.sensitive.is_(False))
        conditions.append(
            and_(
                Record.state == State.FILED,
                Record.school_id.in_(overseen_schools(offices)),
                Record.record_type_id.in_(insensitive),
            )
        )
    return or_(*conditions)


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
    """List up to `limit` records, newest first, after the cursor of the last one seen."""
    statement = _VIEWS.where(visible_to(authority), *_conditions(filters))
    if after is not None:
        statement = statement.where(tuple_(Record.created_at, Record.id) < after)
    ordered = statement.order_by(Record.created_at.desc(), Record.id.desc()).limit(limit)
    return [_view(row) for row in session.execute(ordered)]


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


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    equal = [
        (Record.state, filters.state),
        (RecordType.code, filters.record_type),
        (Record.owner_id, filters.owner),
        (Record.period, filters.period),
        (School.code, filters.school),
    ]
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if filters.q is not None:
        found = matches(filters.q)
        conditions.append(
            true() if found is None and not filters.q.strip() else false() if found is None else found
        )
    return conditions


def _view(row: Row[*tuple[Any, ...]]) -> RecordView:
    return RecordView(*row)


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
        User.name,
        Department.name,
        OfficialFile,
    )
    .join(School, School.id == Record.school_id)
    .join(RecordType, RecordType.id == Record.record_type_id)
    .join(User, User.id == Record.owner_id)
    .outerjoin(Department, Department.id == Record.department_id)
    .outerjoin(OfficialFile, and_(OfficialFile.record_id == Record.id, OfficialFile.turn == _latest_turn))
)
