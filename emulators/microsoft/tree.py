"""The tree of a drive: its items under one root, how they are found, and in which order they changed."""

import base64
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from emulators.microsoft.errors import not_found
from emulators.microsoft.items import Content, Identity, Item, Permission
from emulators.microsoft.names import same

_FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Act:
    """Who does something, and when."""

    by: Identity
    at: datetime


class Tree:
    """Items by id, by parent and name, and by change; whoever uses it holds the emulator's lock."""

    def __init__(self, drive_id: str, owner: Identity) -> None:
        self.id = drive_id
        self.owner = owner
        self.last_change = 0
        self._items: dict[str, Item] = {}
        self._children: dict[str, dict[str, str]] = {}
        self._by_change: dict[str, None] = {}
        self.root = self._new("root", None, None, Act(owner, _FOUNDED))
        self.root.permissions["owner"] = Permission("owner", ("owner",), owner)

    def get(self, item_id: str) -> Item:
        """Return a living item, by its id or as `root`; raise 404."""
        item = self.root if item_id == "root" else self._items.get(item_id)
        if item is None or self.is_gone(item):
            raise not_found()
        return item

    def deleted(self, item_id: str) -> Item:
        """Return an item of the recycle bin; raise 404."""
        item = self._items.get(item_id)
        if item is None or not item.deleted or item.erased:
            raise not_found()
        return item

    def is_gone(self, item: Item) -> bool:
        """Tell whether the item, or a folder above it, lies in the recycle bin."""
        return item.deleted or any(each.deleted for each in self.ancestors(item))

    def ancestors(self, item: Item) -> Iterator[Item]:
        """Yield the folders above the item, the nearest first."""
        while item.parent_id is not None:
            item = self._items[item.parent_id]
            yield item

    def child(self, parent: Item, name: str) -> Item | None:
        """Return the living child of that name, whatever its case."""
        child_id = self._children.get(parent.id, {}).get(same(name))
        return self._items[child_id] if child_id else None

    def children(self, parent: Item) -> list[Item]:
        """Return the living children in the order of their names."""
        kept = self._children.get(parent.id, {})
        return [self._items[kept[key]] for key in sorted(kept)]

    def child_count(self, parent: Item) -> int:
        """Return how many living children a folder has."""
        return len(self._children.get(parent.id, {}))

    def walk(self, start: Item, path: Iterable[str]) -> Item:
        """Follow the names down from `start`; raise 404."""
        for name in path:
            found = self.child(start, name)
            if found is None:
                raise not_found()
            start = found
        return start

    def below(self, item: Item) -> Iterator[Item]:
        """Yield the item and everything living under it, folders before what they hold."""
        yield item
        for child in self.children(item):
            yield from self.below(child)

    def path(self, item: Item) -> str:
        """Return the path under the root, starting with a slash; empty for the root itself."""
        names = [item.name, *(each.name for each in self.ancestors(item))]
        return "".join(f"/{name}" for name in reversed(names[:-1]))

    def size(self, item: Item) -> int:
        """Return the bytes of a file, or of all files under a folder."""
        return sum(each.content.size for each in self.below(item) if each.content)

    def binned(self) -> int:
        """Return the bytes that lie in the recycle bin."""
        return sum(self.size(item) for item in self.binned_items())

    def binned_items(self) -> list[Item]:
        """Return what was put into the recycle bin, each with whatever it holds."""
        return [item for item in self._items.values() if item.deleted and not item.erased]

    def changed_since(self, place: int) -> list[Item]:
        """Return every item that changed after that place in the order of changes, the deleted too."""
        found = []
        for item_id in reversed(self._by_change):
            item = self._items[item_id]
            if item.changed <= place:
                break
            found.append(item)
        return found[::-1]

    def change_before(self, moment: datetime) -> int:
        """Return the place in the order of changes that was reached at the moment."""
        for item_id in reversed(self._by_change):
            item = self._items[item_id]
            if item.changed_at is None or item.changed_at <= moment:
                return item.changed
        return 0

    def _new(self, name: str, parent: Item | None, content: Content | None, act: Act) -> Item:
        seed = f"{self.id}/{len(self._items)}"
        item_id = "01" + base64.b32encode(hashlib.sha1(seed.encode()).digest()).decode()  # noqa: S324 - an id
        guid = str(uuid.uuid5(uuid.NAMESPACE_URL, seed))
        dates = (act.at, act.by, act.at, act.by, act.at, act.at)
        item = Item(item_id, guid, name, parent.id if parent else None, content, *dates)
        self._items[item_id] = item
        if parent:
            self._attach(item)
        self._order(item, act.at)
        return item

    def _attach(self, item: Item) -> None:
        self._children.setdefault(str(item.parent_id), {})[same(item.name)] = item.id

    def _detach(self, item: Item) -> None:
        del self._children[str(item.parent_id)][same(item.name)]

    def _order(self, item: Item, moment: datetime) -> None:
        """Give the item the last place in the order of changes."""
        self.last_change += 1
        item.changed, item.changed_at = self.last_change, moment
        self._by_change.pop(item.id, None)
        self._by_change[item.id] = None
