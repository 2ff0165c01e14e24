"""Corrections that nobody can consent to, or that can never get their three witnesses."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.corrections.matching import lack_among, others_of
from app.corrections.models import Correction, CorrectionState, Part, Witness
from app.corrections.queries import is_requester_there, state_of, version_to_confirm
from app.people.lacks import Lack
from app.people.leading import holders_of, principals_now
from app.people.models import Role
from app.records.models import Record
from app.schools.models import School

_LIVING = [CorrectionState.REQUESTED, CorrectionState.OPEN]


@dataclass(frozen=True, slots=True)
class CorrectionAtAStand:
    """One correction that cannot go on, with whom it waits for in vain."""

    correction_id: int
    school_id: int
    school: str
    record_id: uuid.UUID
    title: str
    requested_by: str
    since: datetime
    lack: Lack


def corrections_at_a_stand(
    session: Session, school_ids: Collection[int] | None = None, most: int | None = None
) -> list[CorrectionAtAStand]:
    """List living corrections that cannot go on, of all schools if None are given, the oldest first.

    `most`: how many corrections are looked at. What has closed when its time was over is not living.
    """
    living = _LIVING_ONES if school_ids is None else _LIVING_ONES.where(Correction.school_id.in_(school_ids))
    found = (_as_it_stands(session, row) for row in session.execute(living.limit(most)).all())
    return [each for each in found if each is not None]


def standstill_of(session: Session, correction_id: int) -> CorrectionAtAStand | None:
    """Return what keeps one correction from going on, or None where it can, or is over."""
    row = session.execute(_LIVING_ONES.where(Correction.id == correction_id)).one_or_none()
    return None if row is None else _as_it_stands(session, row)


def _as_it_stands(session: Session, row: Row[Correction, Record, str, bool]) -> CorrectionAtAStand | None:
    correction, record, school, is_there = row
    lack = _lack(session, correction, record, is_there=is_there)
    if lack is None:
        return None
    return CorrectionAtAStand(
        correction.id,
        correction.school_id,
        school,
        record.id,
        record.title,
        correction.requester_name,
        correction.decided_at or correction.requested_at,
        lack,
    )


def _lack(session: Session, correction: Correction, record: Record, *, is_there: bool) -> Lack | None:
    state = state_of(correction)
    if state is CorrectionState.REQUESTED:
        return _lack_of_consent(session, correction)
    if state is CorrectionState.OPEN:
        return _lack_of_witnesses(session, correction, record, is_there=is_there)
    return None


def _lack_of_consent(session: Session, correction: Correction) -> Lack | None:
    able = principals_now(session, correction.school_id)
    if not able:
        return Lack.PRINCIPAL
    return Lack.CONSENT if able == [correction.requested_by_id] else None


def _lack_of_witnesses(
    session: Session, correction: Correction, record: Record, *, is_there: bool
) -> Lack | None:
    """Return who is missing beside those who have confirmed; what they could confirm as stands in their rows.

    Whoever has confirmed keeps some part of his own in any complete matching, so that one is enough.
    """
    could: dict[uuid.UUID, Collection[Part]] = {
        **others_of(session, correction.school_id, correction.requested_by_id)
    }
    for person in _answering(session, correction, record, is_there=is_there):
        could[person] = {*could.get(person, ()), Part.REQUESTER}
    for witness in _confirmed(session, correction, record):
        could[witness.user_id] = {Part(part) for part in witness.could}
    return lack_among(could)


def _answering(
    session: Session, correction: Correction, record: Record, *, is_there: bool
) -> Collection[uuid.UUID]:
    """Return who could confirm as who asked: he himself, or once he is gone who answers for the record."""
    if is_there:
        return {correction.requested_by_id}
    here = holders_of(session, correction.school_id, sorted(Role))
    return {person for person in here if record.is_answered_for_by(person)}


def _confirmed(session: Session, correction: Correction, record: Record) -> Sequence[Witness]:
    """Return the confirmations of what is handed in; an open correction is its record's latest."""
    version = version_to_confirm(correction, record, is_latest=True)
    of_version = (Witness.correction_id == correction.id, Witness.version == version)
    return session.scalars(select(Witness).where(*of_version)).all()


_LIVING_ONES: Select[Correction, Record, str, bool] = (
    select(Correction, Record, School.name, is_requester_there())
    .join(Record, Record.id == Correction.record_id)
    .join(School, School.id == Correction.school_id)
    .where(Correction.state.in_(_LIVING))
    .order_by(Correction.id)
)
