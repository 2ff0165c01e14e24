"""The items of all drives: where each is, what is below it, and how much it fills."""

import secrets
from collections import Counter
from collections.abc import Iterator

from emulators.google.nodes import Node


class Tree:
    """All items by id; the emulator's lock guards it."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._children: dict[str, dict[str, None]] = {}
        self.used: Counter[str] = Counter()
        """Bytes by the owner's address, or by shared drive."""
        self.items: Counter[str] = Counter()
        """Items by shared drive."""

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def get(self, node_id: str) -> Node | None:
        """Return an item, or None."""
        return self._nodes.get(node_id)

    def add(self, node: Node) -> None:
        """Put a new item where its `parent` says."""
        self._nodes[node.id] = node
        if node.parent:
            self._children.setdefault(node.parent, {})[node.id] = None
        self._count(node, 1)

    def move(self, node: Node, parent: Node) -> None:
        """Put an item, and all that is below it, under another folder."""
        below = list(self.subtree(node))
        for each in below:
            self._count(each, -1)
            each.drive = parent.drive
            if parent.drive:
                each.owner = None
        self._children[node.parent or ""].pop(node.id)
        node.parent = parent.id
        self._children.setdefault(parent.id, {})[node.id] = None
        for each in below:
            self._count(each, 1)

    def remove(self, node: Node) -> None:
        """Forget one item, whose children must be gone."""
        self._count(node, -1)
        self._children.get(node.parent or "", {}).pop(node.id, None)
        self._children.pop(node.id, None)
        del self._nodes[node.id]

    def refill(self, node: Node, before: int) -> None:
        """Account for a change of the bytes that an item stores."""
        self.used[_purse(node)] += node.stored - before

    def children(self, node_id: str) -> list[Node]:
        """Return what is directly in a folder, oldest first."""
        return [self._nodes[each] for each in self._children.get(node_id, {})]

    def count_children(self, node_id: str) -> int:
        """Return how much is directly in a folder."""
        return len(self._children.get(node_id, {}))

    def subtree(self, node: Node) -> Iterator[Node]:
        """Yield an item and all that is below it, parents first."""
        yield node
        for child in self.children(node.id):
            yield from self.subtree(child)

    def chain(self, node: Node) -> Iterator[Node]:
        """Yield an item, its parent and so on up to the root."""
        current: Node | None = node
        while current:
            yield current
            current = self._nodes.get(current.parent or "")

    def is_trashed(self, node: Node) -> bool:
        """Whether it or anything above it is in the trash."""
        return any(each.trashed for each in self.chain(node))

    def path(self, node: Node) -> str:
        """Return the names from below the root, joined by slashes."""
        names = [each.name for each in self.chain(node) if each.parent]
        return "/".join(reversed(names))

    def new_id(self) -> str:
        """Return an id that nothing has."""
        return f"1{secrets.token_urlsafe(24)}"

    def _count(self, node: Node, sign: int) -> None:
        self.used[_purse(node)] += sign * node.stored
        if node.drive and node.parent:
            self.items[node.drive] += sign


def _purse(node: Node) -> str:
    return node.drive or node.owner or ""
