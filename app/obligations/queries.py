"""Listing obligations with how they stand, within what the caller may know of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, tuple_
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.obligations.models import Obligation
from app.obligations.reach import Scope, check_known, scopes_of
from app.obligations.standing import Status, hashed_joins, standings
from app.people.authority import Authority
from app.people.models import User
from app.schools.models import Department, School

Cursor = tuple[int, datetime, int]
"""Where a list goes on: after the obligation with this school, deadline and id."""

MOST_SCHOOLS = 25
"""Schools that one page of an office's list walks through; it may be short, and tell where it goes on."""

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Filters:
    """A school year, and what its list is narrowed to; None where anything goes."""

    year: str
    owner: uuid.UUID | None = None
    record_type: str | None = None
    period: str | None = None
    status: Status | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True)
class OwedView:
    """One obligation with how it stands, and the names and codes shown beside it."""

    id: int
    school_id: int
    school_code: str
    type_code: str
    type_name: str
    party: str
    owner_id: uuid.UUID | None
    owner_name: str | None
    department_id: int | None
    department_name: str | None
    class_name: str
    subject: str
    title: str
    period: str
    opens_at: datetime | None
    due_at: datetime
    status: str
    record_id: uuid.UUID | None
    record_at: datetime | None
    """When that record changed last."""


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and where it goes on; None at its end."""

    rows: Sequence[OwedView]
    following: Cursor | None


def list_obligations(
    session: Session,
    authority: Authority,
    filters: Filters,
    moment: datetime,
    *,
    limit: int,
    after: Cursor | None = None,
) -> Page:
    """List obligations school by school, each in the order of deadlines; raises `NotFound`.

    A page may hold fewer than `limit` rows though the list goes on.
    """
    scopes = scopes_of(session, authority, filters.school)
    if filters.owner is not None:
        check_known(session, authority, scopes, filters.owner)
    ahead = [scope for scope in scopes if after is None or scope.school_id >= after[0]]
    rows: list[OwedView] = []
    for scope in ahead[:MOST_SCHOOLS]:
        statement = _listed(scope, filters.year, moment, _narrowed(filters)).limit(limit + 1 - len(rows))
        rows += _rows(session, scope, _going_on(statement, filters, scope, after))
        if len(rows) > limit:
            return Page(rows[:limit], _place(rows[limit - 1]))
    beyond = ahead[MOST_SCHOOLS:]
    return Page(rows, (beyond[0].school_id, _EARLIEST, 0) if beyond else None)


def views_of(
    session: Session, scope: Scope, year: str, moment: datetime, *conditions: ColumnElement[bool]
) -> list[OwedView]:
    """List all that one may know of a school's obligations under conditions, in the order of deadlines."""
    return _rows(session, scope, _listed(scope, year, moment, conditions))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (filters.owner, Obligation.owner_id == filters.owner),
        (filters.period, Obligation.period == filters.period),
        (filters.record_type, RecordType.code == filters.record_type),
    ]
    return [condition for value, condition in asked if value is not None]


def _listed(
    scope: Scope, year: str, moment: datetime, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    standing = standings(scope.school_id, year, moment, (*scope.conditions, *conditions)).c
    return (
        select(
            standing.id,
            standing.school_id,
            School.code,
            standing.code,
            RecordType.name,
            standing.party,
            standing.owner_id,
            User.name,
            standing.department_id,
            Department.name,
            standing.class_name,
            standing.subject,
            standing.title,
            standing.period,
            standing.opens_at,
            standing.due_at,
            standing.status,
            standing.record_id,
            standing.record_at,
        )
        .join(School, School.id == standing.school_id)
        .join(RecordType, RecordType.id == standing.record_type_id)
        .outerjoin(User, User.id == standing.owner_id)
        .outerjoin(Department, Department.id == standing.department_id)
        .order_by(standing.due_at, standing.id)
    )


def _going_on(statement: Select[Any], filters: Filters, scope: Scope, after: Cursor | None) -> Select[Any]:
    columns = statement.selected_columns
    if filters.status is not None:
        statement = statement.where(columns.status == filters.status)
    if after is not None and after[0] == scope.school_id:
        statement = statement.where(tuple_(columns.due_at, columns.id) > after[1:])
    return statement


def _rows(session: Session, scope: Scope, statement: Select[Any]) -> list[OwedView]:
    with hashed_joins(session):
        return [_view(scope, row) for row in session.execute(statement)]


def _view(scope: Scope, row: Row[*tuple[Any, ...]]) -> OwedView:
    view = OwedView(*row)
    if scope.overseen and view.status != Status.FILED:
        return replace(view, record_id=None, record_at=None)
    return view


def _place(row: OwedView) -> Cursor:
    return row.school_id, row.due_at, row.id
