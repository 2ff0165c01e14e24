"""A cloud in memory that does what a store promises, and what people do to it without the application."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from app.storage.abilities import ChangeOf, Changes, CursorLost, Grant, Listing, RemoteState, Space
from app.storage.ledger import Confirmed, Item, Ledger
from app.storage.policy import OutOfReach
from app.storage.protocol import Entry, MissingError, OccupiedError, Stored

ROOT = "root"
OWNER = "kho@truong-a.example"
LONG_AGO = datetime(2026, 9, 5, 7, tzinfo=UTC)


@dataclass
class Node:
    """A file or folder as the cloud has it."""

    name: str
    parent_id: str
    content: bytes | None
    trashed: bool = False
    locked: bool = False
    grants: dict[str, Grant] = field(default_factory=dict)
    changed_by: str = ""


class FakeCloud:
    """Answers from memory; `calls` counts them, `tokens_lost` forgets every cursor, `places_lost` every page.

    With `cut_every` each so many-eth call of a look is not answered.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.nodes: dict[str, Node] = {}
        self.calls: list[str] = []
        self.tokens_lost = False
        self.places_lost = False
        self.cut_every = 0
        self._ledger = ledger
        self._feed: list[str] = []

    def make_folder(self, path: str) -> None:
        known = self._present(path)
        if known is None:
            self._make(path, None)

    def put(self, path: str, source: BinaryIO) -> Stored:
        content = source.read()
        known = self._present(path)
        if known is None:
            self._make(path, content)
        elif self.nodes[known].content != content:
            raise OccupiedError
        return Stored(len(content), _sha256(content))

    def stat(self, path: str) -> Stored:
        content = self._content(path)
        return Stored(len(content), _sha256(content))

    def open(self, path: str) -> BinaryIO:
        self.calls.append("download")
        return io.BytesIO(self._content(path))

    def move(self, path: str, target: str) -> None:
        node_id = self._present(path)
        if node_id is None:
            raise MissingError
        if path != target and self._present(target):
            raise OccupiedError
        folder, _, name = target.rpartition("/")
        node = self.nodes[node_id]
        if node.locked:
            raise AssertionError("a locked file was moved")
        node.parent_id, node.name = self._folder(folder), name
        self._ledger.move(path, target)
        self._feed.append(node_id)

    def walk(self) -> Iterator[Entry]:
        yield from self._walked(ROOT, "")

    def found_in(self, path: str) -> Iterator[Entry]:
        return (entry for entry in self.walk() if entry.path.rpartition("/")[0] == path)

    def open_found(self, entry: Entry) -> BinaryIO:
        return io.BytesIO(self.nodes[entry.remote_id].content or b"")

    def lock(self, path: str, reason: str) -> None:
        assert reason
        self._set_locked(path, locked=True)

    def unlock(self, path: str) -> None:
        self._set_locked(path, locked=False)

    def grant(self, path: str, email: str, until: datetime | None) -> Grant:
        return self.share(self.id_at(path), email, until=until)

    def grants(self, path: str) -> Sequence[Grant]:
        self.calls.append("grants")
        owner = Grant("own", OWNER, "owner", public=False, inherited=False, until=None)
        return [owner, *self.nodes[self.id_at(path)].grants.values()]

    def revoke(self, path: str, grant_id: str) -> None:
        self.nodes[self.id_at(path)].grants.pop(grant_id, None)
        self._feed.append(self.id_at(path))

    def begin(self) -> str:
        self.calls.append("begin")
        self.tokens_lost = False
        return str(len(self._feed))

    def changes(self, cursor: str) -> Changes:
        self.calls.append("changes")
        if self.tokens_lost:
            raise CursorLost
        start = int(cursor)
        states = [self._state(each) for each in self._feed[start : start + 2]]
        return Changes(states, str(start + len(states)), more=start + 2 < len(self._feed))

    def listing(self, place: str) -> Listing:
        self._called("listing")
        if place and self.places_lost:
            raise CursorLost
        start = int(place or 0)
        following = str(start + 2) if start + 2 < len(self.nodes) else None
        return Listing([self._state(each) for each in list(self.nodes)[start : start + 2]], following)

    def state(self, remote_id: str) -> RemoteState:
        self._called("state")
        return self._state(remote_id)

    def space(self) -> Space:
        return Space(0, None, OWNER)

    def id_at(self, path: str) -> str:
        """Return the id by which the ledger knows a path."""
        item = self._ledger.find(path)
        assert item
        assert item.remote_id
        return item.remote_id

    def meddle(self, node_id: str, **changes: object) -> None:
        """Change anything about an item, as somebody with rights in the drive does."""
        for name, value in changes.items():
            setattr(self.nodes[node_id], name, value)
        self.nodes[node_id].changed_by = "Người Khác"
        self._feed.append(node_id)

    def delete(self, node_id: str) -> None:
        """Delete something, and all that is in it, for good."""
        for child in [each for each, node in self.nodes.items() if node.parent_id == node_id]:
            self.delete(child)
        del self.nodes[node_id]
        self._feed.append(node_id)

    def drop(self, folder_id: str, name: str, content: bytes | None) -> str:
        """Put something into a folder that is not ours."""
        node_id = f"n{len(self._feed)}"
        self.nodes[node_id] = Node(name, folder_id, content, changed_by="Người Khác")
        self._feed.append(node_id)
        return node_id

    def share(
        self,
        node_id: str,
        email: str,
        *,
        role: str = "reader",
        public: bool = False,
        until: datetime | None = None,
    ) -> Grant:
        """Let somebody in."""
        grant = Grant(f"g-{email}", email, role, public=public, inherited=False, until=until)
        self.nodes[node_id].grants[grant.id] = grant
        self._feed.append(node_id)
        return grant

    def open_file(self, node_id: str) -> None:
        """Tell in the feed that somebody looked at something."""
        self._feed.append(node_id)

    def _called(self, verb: str) -> None:
        self.calls.append(verb)
        if self.cut_every and len(self.calls) % self.cut_every == 0:
            raise OutOfReach

    def _make(self, path: str, content: bytes | None) -> None:
        folder, _, name = path.rpartition("/")
        node_id = self.drop(self._folder(folder), name, content)
        self._ledger.forget(path)
        self._ledger.reserve(path, is_folder=content is None, remote_id=node_id)
        digest = None if content is None else _sha256(content)
        size = None if content is None else len(content)
        self._ledger.confirm(path, Confirmed(node_id, size, digest, digest, "1"))

    def _folder(self, path: str) -> str:
        if not path:
            return ROOT
        folder = self._present(path)
        if folder is None:
            raise MissingError
        return folder

    def _present(self, path: str) -> str | None:
        item: Item | None = self._ledger.find(path)
        node = self.nodes.get(item.remote_id or "") if item and item.confirmed else None
        return item.remote_id if item and node and not self._is_trashed(node) else None

    def _is_trashed(self, node: Node) -> bool:
        parent = self.nodes.get(node.parent_id)
        return node.trashed or (parent is not None and self._is_trashed(parent))

    def _content(self, path: str) -> bytes:
        node_id = self._present(path)
        if node_id is None:
            raise MissingError
        return self.nodes[node_id].content or b""

    def _set_locked(self, path: str, *, locked: bool) -> None:
        self.nodes[self.id_at(path)].locked = locked
        self._ledger.set_locked(path, locked=locked)
        self._feed.append(self.id_at(path))

    def _state(self, node_id: str) -> RemoteState:
        node = self.nodes.get(node_id)
        if node is None:
            return RemoteState(node_id, ChangeOf.GONE)
        return RemoteState(
            node_id,
            ChangeOf.SEEN,
            name=node.name,
            parent_id=node.parent_id,
            is_folder=node.content is None,
            trashed=self._is_trashed(node),
            size=None if node.content is None else len(node.content),
            remote_hash=None if node.content is None else _sha256(node.content),
            revision="1",
            locked=None if node.content is None else node.locked,
            shared=bool(node.grants),
            changed_at=LONG_AGO,
            changed_by=node.changed_by,
        )

    def _walked(self, folder_id: str, path: str) -> Iterator[Entry]:
        for node_id, node in list(self.nodes.items()):
            if node.parent_id != folder_id or self._is_trashed(node):
                continue
            place = f"{path}/{node.name}" if path else node.name
            yield Entry(place, node.content is None, node_id)
            if node.content is None:
                yield from self._walked(node_id, place)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
