"""Judging what a cloud store tells of its items: what is not as we left it, and who was let in."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from app.drift.compare import Deviation, composed, deviations
from app.drift.models import Kind
from app.drift.opened_stores import ConnectedCloud
from app.staging.digests import sha256_of
from app.storage.abilities import ChangeOf, Grant, RemoteState
from app.storage.ledger import Item
from app.storage.protocol import MissingError
from app.tree.paths import above, is_unwatched, joined


@dataclass(frozen=True)
class Readers:
    """Whom we let in, and of what the store need not be asked who else may read."""

    decided: Mapping[tuple[str, str], str | None]
    """Paths of folders with the addresses, in lower case, that may read there; the permissions' ids."""
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

    def let_in(self, path: str) -> set[tuple[str, str]]:
        """Return the permissions that a path has by decision, its own and those from above."""
        ways = {path, *above(path)}
        return {(given, "reader") for (where, _), given in self.decided.items() if given and where in ways}


@dataclass(frozen=True)
class Look:
    """What a look at a store has come to."""

    found: Sequence[Deviation]
    seen: frozenset[str] | None
    """The ids looked at; None: everything."""


class Judge:
    """Tells what is different about items, given their states."""

    def __init__(self, keeper: ConnectedCloud, readers: Readers) -> None:
        self._keeper = keeper
        self._readers = readers
        self._folders: dict[str, Item] = {}
        self._at_the_top: frozenset[tuple[str, str]] | None = None

    def suspects(self, states: Sequence[RemoteState]) -> list[str]:
        """Return the ids of what looks different in a page, or of which the page does not tell enough.

        Costs no call; one for the first page that tells of permissions.
        """
        known = self._learn(states)
        return [each.remote_id for each in states if self._is_suspect(each, known.get(each.remote_id))]

    def ask(self, remote_id: str) -> list[Deviation]:
        """Ask for an item as it is now and return everything that is different; one call, or a few."""
        try:
            state = self._keeper.cloud.state(remote_id)
        except MissingError:
            state = RemoteState(remote_id, ChangeOf.GONE)
        item = self._learn([state]).get(remote_id)
        return list(self._of(state, item))

    def _learn(self, states: Sequence[RemoteState]) -> dict[str, Item]:
        """Look the items up in the ledger, and the folders that they lie in."""
        parents = {state.parent_id for state in states if state.parent_id}
        self._folders = self._keeper.ledger.by_remote_id(sorted(parents))
        return self._keeper.ledger.by_remote_id([state.remote_id for state in states])

    def _is_suspect(self, state: RemoteState, item: Item | None) -> bool:
        if item is None:
            return state.remote_id != self._keeper.root_id and any(self._foreign(state))
        if not item.confirmed or is_unwatched(item.path):
            return False
        untold = item.locked and state.locked is None
        return (
            untold
            or any(deviations(item, state, self._path_of, _not_read_yet))
            or self._may_be_shared(item, state)
        )

    def _of(self, state: RemoteState, item: Item | None) -> Iterator[Deviation]:
        if item is None:
            if state.remote_id != self._keeper.root_id:
                yield from self._foreign(state)
        elif item.confirmed and not is_unwatched(item.path):
            yield from deviations(item, state, self._path_of, self._same_bytes)
            if self._may_be_shared(item, state):
                yield from self._newly_shared(item, state)

    def _foreign(self, state: RemoteState) -> Iterator[Deviation]:
        folder = self._path_of(state.parent_id)
        if state.kind is ChangeOf.GONE or state.trashed or folder is None:
            return
        path = joined(folder, composed(state.name))
        if is_unwatched(path):
            return
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

    def _may_be_shared(self, item: Item, state: RemoteState) -> bool:
        if not state.shared or state.trashed or self._readers.is_ours(item, state):
            return False
        return state.let_in is None or not state.let_in <= self._readers.let_in(item.path) | self._top()

    def _top(self) -> frozenset[tuple[str, str]]:
        """Return the permissions of the tree's root, the owner's among them: all below has them too."""
        if self._at_the_top is None:
            grants = self._keeper.cloud.grants("")
            self._at_the_top = frozenset((each.id, each.role) for each in grants)
        return self._at_the_top

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

    def _path_of(self, folder_id: str | None) -> str | None:
        if folder_id and folder_id == self._keeper.root_id:
            return ""
        folder = self._folders.get(folder_id or "")
        return folder.path if folder else None

    def _same_bytes(self, item: Item) -> bool:
        with closing(self._keeper.cloud.open(item.path)) as file:
            return sha256_of(file) == item.sha256


def _not_read_yet(_: Item) -> bool:
    """Count a file as suspect whose bytes would have to be read."""
    return False
