"""Putting the heads of chains into every school's own store, and looking whether yesterday's are there."""

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT
from app.audit.heads import Head, heads_at, note_heads, present_heads
from app.clock import VIETNAM
from app.context import Context
from app.db import now
from app.jobs import LEISURELY, defer
from app.proof.kept_sheets import FOLDER, look_for_kept, note_kept, place_now
from app.proof.sheets import written
from app.schools.models import School
from app.schools.queries import school_by_code
from app.tree.filing import guard
from app.tree.paths import HEADS
from app.tree.stores import lock_of


def keep_heads(context: Context) -> None:
    """Note all heads and queue a sheet for each school's store; by night, and by command."""
    with context.database.transaction() as session:
        note_heads(session)
    with context.database.transaction() as session:
        ask_for_sheets(session, now())


def ask_for_sheets(session: Session, at: datetime) -> None:
    """Queue a sheet for each school's store, with what the heads are at present."""
    schools = session.scalars(select(School).order_by(School.code)).all()
    numbers = {
        head.chain: head.number
        for head in present_heads(session, [DEPLOYMENT, *(school.code for school in schools)])
    }
    for school in schools:
        job: dict[str, str | int] = {
            "school_code": school.code,
            "at": at.isoformat(timespec="seconds"),
            "number": numbers.get(school.code, 0),
            "deployment": numbers.get(DEPLOYMENT, 0),
        }
        defer(session, "write_heads", [job], lock=lock_of(session, school), priority=LEISURELY)


def write_heads(context: Context, school_code: str, at: str, number: int, deployment: int) -> None:
    """Put a sheet into a school's store: its own chain's head, and that of the deployment.

    What was put there last, and is not there any more, is noted first.

    What is written follows from the arguments alone, so that it may run twice. Raises `StorageError` and
    `PutOff`.
    """
    moment = datetime.fromisoformat(at)
    with context.database.transaction() as session:
        heads = heads_at(session, [(DEPLOYMENT, deployment), (school_code, number)])
        place, account = place_now(session, school_by_code(session, school_code))
    store = context.stores.open(account, school_code)
    look_for_kept(context, store, place)
    for folder in (HEADS, FOLDER):
        store.make_folder(folder)
    path, content = f"{FOLDER}/{moment.astimezone(VIETNAM):%Y-%m-%dT%H%M%S}.json", written(moment, heads)
    store.put(path, io.BytesIO(content))
    guard(store, path)
    with context.database.transaction() as session:
        note_kept(session, place, path, hashlib.sha256(content).hexdigest(), moment)


def sheet_of(session: Session, chains: Iterable[str]) -> tuple[bytes, list[Head]]:
    """Return the heads of chains as they are now, as a file to be kept, and as they are."""
    heads = present_heads(session, list(chains))
    return written(now(), heads), heads
