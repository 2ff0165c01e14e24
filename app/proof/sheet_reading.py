"""Reading the sheets of heads that lie outside the database, and saying which cannot be read any more."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.context import Context
from app.db import now
from app.errors import Refused
from app.proof.kept_sheets import FOLDER, TOLD_FOR, Place, kept_at, place_now
from app.proof.sheets import BadSheet, Sheet, read
from app.schools.models import School
from app.storage.models import StoreItem
from app.storage.pacing import PutOff
from app.storage.protocol import MissingError, Store

_DAILY = timedelta(days=31)
"""Of a cloud every sheet of so many days is read, and of the months before the last one of each."""
_LARGEST = 1_000_000
"""Bytes: a sheet in a store holds two heads."""


@dataclass(frozen=True)
class Gap:
    """Why something kept outside could not be compared: no word on the log, and no peace of mind either."""

    source: str
    """A school's code, or the name of a file."""
    reason: str


def sheets_of(
    context: Context, schools: Iterable[School], takes: Callable[[str], bool]
) -> Iterator[Sheet | Gap]:
    """Yield the sheets in the stores of schools, and what of them cannot be read.

    On this machine the folders of schools that the database has forgotten are read as well, as far as their
    codes are such that `takes` says yes.
    """
    named = list(schools)
    for school in named:
        yield from _sheets_in_store(context, school)
    trees = context.settings.data_dir / "tree"
    known = {school.code for school in named}
    for folder in sorted(trees.glob(f"*/{FOLDER}")):
        code = folder.relative_to(trees).parts[0]
        if code not in known and takes(code):
            for path in sorted(folder.glob("*.json")):
                yield _from_file(f"{code}/{path.name}", path)


def sheets_at(path: Path) -> Iterator[Sheet | Gap]:
    """Yield the sheet in a file, or those in a folder and below it."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    for file in files:
        yield _from_file(file.name, file)
    if not files:
        yield Gap(str(path), "there is no sheet of chain heads in this folder")


def worth_reading(paths: Iterable[str]) -> list[str]:
    """Choose of a cloud's sheets those of the last month, and the last one of each month before."""
    recent = f"{FOLDER}/{today() - _DAILY:%Y-%m-%d}"
    ordered = sorted(paths)
    last_of_month = {path[: len(FOLDER) + 8]: path for path in ordered}
    return sorted({*last_of_month.values(), *(path for path in ordered if path >= recent)})


def _from_file(source: str, path: Path) -> Sheet | Gap:
    try:
        return _parsed(source, path.read_bytes())
    except OSError as error:
        return Gap(source, f"this file cannot be read ({error.strerror})")


def _sheets_in_store(context: Context, school: School) -> Iterator[Sheet | Gap]:
    with context.database.sessions() as session:
        place, account = place_now(session, school)
        kept = kept_at(session, place)
        in_ledger = _in_ledger(session, place)
    given_up = {each.path for each in kept if each.lost_at is not None and each.lost_at < now() - TOLD_FOR}
    due = {each.path for each in kept} - given_up
    if place.store_id is None:
        paths = sorted({*_on_this_machine(context, school), *worth_reading(due)})
    else:
        paths = worth_reading(due.union(in_ledger) - given_up)
    hashes = {each.path: each.sha256 for each in kept}
    try:
        yield from _read_all(context.stores.open(account, school.code), school.code, paths, hashes)
    except Refused as refusal:
        yield _unreadable(school, refusal.code)
    except PutOff as put_off:
        yield _unreadable(school, str(put_off))


def _in_ledger(session: Session, place: Place) -> Sequence[str]:
    known = select(StoreItem.path).where(
        StoreItem.store_id == place.store_id,
        StoreItem.confirmed_at.is_not(None),
        StoreItem.path.startswith(f"{FOLDER}/"),
    )
    return session.scalars(known).all()


def _on_this_machine(context: Context, school: School) -> list[str]:
    folder = context.settings.data_dir / "tree" / school.code / FOLDER
    return [f"{FOLDER}/{path.name}" for path in folder.glob("*.json")]


def _read_all(
    store: Store, code: str, paths: Sequence[str], hashes: Mapping[str, str]
) -> Iterator[Sheet | Gap]:
    missing, changed = [], []
    for path in paths:
        name = path.rpartition("/")[2]
        try:
            content = _content(store, path)
        except MissingError:
            missing.append(name)
            continue
        if path in hashes and hashlib.sha256(content).hexdigest() != hashes[path]:
            changed.append(name)
        yield _parsed(f"{code}/{name}", content)
    for names, what in ((missing, "missing from"), (changed, "not as they were put into")):
        if names:
            yield Gap(code, f"sheets of heads are {what} its store: {len(names)}, the last one {names[-1]}")


def _content(store: Store, path: str) -> bytes:
    store.stat(path)  # what was thrown away can in some clouds still be opened
    with closing(store.open(path)) as file:
        return file.read(_LARGEST)


def _parsed(source: str, content: bytes) -> Sheet | Gap:
    try:
        return read(source, content)
    except BadSheet:
        return Gap(source, "this is no sheet of chain heads")


def _unreadable(school: School, why: str) -> Gap:
    return Gap(school.code, f"its store cannot be read now ({why}): nothing was compared with its sheets")
