"""Everything the emulated Drive holds, and the few ways in which it changes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from emulators.blobs import Blob, Blobs
from emulators.clock import Clock
from emulators.google.access import audience_of
from emulators.google.directory import Directory
from emulators.google.journal import Journal
from emulators.google.nodes import Node, Revision
from emulators.google.tree import Tree

_REVISION_LIFE = timedelta(days=30)
_REVISIONS = 100


@dataclass
class Limits:
    """Hard limits, which tests may lower."""

    depth: int = 100
    children: int = 500_000
    items: int = 500_000
    """Of a shared drive."""
    kept_revisions: int = 200


@dataclass
class SharedDrive:
    """A shared drive; its root is the item of the same id, its members are that item's permissions."""

    id: str
    name: str
    created: datetime
    folder_sharing_needs_organizer: bool = True
    limit: int | None = None
    """Bytes, if the pool is small."""


@dataclass
class World:
    """The state behind all calls; the emulator's lock guards it."""

    clock: Clock
    blobs: Blobs
    directory: Directory
    tree: Tree = field(default_factory=Tree)
    journal: Journal = field(default_factory=Journal)
    limits: Limits = field(default_factory=Limits)
    shared_drives: dict[str, SharedDrive] = field(default_factory=dict)
    reserved: dict[str, str] = field(default_factory=dict)
    """Ids given out by generateIds, and to whom."""
    closed_domains: set[str] = field(default_factory=set)
    """Domains whose administrators forbid sharing with anybody outside."""
    mails: list[dict[str, Any]] = field(default_factory=list)
    """Notification mails that Google would have sent."""
    expiring: set[tuple[str, str]] = field(default_factory=set)
    """Items and their permissions that have an end."""

    def audience(self, node: Node) -> frozenset[str]:
        """Return the accounts that can see an item now."""
        return audience_of(self.tree, self.directory, node)

    def changed(self, node: Node, before: frozenset[str] = frozenset()) -> None:
        """Count the item's version up and tell the feeds; `before` saw it and perhaps no longer do."""
        node.version = self.journal.note(node, before | self.audience(node), self.clock.now(), node.drive)

    def write(self, node: Node, blob: Blob, mime: str, by: str, keep_forever: bool = False) -> None:
        """Give a file its next content."""
        now = self.clock.now()
        before = node.stored
        revision = Revision(self.tree.new_id() + "rev", blob, mime, now, by, node.name, keep_forever)
        node.revisions = [*self._lasting(node), revision]
        node.mime = mime
        node.modified, node.modified_by = now, by
        self.tree.refill(node, before)

    def move(self, node: Node, target: Node) -> None:
        """Put an item into another folder; where it leaves a drive, that drive's log tells it too."""
        before, left = self.audience(node), node.drive
        self.tree.move(node, target)
        if left != node.drive:
            self.journal.note(node, before, self.clock.now(), left)
        self.changed(node, before)

    def remove(self, node: Node) -> None:
        """Delete an item and all below it for good."""
        seen = {each.id: self.audience(each) for each in self.tree.subtree(node)}
        for each in reversed(list(self.tree.subtree(node))):
            self.tree.remove(each)
            self.journal.note(each, seen[each.id], self.clock.now(), each.drive)

    def expire(self) -> None:
        """End the permissions whose time has come."""
        now = self.clock.now()
        for node_id, grant_id in list(self.expiring):
            node = self.tree.get(node_id)
            grant = node.grants.get(grant_id) if node else None
            if node and grant and grant.expires and grant.expires <= now:
                before = self.audience(node)
                del node.grants[grant_id]
                self.changed(node, before)
            if not grant or not grant.expires or grant.expires <= now:
                self.expiring.discard((node_id, grant_id))

    def _lasting(self, node: Node) -> list[Revision]:
        oldest = self.clock.now() - _REVISION_LIFE
        young = {revision.id for revision in node.revisions[-_REVISIONS + 1 :] if revision.at > oldest}
        return [each for each in node.revisions if each.keep_forever or each.id in young]
