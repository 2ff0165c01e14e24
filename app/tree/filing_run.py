"""A run of filing: one job takes along what else waits for the same store, since only one may write there."""

import logging
import time
import uuid

from sqlalchemy import exists, select

from app.context import Context
from app.records.models import OfficialFile, Record
from app.schools.models import School
from app.tree.filing import file_record
from app.tree.models import StuckJob
from app.tree.stores import lock_of
from workflows.model import State

log = logging.getLogger(__name__)

LONGEST_RUN = 20.0
"""Seconds after which a run ends, so that other jobs of the store get their turn."""


def file_and_go_on(context: Context, record_id: str) -> None:
    """File a record, then those of its school that wait, for a while.

    Jobs under one lock begin only when a worker looks again, which in a cloud would cost more than the
    filing. Whatever fails along the way is left to the job of its own; that of a record which is
    filed already leaves quietly. Raises what `file_record` raises for the record itself.
    """
    began = time.monotonic()
    file_record(context, record_id)
    while time.monotonic() - began < LONGEST_RUN:
        following = _next(context, uuid.UUID(record_id))
        if following is None:
            return
        try:
            file_record(context, following)
        except Exception as failure:  # noqa: BLE001 -- the record's own job meets it again and says so
            log.info("left to its own job: %s", type(failure).__name__)
            return


def _next(context: Context, record_id: uuid.UUID) -> str | None:
    """Return the record that has waited longest for the same cloud; a folder of ours needs no such run."""
    with context.database.transaction() as session:
        school = session.scalars(
            select(School).join(Record, Record.school_id == School.id).where(Record.id == record_id)
        ).one()
        if lock_of(session, school) is None:
            return None
        waiting = session.scalar(
            select(OfficialFile.record_id)
            .join(Record, Record.id == OfficialFile.record_id)
            .where(
                OfficialFile.school_id == school.id,
                OfficialFile.filed_at.is_(None),
                OfficialFile.turn == Record.turn,
                Record.state == State.SIGNED_OFF,
                ~exists().where(StuckJob.record_id == OfficialFile.record_id, StuckJob.task == "file"),
            )
            .order_by(OfficialFile.sealed_at, OfficialFile.record_id)
            .limit(1)
        )
        return None if waiting is None else str(waiting)
