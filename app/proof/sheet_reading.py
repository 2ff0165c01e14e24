"""Reading the sheets of heads that lie outside the database, and saying which cannot be read any more."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.context import Context
from app.db import now
from app.errors import Refused
from app.proof.kept_sheets import FOLDER, TOLD_FOR, Place, kept_at, place_now
from app.proof.sheets import BadSheet, Sheet, read
from app.schools.models import School
from app.storage.models import Part, Provider, StoreAccount, StoreItem
from app.storage.pacing import PutOff
from app.storage.policy import CloudError, Then
from app.storage.protocol import Entry, MissingError, Store

_DAILY = timedelta(days=31)
"""Of a store every sheet of so many days is read, and of the months before the last one of each."""
_LARGEST = 1_000_000
"""Bytes: a sheet in a store holds two heads."""

Choice = Callable[[Iterable[str]], Sequence[str]]
"""Which of the sheets at these paths are read."""


@dataclass(frozen=True)
class Gap:
    """Why something kept outside could not be compared: no word on the log, and no peace of mind either."""

    source: str
    """A school's code, or the name of a file."""
    reason: str


@dataclass(frozen=True)
class _Known:
    """What the database tells of the sheets in a store: which should be there, and with which bytes.

    Whoever owns the tables can have changed it. It says what is missed, never what is read.
    """

    due: frozenset[str] = frozenset()
    hashes: Mapping[str, str] = field(default_factory=dict)


def worth_reading(paths: Iterable[str]) -> list[str]:
    """Choose the sheets of the last month, and the last one of each month before."""
    recent = f"{FOLDER}/{today() - _DAILY:%Y-%m-%d}"
    ordered = sorted(paths)
    last_of_month = {path[: len(FOLDER) + 8]: path for path in ordered}
    return sorted({*last_of_month.values(), *(path for path in ordered if path >= recent)})


def sheets_of(
    context: Context,
    schools: Iterable[School],
    takes: Callable[[str], bool],
    choose: Choice = worth_reading,
) -> Iterator[Sheet | Gap]:
    """Yield the sheets in the stores of schools, and what of them cannot be read.

    Every store is looked into that a school has, or had and that we still hold the key of. On this machine
    the folders of schools that the database has forgotten are read as well, as far as their codes are such
    that `takes` says yes.
    """
    read_here = set()
    for school in schools:
        with context.database.sessions() as session:
            place, account = place_now(session, school)
            known = _known_at(session, place)
            others = _other_accounts(session, place)
        if place.store_id is None:
            read_here.add(school.code)
        opened = partial(context.stores.open, account, school.code)
        yield from _sheets_in(opened, school.code, known, choose)
        for other in others:
            yield from _sheets_left_in(context, other, school.code, choose)
    for code in _codes_on_this_machine(context):
        if takes(code) and code not in read_here:
            yield from _sheets_in(partial(context.stores.open, None, code), code, _Known(), choose)


def sheets_at(path: Path) -> Iterator[Sheet | Gap]:
    """Yield the sheet in a file, or those in a folder and below it."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    for file in files:
        yield _from_file(file.name, file)
    if not files:
        yield Gap(str(path), "there is no sheet of chain heads in this folder")


def _from_file(source: str, path: Path) -> Sheet | Gap:
    try:
        return _parsed(source, path.read_bytes())
    except OSError as error:
        return Gap(source, f"this file cannot be read ({error.strerror})")


def _known_at(session: Session, place: Place) -> _Known:
    kept = kept_at(session, place)
    given_up = {each.path for each in kept if each.lost_at is not None and each.lost_at < now() - TOLD_FOR}
    hashes = {each.path: each.sha256 for each in kept if each.path not in given_up}
    return _Known(frozenset({*hashes, *_in_ledger(session, place)} - given_up), hashes)


def _in_ledger(session: Session, place: Place) -> Sequence[str]:
    known = select(StoreItem.path).where(
        StoreItem.store_id == place.store_id,
        StoreItem.confirmed_at.is_not(None),
        StoreItem.path.startswith(f"{FOLDER}/"),
    )
    return session.scalars(known).all()


def _other_accounts(session: Session, place: Place) -> Sequence[StoreAccount]:
    own = select(StoreAccount).where(
        StoreAccount.school_id == place.school_id,
        StoreAccount.part != Part.ACTIVE,
        StoreAccount.provider != Provider.LOCAL,
    )
    return session.scalars(own.order_by(StoreAccount.id)).all()


def _codes_on_this_machine(context: Context) -> list[str]:
    trees = context.settings.data_dir / "tree"
    return sorted(folder.relative_to(trees).parts[0] for folder in trees.glob(f"*/{FOLDER}"))


def _sheets_left_in(
    context: Context, account: StoreAccount, code: str, choose: Choice
) -> Iterator[Sheet | Gap]:
    """Yield what lies in a store that is not the school's at present; nothing there is missed.

    Nothing is said either where the credentials were let go, or where that store serves the school no more.
    """
    try:
        if context.stores.vault.open(account.secrets):
            store = context.stores.open_quietly(account)
            yield from _read_all(store, code, _Known(), choose)
    except (Refused, PutOff) as hindrance:
        if not (isinstance(hindrance, CloudError) and hindrance.then is Then.STOP_SCHOOL):
            yield _unreadable(code, "a former store", hindrance)


def _sheets_in(
    opened: Callable[[], Store], code: str, known: _Known, choose: Choice
) -> Iterator[Sheet | Gap]:
    try:
        yield from _read_all(opened(), code, known, choose)
    except (Refused, PutOff) as hindrance:
        yield _unreadable(code, "its store", hindrance)


def _read_all(store: Store, code: str, known: _Known, choose: Choice) -> Iterator[Sheet | Gap]:
    """Yield what lies in a store's folder of sheets, whoever knows of it, and what is known to be missing.

    What is there and what should be there are chosen from apart, lest one hides the other. A listing may
    lag behind, so that what it does not name is asked for by the place it was put at.
    """
    there = _listed(store)
    missing, changed = [], []
    for path in sorted({*choose(there), *choose(known.due)}):
        name = path.rpartition("/")[2]
        contents = _contents(store, path, there.get(path, ()))
        if not contents:
            missing.append(name)
        elif known.hashes.get(path, _digest(contents[0])) not in map(_digest, contents):
            changed.append(name)
        for content in contents:
            yield _parsed(f"{code}/{name}", content)
    for names, what in ((missing, "missing from"), (changed, "not as they were put into")):
        if names:
            yield Gap(code, f"sheets of heads are {what} its store: {len(names)}, the last one {names[-1]}")


def _listed(store: Store) -> Mapping[str, Sequence[Entry]]:
    """Return the files that lie in the folder, by path: some clouds take the same name twice."""
    there: dict[str, list[Entry]] = {}
    for entry in store.found_in(FOLDER):
        if not entry.is_folder and entry.path.endswith(".json"):
            there.setdefault(entry.path, []).append(entry)
    return there


def _contents(store: Store, path: str, entries: Sequence[Entry]) -> list[bytes]:
    ways = [partial(store.open_found, entry) for entry in entries] or [partial(_put_there, store, path)]
    contents = []
    for opened in ways:
        try:
            with closing(opened()) as file:
                contents.append(file.read(_LARGEST))
        except MissingError:
            continue
    return contents


def _put_there(store: Store, path: str) -> BinaryIO:
    store.stat(path)  # what was thrown away can in some clouds still be opened
    return store.open(path)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _parsed(source: str, content: bytes) -> Sheet | Gap:
    try:
        return read(source, content)
    except BadSheet:
        return Gap(source, "this is no sheet of chain heads")


def _unreadable(code: str, which: str, hindrance: Refused | PutOff) -> Gap:
    why = hindrance.code if isinstance(hindrance, Refused) else str(hindrance)
    return Gap(code, f"{which} cannot be read now ({why}): nothing was compared with its sheets")
