"""Putting the heads of chains into every school's own store, and reading them there."""

import io
import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT
from app.audit.heads import Head, heads_at, note_heads, present_heads
from app.clock import VIETNAM, today
from app.context import Context
from app.db import now
from app.errors import Refused
from app.jobs import LEISURELY, defer
from app.proof.sheets import Sheet, read, written
from app.schools.models import School
from app.storage.accounts import active_store
from app.storage.models import Provider, StoreItem
from app.tree.drift_compare import HEADS
from app.tree.filing import guard
from app.tree.stores import lock_of, store_of

_FOLDER = f"{HEADS}/chuoi-nhat-ky"
_DAILY = timedelta(days=31)
"""Of a cloud every sheet of so many days is read, and of the months before the last one of each."""

log = logging.getLogger(__name__)


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

    What is written follows from the arguments alone, so that it may run twice. Raises `StorageError` and
    `PutOff`.
    """
    moment = datetime.fromisoformat(at)
    with context.database.transaction() as session:
        heads = heads_at(session, [(DEPLOYMENT, deployment), (school_code, number)])
    store = store_of(context, school_code)
    for folder in (HEADS, _FOLDER):
        store.make_folder(folder)
    path = f"{_FOLDER}/{moment.astimezone(VIETNAM):%Y-%m-%dT%H%M%S}.json"
    store.put(path, io.BytesIO(written(moment, heads)))
    guard(store, path)


def sheets_of(context: Context, schools: Iterable[School]) -> Iterator[Sheet | str]:
    """Yield the sheets in the stores of schools; a line for each that cannot be read now.

    On this machine the folders of schools that the database has forgotten are read as well.
    """
    named = list(schools)
    for school in named:
        yield from _sheets_in_cloud(context, school)
    for path in sorted((context.settings.data_dir / "tree").glob(f"*/{_FOLDER}/*.json")):
        yield _sheet(f"{path.parents[2].name}/{path.name}", path.read_bytes())


def sheets_at(path: Path) -> Iterator[Sheet | str]:
    """Yield the sheet in a file, or those in a folder and below it."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    for file in files:
        yield _sheet(file.name, file.read_bytes())
    if not files:
        yield f"{path}: there is no sheet"


def _sheet(source: str, content: bytes) -> Sheet:
    return read(source, content)


def _sheets_in_cloud(context: Context, school: School) -> Iterator[Sheet | str]:
    with context.database.sessions() as session:
        account = active_store(session, school.id)
        if account is None or account.provider == Provider.LOCAL:
            return
        known = select(StoreItem.path).where(
            StoreItem.store_id == account.id,
            StoreItem.confirmed_at.is_not(None),
            StoreItem.path.startswith(f"{_FOLDER}/"),
        )
        paths = worth_reading(session.scalars(known).all())
    try:
        store = store_of(context, school.code)
        for path in paths:
            with closing(store.open(path)) as file:
                yield _sheet(f"{school.code}/{path.rpartition('/')[2]}", file.read())
    except Refused as refusal:
        yield f"{school.code}: its store cannot be read now ({refusal.code})"


def worth_reading(paths: Iterable[str]) -> list[str]:
    """Choose of a cloud's sheets those of the last month, and the last one of each month before."""
    recent = f"{_FOLDER}/{today() - _DAILY:%Y-%m-%d}"
    ordered = sorted(paths)
    last_of_month = {path[: len(_FOLDER) + 8]: path for path in ordered}
    return sorted({*last_of_month.values(), *(path for path in ordered if path >= recent)})


def sheet_of(session: Session, chains: Iterable[str]) -> tuple[bytes, list[Head]]:
    """Return the heads of chains as they are now, as a file to be kept, and as they are."""
    heads = present_heads(session, list(chains))
    return written(now(), heads), heads
