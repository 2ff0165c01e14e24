"""What holds for records beside their state: whether their period is closed, and what a correction opens."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BindParameter, DateTime, Uuid, any_, bindparam, select
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.corrections.queries import is_corrected_at, is_under_correction
from app.db import now
from app.locks.closures import Closure, closures_of
from app.records.models import Record


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a record may move at all, apart from who asks."""

    closure: Closure | None
    correction_open: bool
    under_correction: bool


FREE = Standing(closure=None, correction_open=False, under_correction=False)
"""That of a record in an open period, never filed."""


def standings_of(session: Session, records: Sequence[Record]) -> Mapping[uuid.UUID, Standing]:
    """Return how each record stands now, in a number of statements that does not grow with theirs."""
    values = {_RECORDS.key: [record.id for record in records], _NOW.key: now()}
    rows = session.execute(_STANDINGS, values).all()
    closures = closures_of(session, {row.school_id for row in rows})
    return {
        record_id: Standing(closures.over(school_id, code, period), is_open, is_under)
        for record_id, school_id, code, period, is_open, is_under in rows
    }


def standing_of(session: Session, record: Record) -> Standing:
    """Return how one record stands at this moment."""
    return standings_of(session, [record])[record.id]


# Asked at every decision and for every list: put together once, since that costs more than the asking.
_RECORDS: BindParameter[Any] = bindparam("records", type_=ARRAY(Uuid))
_NOW: BindParameter[Any] = bindparam("now", type_=DateTime(timezone=True))
_STANDINGS = (
    select(
        Record.id,
        Record.school_id,
        RecordType.code,
        Record.period,
        is_corrected_at(_NOW),
        is_under_correction(),
    )
    .join(RecordType, RecordType.id == Record.record_type_id)
    .where(Record.id == any_(_RECORDS))
)
