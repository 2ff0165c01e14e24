"""The nightly sample: some of what was filed is downloaded, and its SHA-256 compared."""

import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from os import SEEK_END

from sqlalchemy import func, select

from app.context import Context
from app.db import now
from app.drift.compare import Deviation
from app.drift.feed import Look
from app.drift.looks import queue_look
from app.drift.models import Kind
from app.drift.opened_stores import OpenedStore, opened_store_of
from app.drift.record import note_watch, record
from app.jobs import LEISURELY, defer, is_queued
from app.records.models import OfficialFile
from app.schools.models import School
from app.staging.digests import sha256_of
from app.storage.accounts import store_lock
from app.storage.protocol import MissingError
from app.tree.filing import Piece, pieces_of

_SHARE = 0.01
_LEAST = 5
"""Files; or all, where there are not so many."""


def ask_for_samples(context: Context) -> None:
    """Queue a sample of every school's store; the chore of every night."""
    with context.database.transaction() as session:
        for code in session.scalars(select(School.code)).all():
            if not is_queued(session, "nightly_sample", "school_code", code):
                job = {"school_code": code}
                defer(session, "nightly_sample", [job], lock=store_lock(code), priority=LEISURELY)


def nightly_sample(context: Context, school_code: str) -> None:
    """Download one filed record in a hundred, and at least five, and write down what is not as filed."""
    sample(context, opened_store_of(context, school_code))


def sample(context: Context, opened: OpenedStore) -> None:
    """Do the sample in an opened store; every hash that the store says of itself is left aside.

    A file that is not there is a matter for a look at the whole, which is queued.
    """
    drawn = _drawn(context, opened.school)
    read = [_Read.of(opened, piece) for piece in drawn]
    edited = [_edited(opened, each.piece) for each in read if each.sha256 not in (None, each.piece.sha256)]
    size = sum(each.size for each in read)
    with context.database.transaction() as session:
        record(session, opened.school, Look(edited, seen=frozenset()))
        values = {"sampled_at": now(), "sampled_files": len(drawn), "sampled_bytes": size}
        note_watch(session, opened.school.id, **values)
        if any(each.sha256 is None for each in read):
            queue_look(session, opened.school.code, asked=1)


@dataclass(frozen=True)
class _Read:
    """A file as it was downloaded; without a hash it was not there."""

    piece: Piece
    size: int
    sha256: str | None

    @classmethod
    def of(cls, opened: OpenedStore, piece: Piece) -> "_Read":
        try:
            with closing(opened.store.open(piece.path)) as file:
                sha256 = sha256_of(file)
                return cls(piece, file.seek(0, SEEK_END), sha256)
        except MissingError:
            return cls(piece, 0, None)


def _drawn(context: Context, school: School) -> Sequence[Piece]:
    filed = (OfficialFile.school_id == school.id, OfficialFile.filed_at.is_not(None))
    with context.database.transaction() as session:
        count = session.scalar(select(func.count()).where(*filed)) or 0
        some = select(OfficialFile).where(*filed).order_by(func.random())
        officials = session.scalars(some.limit(max(_LEAST, math.ceil(count * _SHARE)))).all()
    return [piece for official in officials for piece in pieces_of(official)]


def _edited(opened: OpenedStore, piece: Piece) -> Deviation:
    known = opened.keeper.ledger.find(piece.path) if opened.keeper else None
    remote_id = known.remote_id if known and known.remote_id else ""
    return Deviation(Kind.EDITED, piece.path, is_folder=False, remote_id=remote_id)
