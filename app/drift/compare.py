"""Comparing what the ledger knows of an item with what the store shows: content first, time stamps never."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.drift.models import Kind
from app.storage.abilities import ChangeOf, RemoteState
from app.storage.ledger import Item
from app.tree.paths import above, joined


@dataclass(frozen=True)
class Deviation:
    """One difference, as `Finding` keeps it."""

    kind: Kind
    path: str
    is_folder: bool
    remote_id: str = ""
    now_path: str = ""
    evidence: str = ""
    grant_id: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells one lasting finding from another."""
        return (self.kind, self.path, self.remote_id, self.grant_id)


PathOf = Callable[[str | None], str | None]
"""From a folder's id to its path in the tree; None: it lies outside."""
SameBytes = Callable[[Item], bool]
"""Reads a file and tells whether it holds what was put there."""


def deviations(item: Item, state: RemoteState, path_of: PathOf, same_bytes: SameBytes) -> Iterator[Deviation]:
    """Yield what is different about an item of ours; nothing when all is as we left it."""
    if state.kind is ChangeOf.GONE:
        yield _deviation(Kind.DELETED, item, state)
    elif state.trashed:
        yield _deviation(Kind.TRASHED, item, state)
    elif item.path:
        yield from _misplaced(item, state, path_of)
        if not item.is_folder and _edited(item, state, same_bytes):
            yield _deviation(Kind.EDITED, item, state, evidence=state.remote_hash or state.revision or "")
        if item.locked and state.locked is False:
            yield _deviation(Kind.UNLOCKED, item, state)


def composed(name: str) -> str:
    """Return a name in the one form in which names are compared."""
    return unicodedata.normalize("NFC", name)


def topmost(found: list[Deviation], kinds: frozenset[Kind]) -> list[Deviation]:
    """Leave out what only follows from a folder above having met with one of `kinds`."""
    lost = {each.path for each in found if each.is_folder and each.kind in kinds}
    return [each for each in found if each.kind not in kinds or not any(a in lost for a in above(each.path))]


def _misplaced(item: Item, state: RemoteState, path_of: PathOf) -> Iterator[Deviation]:
    folder, _, name = item.path.rpartition("/")
    found, called = path_of(state.parent_id), composed(state.name)
    if found != folder:
        now_path = "" if found is None else joined(found, called)
        yield _deviation(Kind.MOVED, item, state, now_path=now_path)
    elif called != composed(name):
        yield _deviation(Kind.RENAMED, item, state, now_path=joined(folder, called))


def _edited(item: Item, state: RemoteState, same_bytes: SameBytes) -> bool:
    if None not in (item.size, state.size) and item.size != state.size:
        return True
    if item.remote_hash and state.remote_hash:
        return item.remote_hash != state.remote_hash
    if item.revision and item.revision == state.revision:
        return False
    return not same_bytes(item)


def _deviation(
    kind: Kind, item: Item, state: RemoteState, *, now_path: str = "", evidence: str = ""
) -> Deviation:
    return Deviation(
        kind,
        item.path,
        item.is_folder,
        remote_id=state.remote_id,
        now_path=now_path,
        evidence=evidence,
        by=state.changed_by,
        at=state.changed_at,
    )
