"""The evidence of one person's work: what was handed in, approved and signed off, when, with hashes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.approvals.models import Event
from app.catalogue.models import RecordType
from app.catalogue.periods import periods_in
from app.clock import VIETNAM
from app.people.authority import Authority
from app.records.models import OfficialFile, Record
from app.records.queries import visible_to
from workflows.model import Action, State


@dataclass(frozen=True, slots=True)
class Proof:
    """One record and the moments of its way; empty where it has not come so far."""

    record_id: uuid.UUID
    title: str
    type_name: str
    period: str
    class_name: str
    subject: str
    state: str
    version: int
    sha256: str
    official_sha256: str | None
    submitted_at: datetime
    approved_at: datetime | None
    signed_off_at: datetime | None
    filed_at: datetime | None

    @property
    def month(self) -> str:
        """The month in which it was handed in first, like `09/2026`."""
        return self.submitted_at.astimezone(VIETNAM).strftime("%m/%Y")


def evidence_of(
    session: Session, authority: Authority, person_id: uuid.UUID, school_id: int, year: str
) -> list[Proof]:
    """List what a person handed in at a school for a year as far as the caller may know of it, oldest first.

    What he handed over and had owed himself is among it.
    """
    submitted = func.min(Event.at).filter(Event.action == Action.SUBMIT).label("submitted_at")
    official = (
        select(OfficialFile.sha256)
        .where(OfficialFile.record_id == Record.id, OfficialFile.filed_at.is_not(None))
        .order_by(OfficialFile.turn.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(
            Record.id,
            Record.title,
            RecordType.name,
            Record.period,
            Record.class_name,
            Record.subject,
            Record.state,
            Record.version,
            Record.sha256,
            official,
            submitted,
            _latest(Action.APPROVE),
            _latest(Action.SIGN_OFF),
            _latest(Action.FILE),
        )
        .join(RecordType, RecordType.id == Record.record_type_id)
        .join(Event, Event.record_id == Record.id)
        .where(
            Record.slot_owner == person_id,
            Record.school_id == school_id,
            Record.state != State.WITHDRAWN,
            Record.period.in_(periods_in(year)),
            visible_to(authority),
        )
        .group_by(Record.id, RecordType.name)
        .order_by(submitted, Record.id)
    )
    return [Proof(*row) for row in session.execute(statement)]


def by_month(proofs: Sequence[Proof]) -> list[tuple[str, list[Proof]]]:
    """Put records together by the month in which they were handed in."""
    return [(month, list(own)) for month, own in groupby(proofs, key=lambda proof: proof.month)]


def _latest(action: Action) -> ColumnElement[Any]:
    """Return when an action was done last, if not before the present version was handed in."""
    handed_in = func.max(Event.at).filter(Event.action.in_([Action.SUBMIT, Action.RESUBMIT]))
    done = func.max(Event.at).filter(Event.action == action)
    return case((done > handed_in, done))
