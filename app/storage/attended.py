"""A store in a cloud whose refusals are noted with its account, so that the school learns of them."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from app.db import Database, now
from app.storage.abilities import (
    Changes,
    Grant,
    Listing,
    Lockable,
    RemoteState,
    Roomy,
    Shareable,
    Space,
    Watchable,
)
from app.storage.accounts import note_refusal, note_success
from app.storage.policy import CloudError, FileLocked, HardLimit, NoRight, PolicyForbids, SharingTooFast
from app.storage.protocol import Entry, Store, Stored

_OF_ONE_FILE = (FileLocked, SharingTooFast)
"""Refusals that say nothing of the account as a whole."""
_OF_ONE_SHARE = (FileLocked, SharingTooFast, PolicyForbids, NoRight, HardLimit)
_SHARING_PAUSE = timedelta(hours=2)


class CloudStore(Store, Lockable, Shareable, Watchable, Roomy, Protocol):
    """A store in a cloud: it has every ability there is."""


class CallObserver(Protocol):
    """Who is told how a store's calls go."""

    def answered(self, began: float, *, has_put: bool = True) -> None:
        """A call that was begun at this moment of `time.monotonic` succeeded."""
        ...

    def refused(self, error: CloudError) -> datetime:
        """A call was refused; returns when it is worth trying again."""
        ...


class AccountAttendant:
    """Keeps the account's row up to date, with one write when things turn bad or good again.

    Several calls may be under way: the success of one says nothing against a later call's refusal.
    """

    def __init__(self, database: Database, store_id: int, *, troubled: bool) -> None:
        self._database = database
        self._store_id = store_id
        self._troubled = troubled
        self._refused_at = 0.0
        self._noting = threading.Lock()

    def answered(self, began: float, *, has_put: bool = True) -> None:
        """Clear what was noted before the call began."""
        with self._noting:
            if self._troubled and began > self._refused_at:
                with self._database.transaction() as session:
                    self._troubled = not note_success(session, self._store_id, has_put=has_put)

    def refused(self, error: CloudError) -> datetime:
        """Note it."""
        with self._noting, self._database.transaction() as session:
            self._troubled, self._refused_at = True, time.monotonic()
            return note_refusal(session, self._store_id, error)


class AttendedStore:
    """Passes every call on, and tells the attendant how it went.

    Up to `lanes` threads may call it at a time.
    """

    def __init__(self, store: CloudStore, attendant: CallObserver, lanes: int) -> None:
        self.lanes = lanes
        self._store = store
        self._attendant = attendant

    def make_folder(self, path: str) -> None:
        """Make one folder in an existing one."""
        with self._attended():
            self._store.make_folder(path)

    def put(self, path: str, source: BinaryIO) -> Stored:
        """Place the bytes of `source` as a file."""
        with self._attended(has_put=True):
            return self._store.put(path, source)

    def stat(self, path: str) -> Stored:
        """Return what the store knows of a file."""
        with self._attended():
            return self._store.stat(path)

    def open(self, path: str) -> BinaryIO:
        """Return the bytes of a file."""
        with self._attended():
            return self._store.open(path)

    def move(self, path: str, target: str) -> None:
        """Move or rename a file or folder."""
        with self._attended():
            self._store.move(path, target)

    def walk(self) -> Iterator[Entry]:
        """Yield every folder and file of the tree."""
        with self._attended():
            yield from self._store.walk()

    def found_in(self, path: str) -> Iterator[Entry]:
        """Yield what lies in a folder."""
        with self._attended():
            yield from self._store.found_in(path)

    def open_found(self, entry: Entry) -> BinaryIO:
        """Return the bytes of a file that was found."""
        with self._attended():
            return self._store.open_found(entry)

    def lock(self, path: str, reason: str) -> None:
        """Guard a file."""
        with self._attended():
            self._store.lock(path, reason)

    def unlock(self, path: str) -> None:
        """Take the guard off."""
        with self._attended():
            self._store.unlock(path)

    def grant(self, path: str, email: str, until: datetime | None) -> Grant:
        """Let a person read a folder."""
        with self._attended(_OF_ONE_SHARE):
            return self._store.grant(path, email, until)

    def grants(self, path: str) -> Sequence[Grant]:
        """List the permissions on a folder or file."""
        with self._attended(_OF_ONE_SHARE):
            return self._store.grants(path)

    def revoke(self, path: str, grant_id: str) -> None:
        """Take a permission away."""
        with self._attended(_OF_ONE_SHARE):
            self._store.revoke(path, grant_id)

    def begin(self) -> str:
        """Return a cursor for everything that changes from now on."""
        with self._attended():
            return self._store.begin()

    def changes(self, cursor: str) -> Changes:
        """Return what changed since."""
        with self._attended():
            return self._store.changes(cursor)

    def listing(self, place: str) -> Listing:
        """Return a page of all there is."""
        with self._attended():
            return self._store.listing(place)

    def state(self, remote_id: str) -> RemoteState:
        """Return an item as it is now."""
        with self._attended():
            return self._store.state(remote_id)

    def space(self) -> Space:
        """Return what is used and what there is."""
        with self._attended():
            return self._store.space()

    @contextmanager
    def _attended(
        self, passed_over: tuple[type[CloudError], ...] = _OF_ONE_FILE, *, has_put: bool = False
    ) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        except CloudError as error:
            self._note(error, passed_over)
            raise
        self._attendant.answered(began, has_put=has_put)

    def _note(self, error: CloudError, passed_over: tuple[type[CloudError], ...]) -> None:
        if isinstance(error, SharingTooFast):
            error.until = now() + _SHARING_PAUSE
        elif not isinstance(error, passed_over):
            error.until = self._attendant.refused(error)
