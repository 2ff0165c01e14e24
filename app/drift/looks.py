"""Looking for drift: what changed in a school's store behind the application's back is written down."""

import math
import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.drift.expected import expected_in
from app.drift.feed import Look
from app.drift.models import LASTING, DriftWatch, Finding, Kind, Standing
from app.drift.opened_stores import OpenedStore, opened_store_of
from app.drift.record import note_watch, record
from app.drift.round import look_there
from app.drift.walk import look_around
from app.jobs import LEISURELY, defer, is_queued
from app.schools.models import School
from app.storage.accounts import store_lock
from app.tree.filing_run import LONGEST_RUN

_AGAIN = timedelta(minutes=5)
"""Nobody looks by the clock again so soon: jobs that piled up behind a lock leave quietly."""


def ask_for_looks(context: Context) -> None:
    """Queue a look at every school's store that none is queued for; the chore of every quarter of an hour."""
    with context.database.transaction() as session:
        for code in session.scalars(select(School.code)).all():
            if not is_queued(session, "look_for_drift", "school_code", code):
                queue_look(session, code)


def queue_look(session: Session, school_code: str, *, asked: int = 0) -> None:
    """Queue a look; `asked` by a person it looks at once and, on this machine, reads every file."""
    job: dict[str, str | int] = {"school_code": school_code, "asked": asked}
    defer(session, "look_for_drift", [job], lock=store_lock(school_code), priority=LEISURELY)


def look_for_drift(context: Context, school_code: str, asked: int = 0, longest: float = LONGEST_RUN) -> None:
    """Look at a school's store and write down what changed; leaves quietly when one has just looked.

    A look at a cloud that takes longer than `longest` seconds goes on in a job of its own, behind the others
    of the store.
    """
    with context.database.transaction() as session:
        school_id = session.scalars(select(School.id).where(School.code == school_code)).one()
        watch = session.get(DriftWatch, school_id)
        looked_at = watch.looked_at if watch else None
    if not asked and looked_at is not None and now() - looked_at <= _AGAIN:
        return
    opened = opened_store_of(context, school_code)
    if not look(context, opened, thorough=bool(asked), ends=time.monotonic() + longest):
        with context.database.transaction() as session:
            if not is_queued(session, "look_for_drift", "school_code", school_code):
                queue_look(session, school_code, asked=1)


def tree_drift(context: Context, school_code: str) -> list[str]:
    """Look now, and list what the store shows that nobody here did, a line each.

    Raises `NotFound`, `StorageError` and `PutOff`.
    """
    opened = opened_store_of(context, school_code)
    look(context, opened, thorough=True)
    with context.database.transaction() as session:
        return [line_of(finding) for finding in lasting_findings(session, opened.school.id)]


def line_of(finding: Finding) -> str:
    """Return a finding as the command line prints it."""
    thing = "folder" if finding.is_folder else "file"
    now_path = f" -> {finding.now_path}" if finding.now_path else ""
    share = f" ({finding.evidence})" if finding.kind == Kind.SHARED else ""
    return f"{finding.kind} {thing}: {finding.path}{now_path}{share}"


def lasting_findings(session: Session, school_id: int) -> Sequence[Finding]:
    """List what is still different in a school's store, except what somebody decided to leave so."""
    lasting = (Standing.OPEN, Standing.QUEUED)
    own = select(Finding).where(Finding.school_id == school_id, Finding.standing.in_(lasting))
    return session.scalars(own.order_by(Finding.path, Finding.kind, Finding.id)).all()


def look(context: Context, opened: OpenedStore, *, thorough: bool, ends: float = math.inf) -> bool:
    """Look at a store and keep what was found; tells whether the look is through.

    At a cloud it stops soon after `ends`, a moment of `time.monotonic`, and goes on there the next time.
    """
    if opened.keeper is not None:
        return look_there(context, opened.school, opened.keeper, ends)
    found = _look_here(context, opened, thorough=thorough)
    if found.found:
        # Once more: we may have been in the middle of a move of our own.
        found = _look_here(context, opened, thorough=thorough)
    with context.database.transaction() as session:
        record(session, opened.school, found)
        note_watch(session, opened.school.id, looked_at=now())
    return True


def _look_here(context: Context, opened: OpenedStore, *, thorough: bool) -> Look:
    with context.database.transaction() as session:
        expected = expected_in(session, opened.school)
        suspects = select(Finding.path).where(
            Finding.school_id == opened.school.id, Finding.kind == Kind.EDITED, Finding.standing.in_(LASTING)
        )
        doubtful = frozenset(session.scalars(suspects))
    return look_around(opened.store, expected, read=None if thorough else doubtful)
