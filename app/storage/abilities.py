"""What some stores can do beyond keeping files: lock, share, tell changes, say how much room is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Space:
    """How much of an account is used, in bytes, and as whom it is connected."""

    used: int
    limit: int | None
    account: str


@dataclass(frozen=True)
class Grant:
    """One permission on a folder or file, as the store tells it."""

    id: str
    email: str
    """Empty where it is not one person's."""
    role: str
    """reader, writer or owner."""
    public: bool
    """A link for anyone, or for the whole domain."""
    inherited: bool
    until: datetime | None


class ChangeOf(StrEnum):
    """What a store tells of an item in its list of changes."""

    SEEN = "seen"
    """It exists, in the state given."""
    GONE = "gone"
    """It was deleted, or we may not see it any more."""


@dataclass(frozen=True)
class RemoteState:
    """An item as the store shows it now."""

    remote_id: str
    kind: ChangeOf
    name: str = ""
    parent_id: str | None = None
    is_folder: bool = False
    trashed: bool = False
    size: int | None = None
    remote_hash: str | None = None
    revision: str | None = None
    locked: bool | None = None
    shared: bool | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    is_ours: bool = False
    """This application made it, and the store keeps its mark."""
    let_in: frozenset[tuple[str, str]] | None = None
    """The id and role of every permission on it, those from above too; None where the store was not asked."""


@dataclass(frozen=True)
class Changes:
    """A page of changes and where to go on; `cursor` is kept once all are dealt with."""

    states: Sequence[RemoteState]
    cursor: str
    more: bool


@dataclass(frozen=True)
class Listing:
    """A page of all there is."""

    states: Sequence[RemoteState]
    following: str | None
    """Where the next page begins; None after the last."""


class CursorLost(Exception):
    """The store does not know the cursor, or the place in a listing, any more: it has to be begun anew."""


class Lockable(Protocol):
    """A store that can guard a file against changes."""

    def lock(self, path: str, reason: str) -> None:
        """Guard a file; safe to repeat."""
        ...

    def unlock(self, path: str) -> None:
        """Take the guard off, for a move or repair by us."""
        ...


class Shareable(Protocol):
    """A store whose folders can be shown to people outside."""

    def grant(self, path: str, email: str, until: datetime | None) -> Grant:
        """Let a person read a folder and all below it; the same person again changes only the end."""
        ...

    def grants(self, path: str) -> Sequence[Grant]:
        """List the permissions on a folder or file."""
        ...

    def revoke(self, path: str, grant_id: str) -> None:
        """Take a permission away; nothing happens when it is gone already."""
        ...


class Watchable(Protocol):
    """A store that tells what changed."""

    def begin(self) -> str:
        """Return a cursor for everything that changes from now on."""
        ...

    def changes(self, cursor: str) -> Changes:
        """Return what changed since; raises `CursorLost`. Costs one call a page."""
        ...

    def listing(self, place: str) -> Listing:
        """Return a page of all that we may see, the trash included where the store shows it; one call.

        `place` is "" for the first page, up to a thousand items long. Raises `CursorLost`. What is done
        meanwhile may be missing or old in it.
        """
        ...

    def state(self, remote_id: str) -> RemoteState:
        """Return an item as it is now."""
        ...


class Roomy(Protocol):
    """A store that knows how much room is left."""

    def space(self) -> Space:
        """Return what is used and what there is; one call."""
        ...
