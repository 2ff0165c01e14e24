"""Which slots stay the giver's when records are handed over: those of what he goes on owing, or owed."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.calendar.queries import calendar_of
from app.catalogue.periods import year_in
from app.obligations.expected import day_that_counts
from app.obligations.standing import fulfilling, hashed_joins
from app.words import folded


@dataclass(frozen=True)
class HandedOver:
    """What somebody gives up in a school from a day on: records, and what he teaches or leads there."""

    school_id: int
    giver: uuid.UUID
    first_day: date
    """The first day on which the taker has the duties."""
    record_ids: Collection[uuid.UUID]
    duties: Collection[tuple[str, str]]
    """Classes with the subject taught there, empty for a homeroom teacher."""


def slots_kept(session: Session, handed: HandedOver, periods: Collection[str]) -> set[uuid.UUID]:
    """Return which of the records, of these periods, go on counting for the giver.

    An obligation goes to the taker with the duty that it rests on, if the day on which it is asked lies
    in his time; then so does the record. One that names no class rests on no duty: the taker owes his own.
    """
    kept: set[uuid.UUID] = set()
    for year in sorted({year_in(period) for period in periods}):
        found = fulfilling(handed.school_id, year, f"u:{handed.giver}", handed.record_ids)
        with hashed_joins(session):
            rows = session.execute(found).all()
        calendar = calendar_of(session, handed.school_id, year)
        for row in rows:
            days = calendar.find(row.period)
            asked_on = None if days is None else day_that_counts(row.due_at, days)
            if not _goes_with_duty(handed, row, asked_on):
                kept.add(row.record_id)
    return kept


def _goes_with_duty(handed: HandedOver, row: Row[*tuple[Any, ...]], asked_on: date | None) -> bool:
    if asked_on is None or asked_on < handed.first_day:
        return False
    return any(
        folded(class_name) == folded(row.class_name) and row.subject in {"", subject}
        for class_name, subject in handed.duties
        if row.class_name
    )
