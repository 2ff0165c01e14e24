"""Looking at a cloud store: along its list of changes, or, when the place in it is lost, all over."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from app.storage.abilities import ChangeOf, CursorLost, Grant, RemoteState
from app.storage.ledger import Item
from app.storage.protocol import MissingError
from app.tree.digests import sha256_of
from app.tree.drift_compare import (
    Deviation,
    above,
    composed,
    deviations,
    is_aside,
    joined,
    topmost,
)
from app.tree.drift_models import Kind
from app.tree.houses import CloudKeeper


@dataclass(frozen=True)
class Readers:
    """Whom we let in, and of what the store need not be asked who else may read."""

    decided: frozenset[tuple[str, str]] = frozenset()
    """Paths of folders with the addresses, in lower case, that may read there."""
    put: frozenset[str] | None = frozenset()
    """Ids of what we have put there since the last look; None: everything may be ours."""

    def may(self, path: str, email: str) -> bool:
        """Tell whether it was decided that this person may read just there."""
        return (path, email.lower()) in self.decided

    def is_ours(self, item: Item, state: RemoteState) -> bool:
        """Tell whether something counts as shared merely because we have put it into a shared folder."""
        shared = {path for path, _ in self.decided}
        inside = item.path in shared or not shared.isdisjoint(above(item.path))
        return inside and (self.put is None or state.remote_id in self.put)


_BATCH = 100
_LOST = frozenset({Kind.TRASHED, Kind.DELETED})
_FOREIGN = frozenset({Kind.FOREIGN})


@dataclass(frozen=True)
class Look:
    """What a look at a store has come to."""

    found: Sequence[Deviation]
    seen: frozenset[str] | None
    """The ids looked at; None: everything."""
    cursor: str | None = None
    """Where the next look begins, in a store that tells what changed."""


def look_along(keeper: CloudKeeper, cursor: str | None, readers: Readers) -> Look:
    """Look at what changed since `cursor`; without one, or when the store has lost it, at everything.

    Costs one call when nothing is new. What looks wrong is asked for a second time, since the list
    may tell of something that we were in the middle of.
    """
    if cursor is None:
        return _look_all_over(keeper, readers)
    try:
        states, after = _changes_since(keeper, cursor)
    except CursorLost:
        return _look_all_over(keeper, readers)
    judge = _Judge(keeper, readers)
    suspects = [each.remote_id for each in judge.all(states.values())]
    found = judge.all(judge.ask(dict.fromkeys(suspects)))
    return Look(topmost(topmost(found, _LOST), _FOREIGN), frozenset(states), after)


def _changes_since(keeper: CloudKeeper, cursor: str) -> tuple[dict[str, RemoteState], str]:
    """Return the last state of each item that changed, and the place after them."""
    states: dict[str, RemoteState] = {}
    page = keeper.cloud.changes(cursor)
    states.update((state.remote_id, state) for state in page.states)
    while page.more:
        page = keeper.cloud.changes(page.cursor)
        states.update((state.remote_id, state) for state in page.states)
    return states, page.cursor


def _look_all_over(keeper: CloudKeeper, readers: Readers) -> Look:
    # Begun first, so that nothing slips between the two.
    cursor = keeper.cloud.begin()
    judge = _Judge(keeper, readers)
    ours = [item.remote_id for item in keeper.ledger.items() if item.remote_id]
    batches = (ours[start : start + _BATCH] for start in range(0, len(ours), _BATCH))
    found = [each for batch in batches for each in judge.all(judge.ask(batch))]
    found += _strangers(keeper, {each.now_path for each in found})
    return Look(topmost(topmost(found, _LOST), _FOREIGN), None, cursor)


def _strangers(keeper: CloudKeeper, explained: set[str]) -> Iterator[Deviation]:
    """Yield what lies in the tree and is not ours, nor lies in something that was moved there."""
    for entry in keeper.cloud.walk():
        path = composed(entry.path)
        if is_aside(path) or path in explained or any(each in explained for each in above(path)):
            continue
        if entry.remote_id and keeper.ledger.by_remote_id([entry.remote_id]):
            continue
        if entry.remote_id or keeper.ledger.find(path) is None:
            yield Deviation(Kind.FOREIGN, path, entry.is_folder, remote_id=entry.remote_id)


class _Judge:
    """Tells what is different about items, given their states."""

    def __init__(self, keeper: CloudKeeper, readers: Readers) -> None:
        self._keeper = keeper
        self._readers = readers
        self._folders: dict[str, Item] = {}

    def ask(self, remote_ids: Iterable[str]) -> list[RemoteState]:
        """Return the items as they are now, one call each."""
        return [self._state(each) for each in remote_ids]

    def all(self, states: Iterable[RemoteState]) -> list[Deviation]:
        """Return everything that is different."""
        given = list(states)
        known = self._keeper.ledger.by_remote_id([state.remote_id for state in given])
        parents = {state.parent_id for state in given if state.parent_id}
        self._folders = self._keeper.ledger.by_remote_id(sorted(parents))
        return [each for state in given for each in self._of(state, known.get(state.remote_id))]

    def _of(self, state: RemoteState, item: Item | None) -> Iterator[Deviation]:
        if state.remote_id == self._keeper.root_id and item is None:
            return
        if item is None:
            yield from self._foreign(state)
        elif item.confirmed:
            yield from deviations(item, state, self._path_of, self._same_bytes)
            if state.shared and not state.trashed and not self._readers.is_ours(item, state):
                yield from self._newly_shared(item, state)

    def _foreign(self, state: RemoteState) -> Iterator[Deviation]:
        folder = self._path_of(state.parent_id)
        if state.kind is ChangeOf.GONE or state.trashed or folder is None or is_aside(folder):
            return
        path = joined(folder, composed(state.name))
        reserved = self._keeper.ledger.find(path)
        if reserved is None or reserved.confirmed:
            yield Deviation(
                Kind.FOREIGN,
                path,
                state.is_folder,
                remote_id=state.remote_id,
                by=state.changed_by,
                at=state.changed_at,
            )

    def _newly_shared(self, item: Item, state: RemoteState) -> Iterator[Deviation]:
        for grant in self._keeper.cloud.grants(item.path):
            if not (grant.inherited or grant.role == "owner" or self._is_decided(item, grant)):
                yield Deviation(
                    Kind.SHARED,
                    item.path,
                    item.is_folder,
                    remote_id=state.remote_id,
                    evidence=f"{'*' if grant.public else grant.email.lower()} {grant.role}",
                    grant_id=grant.id,
                    at=state.changed_at,
                )

    def _is_decided(self, item: Item, grant: Grant) -> bool:
        if grant.public:
            return False
        is_ours = grant.email.lower() == self._keeper.account.lower()
        return is_ours or (grant.role == "reader" and self._readers.may(item.path, grant.email))

    def _state(self, remote_id: str) -> RemoteState:
        try:
            return self._keeper.cloud.state(remote_id)
        except MissingError:
            return RemoteState(remote_id, ChangeOf.GONE)

    def _path_of(self, folder_id: str | None) -> str | None:
        if folder_id and folder_id == self._keeper.root_id:
            return ""
        folder = self._folders.get(folder_id or "")
        return folder.path if folder else None

    def _same_bytes(self, item: Item) -> bool:
        with closing(self._keeper.cloud.open(item.path)) as file:
            return sha256_of(file) == item.sha256
