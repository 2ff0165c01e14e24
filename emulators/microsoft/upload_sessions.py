"""Uploads in fragments: what has arrived, and until when the rest is waited for."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from emulators.microsoft.drive import Conflict, Drive
from emulators.microsoft.errors import GraphError, invalid, not_found
from emulators.microsoft.items import Content, Item
from emulators.microsoft.people import Caller

STEP = 320 * 1024
FRAGMENT_LIMIT = 60 * 1024 * 1024
LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Target:
    """Where the finished file goes: over an existing item, or under a name in a folder."""

    drive: Drive
    parent: Item
    name: str
    item: Item | None
    conflict: Conflict


@dataclass
class UploadSession:
    """One upload under way."""

    id: str
    target: Target
    part: Path
    expires: datetime
    caller: Caller
    deferred: bool = False
    received: int = 0
    total: int | None = None
    content: Content | None = None

    @property
    def complete(self) -> bool:
        """Tell whether every byte has arrived."""
        return self.total is not None and self.received == self.total

    def missing(self) -> list[str]:
        """Return the ranges that are still expected."""
        return [] if self.complete else [f"{self.received}-"]

    def take(self, first: int, last: int, total: int, body: BinaryIO, keep: int | None) -> None:
        """Append a fragment, or its first `keep` bytes; raises 400 or 416 for one that does not fit."""
        self._check(first, last, total)
        body.seek(0)
        fragment = body.read(last - first + 1 if keep is None else keep)
        self.total = total
        with self.part.open("ab") as part:
            part.write(fragment)
        self.received += len(fragment)

    def _check(self, first: int, last: int, total: int) -> None:
        length = last - first + 1
        if length <= 0 or last >= total or (self.total is not None and total != self.total):
            raise invalid("The Content-Range header is missing or malformed.")
        if first != self.received:
            raise GraphError(
                416,
                "invalidRange",
                "The uploaded fragment overlaps with data that has already been received, or leaves a gap.",
                inner="fragmentOverlap" if first < self.received else "fragmentOutOfOrder",
            )
        if length >= FRAGMENT_LIMIT:
            raise GraphError(
                413, "invalidRequest", "The fragment is larger than 60 MiB.", inner="fragmentTooLarge"
            )
        if length % STEP and last + 1 != total:
            raise invalid("The fragment's size is not a multiple of 320 KiB.", "invalidFragmentLength")


class UploadSessions:
    """The sessions that are open, by the secret in their address."""

    def __init__(self) -> None:
        self._open: dict[str, UploadSession] = {}

    def start(
        self, target: Target, part: Path, caller: Caller, now: datetime, *, deferred: bool
    ) -> UploadSession:
        """Open a session."""
        session = UploadSession(secrets.token_urlsafe(24), target, part, now + LIFE, caller, deferred)
        self._open[session.id] = session
        return session

    def get(self, session_id: str, now: datetime) -> UploadSession:
        """Return a session; raises 404 for one that is unknown, finished, cancelled or too old."""
        session = self._open.get(session_id)
        if session is None or now > session.expires:
            raise not_found()
        return session

    def caller(self, session_id: str) -> Caller | None:
        """Return who opened a session, if it is open."""
        session = self._open.get(session_id)
        return session.caller if session else None

    def end(self, session: UploadSession) -> None:
        """Forget a session and what it still holds."""
        self._open.pop(session.id, None)
        session.part.unlink(missing_ok=True)
