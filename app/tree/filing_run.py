"""A run of filing: one job takes along what else waits for the same store, since only one may write there."""

import logging
import threading
import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import String, cast, exists, select

from app.context import Context
from app.errors import Refused
from app.records.models import OfficialFile, Record
from app.storage.attended import AttendedStore
from app.storage.policy import CloudError, FileLocked
from app.stuck.models import StuckJob
from app.tree.filing import Filing, complete, file_record, make_way, reserve
from workflows.model import State

log = logging.getLogger(__name__)

LONGEST_RUN = 20.0
"""Seconds after which a run begins no further record, so that other jobs of the store get their turn."""
_BATCH = 50
"""Records looked up in one query."""


def file_and_go_on(context: Context, record_id: str) -> None:
    """File a record, then those of its school that wait, for a while, several at a time.

    Jobs under one lock begin only when a worker looks again, which in a cloud would cost more than the
    filing. Whatever fails along the way is left to the job of its own; that of a record which is
    filed already leaves quietly. A folder of ours needs no lock, and no such run. Raises what `file_record`
    raises for the record itself.
    """
    ends = time.monotonic() + LONGEST_RUN
    store = file_record(context, record_id)
    if not isinstance(store, AttendedStore):
        return
    run = _Run(context, store, uuid.UUID(record_id), ends)
    with ThreadPoolExecutor(store.lanes, "filing") as lanes:
        for _ in range(store.lanes):
            lanes.submit(run.lane)


class _Run:
    """Records on their way into one cloud, each lane with one of them."""

    def __init__(self, context: Context, store: AttendedStore, first: uuid.UUID, ends: float) -> None:
        self._context = context
        self._store = store
        self._ends = ends
        self._waiting = _waiting(context, first)
        self._making_way = threading.Lock()
        self._over = False

    def lane(self) -> None:
        """File one record after the other, until none waits, time is up, or the account has refused."""
        while not self._over:
            try:
                filing = self._next()
                if filing is None:
                    return
                complete(self._context, self._store, filing)
            except Exception as failure:  # noqa: BLE001 -- the record's own job meets it again and says so
                log.info("left to its own job: %s", type(failure).__name__)
                self._over |= not _concerns_one_record(failure)

    def _next(self) -> Filing | None:
        """Return the next record with its folders made: one lane at a time, lest two make the same folder."""
        with self._making_way:
            for record_id in self._waiting:
                if self._over or time.monotonic() > self._ends:
                    return None
                filing = reserve(self._context, record_id)
                if filing is not None:
                    make_way(self._context, self._store, filing)
                    return filing
            return None


def _concerns_one_record(failure: Exception) -> bool:
    """Tell whether other records may fare better: neither the account nor the database is at fault."""
    if isinstance(failure, CloudError):
        return isinstance(failure, FileLocked)
    return isinstance(failure, Refused)


def _waiting(context: Context, first: uuid.UUID) -> Iterator[uuid.UUID]:
    """Yield the other records of the school of `first` that wait to be filed, the oldest first, each once."""
    seen = {first}
    while batch := _some_waiting(context, first, seen):
        seen.update(batch)
        yield from batch


def _some_waiting(context: Context, first: uuid.UUID, seen: Collection[uuid.UUID]) -> Sequence[uuid.UUID]:
    school = select(Record.school_id).where(Record.id == first).scalar_subquery()
    stuck = exists().where(StuckJob.task == "file", StuckJob.subject == cast(OfficialFile.record_id, String))
    waiting = (
        select(OfficialFile.record_id)
        .join(Record, Record.id == OfficialFile.record_id)
        .where(
            OfficialFile.school_id == school,
            OfficialFile.filed_at.is_(None),
            OfficialFile.turn == Record.turn,
            Record.state == State.SIGNED_OFF,
            OfficialFile.record_id.not_in(seen),
            ~stuck,
        )
        .order_by(OfficialFile.sealed_at, OfficialFile.record_id)
        .limit(_BATCH)
    )
    with context.database.transaction() as session:
        return session.scalars(waiting).all()
