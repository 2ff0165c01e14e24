"""A drive and what may be done to its items."""

from datetime import datetime
from typing import Literal

from emulators.microsoft.errors import GraphError, denied, invalid, locked, name_taken
from emulators.microsoft.items import Content, Identity, Item
from emulators.microsoft.names import check_name, check_path, numbered
from emulators.microsoft.tree import Act, Tree

Conflict = Literal["fail", "replace", "rename"]
MAX_FILE = 250 * 1000**3


class Drive(Tree):
    """One drive: somebody's OneDrive or the document library of a site."""

    def __init__(self, drive_id: str, name: str, owner: Identity, web_url: str, quota: int) -> None:
        super().__init__(drive_id, owner)
        self.name = name
        self.web_url = web_url
        self.quota = quota
        self.kind: Literal["business", "documentLibrary", "personal"] = "business"
        self.site_id = ""
        self.used = 0

    def add_folder(self, parent: Item, name: str, conflict: Conflict, act: Act) -> Item:
        """Make a folder; raise 409 for a name that is taken."""
        name, existing = self._settled(parent, name, conflict, folder=True)
        if existing is None:
            return self._new(name, parent, None, act)
        if not existing.is_folder:
            raise name_taken()
        return existing

    def put(
        self, parent: Item, name: str, content: Content, conflict: Conflict, act: Act
    ) -> tuple[Item, bool]:
        """Write a file; return it and whether it is new. Raises 409, 423 or 507."""
        name, existing = self._settled(parent, name, conflict, folder=False)
        if existing is not None:
            self.rewrite(existing, content, act)
            return existing, False
        self._take_room(content.size)
        return self._new(name, parent, content, act), True

    def rewrite(self, item: Item, content: Content, act: Act) -> None:
        """Replace the bytes of a file; the old ones stay as a version and count."""
        if item.content is None:
            raise name_taken()
        self.check_changeable(item, act.by)
        self._take_room(content.size)
        item.older_bytes += item.content.size
        item.content = content
        item.content_version += 1
        item.file_modified = act.at
        self.touch(item, act)

    def relocate(self, item: Item, parent: Item, name: str, conflict: Conflict, act: Act) -> None:
        """Move or rename, or both at once; raise 409 for a name that is taken."""
        self.check_changeable(item, act.by)
        if item is self.root or item is parent or item in self.ancestors(parent):
            raise invalid("The item cannot be moved there.")
        self._detach(item)
        try:
            name, existing = self._settled(parent, name, conflict, folder=item.is_folder)
            if existing is not None:
                self.delete(existing, act)
            item.name, item.parent_id = name, parent.id
        finally:
            self._attach(item)
        self.touch(item, act)

    def redate(self, item: Item, created: datetime | None, modified: datetime | None, act: Act) -> None:
        """Set the dates that a client keeps of a file; on a file this makes a version that counts."""
        self.check_changeable(item, act.by)
        item.file_created = created or item.file_created
        item.file_modified = modified or item.file_modified
        if item.content is not None:
            self._take_room(item.content.size)
            item.older_bytes += item.content.size
        self.touch(item, act)

    def delete(self, item: Item, act: Act) -> None:
        """Put the item, with everything in it, into the recycle bin."""
        if item is self.root:
            raise denied("The root cannot be deleted.")
        for each in self.below(item):
            self.check_changeable(each, act.by)
        self._detach(item)
        item.deleted = True
        self.touch(item, act)

    def restore(self, item: Item, parent: Item, name: str, act: Act) -> None:
        """Take an item out of the recycle bin, under the id it had."""
        name, _ = self._settled(parent, name, "fail", folder=item.is_folder)
        item.deleted, item.parent_id, item.name = False, parent.id, name
        self._attach(item)
        self.touch(item, act)

    def erase(self, item: Item, act: Act) -> None:
        """Delete for good: the space comes back, and the id stays known as deleted."""
        if not item.deleted:
            self.delete(item, act)
        self.used -= sum(each.content.size + each.older_bytes for each in self.below(item) if each.content)
        item.erased = True

    def touch(self, item: Item, act: Act) -> None:
        """Count a change of the item: new eTag, last place in the order of changes."""
        item.version += 1
        item.modified, item.modified_by = act.at, act.by
        self._order(item, act.at)

    def touch_sharing(self, item: Item, act: Act) -> None:
        """Count a change of who may see the item, which leaves its tags as they are."""
        self._order(item, act.at)
        item.shared_change = self.last_change

    def check_room(self, size: int) -> None:
        """Raise 507 when the drive cannot take so many bytes more, 413 for a file over 250 GB."""
        if size > MAX_FILE:
            raise GraphError(413, "invalidRequest", "The file size exceeds the maximum size allowed.")
        if self.used + size > self.quota:
            raise GraphError(507, "quotaLimitReached", "Insufficient Space Available")

    def check_changeable(self, item: Item, by: Identity) -> None:
        """Raise 423 for a record that is locked or a file that somebody else has checked out."""
        if item.is_record:
            raise locked("The item is a record and is locked.")
        if item.checked_out_by not in (None, by):
            raise locked("The resource is checked out or open for editing by another user.")

    def _take_room(self, size: int) -> None:
        self.check_room(size)
        self.used += size

    def _settled(
        self, parent: Item, name: str, conflict: Conflict, *, folder: bool
    ) -> tuple[str, Item | None]:
        """Return the name to use and the item that is to be replaced, if any."""
        if not parent.is_folder:
            raise invalid("The parent is not a folder.")
        check_name(name, folder=folder, at_root=parent is self.root)
        check_path(f"{self.name}{self.path(parent)}/{name}")
        existing = self.child(parent, name)
        if existing is not None and conflict == "fail":
            raise name_taken()
        if existing is None or conflict == "replace":
            return name, existing
        taken = 1
        while self.child(parent, numbered(name, taken)):
            taken += 1
        return numbered(name, taken), None
