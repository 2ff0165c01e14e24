"""How each obligation stands: the one place where records are matched with what is owed."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.catalogue.models import OwnerKind, RecordType
from app.catalogue.periods import periods_in
from app.obligations.models import Obligation
from app.records.models import Record
from app.records.queries import holds_slot
from workflows.model import State


class Status(StrEnum):
    """How an obligation stands; the values are those of the API."""

    MISSING = "missing"
    LATE = "late"
    UNDER_WAY = "under_way"
    RETURNED = "returned"
    FILED = "filed"


_FILED = (State.FILED, State.WITHDRAWN)
"""Of what was withdrawn only that counts whose filed version stands, because a correction was given up."""
_RANKS = (Status.RETURNED, Status.UNDER_WAY, Status.FILED)
"""Of several records in one slot the first of these tells how it stands."""


def standings(
    school_id: int, year: str, moment: datetime, conditions: Sequence[ColumnElement[bool]] = ()
) -> Subquery:
    """Select a school's obligations of a year under `conditions`, each with `status` and `record_id`.

    The columns are those of the table, with `code`, the record type's, `status`, as at `moment`,
    and `record_id` and `record_at`: the record that tells the status, and when it changed last.
    Records and obligations meet by a hash of type, period and party, so that the cost is that of
    reading both once.
    """
    owed = _owed(school_id, year, conditions)
    handed_in = _handed_in(school_id, year, holds_slot())
    rank = func.min(handed_in.c.rank)
    decisive = aggregate_order_by(handed_in.c.id, handed_in.c.rank, handed_in.c.updated_at.desc())
    changed = aggregate_order_by(handed_in.c.updated_at, handed_in.c.rank, handed_in.c.updated_at.desc())
    found = (
        select(
            owed.c.id.label("owed_id"),
            rank.label("rank"),
            func.array_agg(decisive)[1].label("record_id"),
            func.array_agg(changed)[1].label("record_at"),
        )
        .join(handed_in, _meets(owed, handed_in))
        .group_by(owed.c.id)
        .subquery("found")
    )
    status = case(
        *[(found.c.rank == number, status.value) for number, status in enumerate(_RANKS)],
        (owed.c.due_at < moment, Status.LATE.value),
        else_=Status.MISSING.value,
    )
    return (
        select(owed, status.label("status"), found.c.record_id, found.c.record_at)
        .outerjoin(found, found.c.owed_id == owed.c.id)
        .subquery("standing")
    )


@contextmanager
def hashed_joins(session: Session) -> Iterator[None]:
    """Keep the planner from matching row by row, which it takes for cheap while tables are new to it.

    Just after a school was imported its statistics say that there are a few rows; matching some thousand
    obligations with some thousand records one by one would then take seconds instead of milliseconds.
    """
    session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    session.execute(text("SET LOCAL enable_nestloop = on"))


def filled(school_id: int, year: str) -> Select[Any]:
    """Select the ids of the obligations that a living record fills, wherever it stands."""
    owed, handed_in = _owed(school_id, year, ()), _handed_in(school_id, year, holds_slot())
    return select(owed.c.id).join(handed_in, _meets(owed, handed_in))


def fulfilling(
    school_id: int, year: str, party: str, record_ids: Collection[uuid.UUID]
) -> Select[*tuple[Any, ...]]:
    """Select which of the records, withdrawn ones too, are for which of a party's obligations of a year."""
    owed = _owed(school_id, year, (Obligation.party == party,))
    handed_in = _handed_in(school_id, year, Record.id.in_(record_ids))
    return select(
        handed_in.c.id.label("record_id"), owed.c.period, owed.c.due_at, owed.c.class_name, owed.c.subject
    ).join(handed_in, _meets(owed, handed_in))


def _owed(school_id: int, year: str, conditions: Sequence[ColumnElement[bool]]) -> Subquery:
    return (
        select(*Obligation.__table__.columns, RecordType.code)
        .join(RecordType, RecordType.id == Obligation.record_type_id)
        .where(Obligation.school_id == school_id, Obligation.year == year, *conditions)
        .subquery("owed")
    )


def _handed_in(school_id: int, year: str, which: ColumnElement[bool]) -> Subquery:
    """Select those of the school's records of a year with the party that each was handed in for."""
    party = case(
        (RecordType.owner_kind == OwnerKind.TEACHER, literal("u:") + cast(Record.slot_owner, String)),
        (RecordType.owner_kind == OwnerKind.DEPARTMENT, literal("d:") + cast(Record.department_id, String)),
        else_=literal("s:") + cast(Record.school_id, String),
    )
    rank = case((Record.state == State.RETURNED, 0), (Record.state.in_(_FILED), 2), else_=1)
    return (
        select(
            Record.id,
            RecordType.code,
            Record.period,
            party.label("party"),
            _folded(Record.class_name).label("class_name"),
            _folded(Record.subject).label("subject"),
            _folded(Record.title).label("title"),
            cast(rank, Integer).label("rank"),
            Record.updated_at,
        )
        .join(RecordType, RecordType.id == Record.record_type_id)
        .where(
            Record.school_id == school_id,
            which,
            Record.period.in_(periods_in(year)),
        )
        .subquery("handed_in")
    )


def _meets(owed: Subquery, handed_in: Subquery) -> ColumnElement[bool]:
    """Class, subject and title count only where the obligation names them; versions of a type are one."""
    return and_(
        handed_in.c.code == owed.c.code,
        handed_in.c.period == owed.c.period,
        handed_in.c.party == owed.c.party,
        *(
            or_(owed.c[name] == "", handed_in.c[name] == _folded(owed.c[name]))
            for name in ("class_name", "subject", "title")
        ),
    )


def _folded(words: Any) -> ColumnElement[str]:
    return func.lower(func.normalize(func.btrim(words)))
