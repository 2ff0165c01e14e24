"""How a correction closes: all three confirmed what was filed, or its time is over.

Whoever writes here has locked the record first and the correction after it.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.corrections.journal import happening
from app.corrections.models import Correction, CorrectionState, Part, Witness
from app.corrections.queries import state_of
from app.db import now
from app.jobs import ask_for_each
from app.records.models import Record
from app.schools.models import School
from workflows.model import State

WITNESSED, EXPIRED = "witnessed", "expired"


def close_if_witnessed(session: Session, correction: Correction, record: Record) -> None:
    """Close an open correction if its new version is filed and all three have confirmed exactly that."""
    is_new = record.state == State.FILED and record.version > correction.old_version
    if not is_new or state_of(correction) is not CorrectionState.OPEN:
        return
    parts = session.scalar(
        select(func.count()).where(
            Witness.correction_id == correction.id,
            Witness.version == record.version,
            Witness.sha256 == record.sha256,
        )
    )
    if parts == len(Part):
        _close(correction, now(), WITNESSED)


def close_filed(session: Session, record_ids: Collection[uuid.UUID]) -> list[tuple[str, Happening]]:
    """Note with their corrections what has just been filed, and close those that are complete.

    Returns what is to be written into the audit logs of which schools. Does nothing the second time.
    """
    found = _of_filed(session, record_ids) if record_ids else []
    noted = []
    for correction, record, school in found:
        correction.new_version, correction.new_sha256 = record.version, record.sha256
        _close_if_over(correction)
        close_if_witnessed(session, correction, record)
        noted.append((school, happening(None, correction, "correction.filed")))
    session.flush()
    return noted


def close_over(session: Session, record_ids: Collection[uuid.UUID]) -> None:
    """Write down that the time of corrections of these locked records is over, where it is."""
    over = (
        select(Correction)
        .where(
            Correction.record_id.in_(record_ids),
            Correction.state == CorrectionState.OPEN,
            Correction.until <= now(),
        )
        .with_for_update()
    )
    for correction in session.scalars(over).all():
        _close_if_over(correction)
        school = session.get_one(School, correction.school_id)
        session.flush()
        append(session, school.code, [happening(None, correction, "correction.expired")])


def ask_for_expired(context: Context) -> None:
    """Queue the closing of every correction whose time is over."""
    with context.database.transaction() as session:
        due = session.scalars(
            select(Correction.record_id).where(
                Correction.state == CorrectionState.OPEN, Correction.until <= now()
            )
        ).all()
        ask_for_each(session, "close_expired", "record_id", map(str, due))


def close_expired(context: Context, record_id: str) -> None:
    """Write down of a record's correction that its time is over, where it is; repeated it changes nothing."""
    with context.database.transaction() as session:
        record = session.get_one(Record, uuid.UUID(record_id), with_for_update=True)
        close_over(session, [record.id])


def _of_filed(session: Session, record_ids: Collection[uuid.UUID]) -> list[tuple[Correction, Record, str]]:
    """Return the latest correction of each filed record, unless what was filed under it is settled."""
    latest = select(func.max(Correction.id)).group_by(Correction.record_id)
    rows = session.execute(
        select(Correction, Record, School.code)
        .join(Record, Record.id == Correction.record_id)
        .join(School, School.id == Correction.school_id)
        .where(
            Correction.id.in_(latest.where(Correction.record_id.in_(record_ids))),
            or_(Correction.new_version.is_(None), Correction.state == CorrectionState.OPEN),
            Correction.until.is_not(None),
            Record.version > Correction.old_version,
        )
        .with_for_update(of=Correction)
        .execution_options(populate_existing=True)
    )
    return [(correction, record, school) for correction, record, school in rows]


def _close_if_over(correction: Correction) -> None:
    if correction.state == CorrectionState.OPEN and correction.until and correction.until <= now():
        _close(correction, correction.until, EXPIRED)


def _close(correction: Correction, at: datetime, ending: str) -> None:
    correction.state, correction.closed_at, correction.ending = CorrectionState.CLOSED, at, ending
