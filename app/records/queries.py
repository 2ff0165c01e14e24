"""Reading records, always within what the caller may know of."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import RecordType
from app.errors import NotFound
from app.people.authority import HEADS, SCHOOL_WIDE, Authority
from app.people.models import User
from app.records.models import OfficialFile, Record, Version
from app.schools.models import Department, School
from app.schools.queries import overseen_schools
from workflows.model import State


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


@dataclass(frozen=True, slots=True)
class Way:
    """One way to know of records of a school, along an index."""

    school_id: int
    condition: ColumnElement[bool]


def visible_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a record."""
    ways = [way.condition for way in ways_of(authority)]
    if offices := authority.office_ids():
        ways.append(and_(*overseen(), Record.school_id.in_(overseen_schools(offices))))
    return or_(*ways) if ways else false()


def is_answerable(authority: Authority, record: Record) -> bool:
    """Tell whether the person answers for a record now: he owns it, or took it over, and is in its school.

    Who left the school answers for nothing there, whatever bears his name.
    """
    return record.is_answered_for_by(authority.user_id) and authority.belongs_to(record.school_id)


def ways_of(authority: Authority) -> list[Way]:
    """List the ways in which a person may come to know of a school's records.

    All of a school he leads or administers; in any other, his own while he is there, those he took over,
    those he handed in and then over, and those of a department he heads.
    """
    wide = authority.school_ids(SCHOOL_WIDE)
    ways = [Way(school, Record.school_id == school) for school in wide]
    ways += [
        Way(school, and_(column == authority.user_id, Record.school_id == school))
        for school in authority.own_schools()
        for column in (Record.owner_id, Record.keeper_id, Record.slot_owner_id)
        if school not in wide
    ]
    headed = {(post.department_id, post.school_id) for post in authority.posts if post.role in HEADS}
    ways += [
        Way(school, Record.department_id == department)
        for department, school in sorted(headed, key=str)
        if department is not None and school is not None and school not in wide
    ]
    return ways


def overseen() -> tuple[ColumnElement[bool], ...]:
    """Return what an officer may know of in the schools overseen: what is filed and not sensitive."""
    insensitive = select(RecordType.id).where(RecordType.sensitive.is_(False))
    return Record.state == State.FILED, Record.record_type_id.in_(insensitive)


def holds_slot(record: type[Record] = Record) -> ColumnElement[bool]:
    """Return the condition that no other record may take the slot of one.

    It lives, or it was filed: whoever withdraws a version that was to correct it leaves the filed one where
    it is.
    """
    return or_(record.state != State.WITHDRAWN, was_filed(record))


def slot_holders(slot: Iterable[ColumnElement[bool]], record: type[Record] = Record) -> Subquery:
    """Select what holds a slot: the living by the index that keeps them apart, the withdrawn by their own.

    One condition for both would be served by neither. The state is written out, so that a plan kept for any
    value may use them too.
    """
    same = tuple(slot)
    withdrawn: ColumnElement[str] = literal_column(f"'{State.WITHDRAWN.value}'")
    columns = (record.id, record.title, record.sha256)
    living = select(*columns).where(*same, record.state != withdrawn)
    filed = select(*columns).where(*same, record.state == withdrawn, was_filed(record))
    return union_all(living, filed).subquery("holders")


def was_filed(record: type[Record] = Record) -> ColumnElement[bool]:
    """Return the condition that a version of a record was ever filed.

    Asked record by record: for `EXISTS` PostgreSQL may read the files of all schools.
    """
    filed = select(OfficialFile.turn).where(
        OfficialFile.record_id == record.id, OfficialFile.filed_at.is_not(None)
    )
    return filed.limit(1).scalar_subquery().is_not(None)


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
