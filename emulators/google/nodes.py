"""What Drive keeps of one item: its place, revisions, direct permissions and lock."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from emulators.blobs import Blob

FOLDER = "application/vnd.google-apps.folder"
_NATIVE = "application/vnd.google-apps."


class Role(IntEnum):
    """What a person may do with an item, weakest first."""

    NOBODY = 0
    READER = 1
    COMMENTER = 2
    WRITER = 3
    FILE_ORGANIZER = 4
    ORGANIZER = 5
    OWNER = 6


ROLES = {
    "reader": Role.READER,
    "commenter": Role.COMMENTER,
    "writer": Role.WRITER,
    "fileOrganizer": Role.FILE_ORGANIZER,
    "organizer": Role.ORGANIZER,
    "owner": Role.OWNER,
}
NAMES = {role: name for name, role in ROLES.items()}


@dataclass
class Grant:
    """A permission that was given directly on an item."""

    kind: str
    """`user`, `group`, `domain` or `anyone`."""
    role: Role
    address: str = ""
    """The e-mail address, or the domain."""
    expires: datetime | None = None
    discoverable: bool = False

    @property
    def id(self) -> str:
        """The permission's id, which is the same on every item."""
        return permission_id(self.kind, self.address)


def permission_id(kind: str, address: str) -> str:
    """Return the id that Drive uses for this grantee everywhere."""
    if kind == "anyone":
        return "anyoneWithLink"
    number = int(hashlib.sha256(address.lower().encode()).hexdigest(), 16) % 10**20
    return f"{number:020d}" + ("k" if kind == "domain" else "")


@dataclass
class Revision:
    """One content of a file."""

    id: str
    blob: Blob
    mime: str
    at: datetime
    by: str
    name: str
    keep_forever: bool = False


@dataclass
class Lock:
    """A content restriction."""

    owner_restricted: bool
    reason: str
    by: str
    at: datetime


@dataclass
class Node:
    """A file, a folder, or the root of a My Drive or shared drive."""

    id: str
    name: str
    mime: str
    parent: str | None
    drive: str | None
    """The shared drive; None in a My Drive."""
    owner: str | None
    """The owner's address; None in a shared drive."""
    app: str | None
    """The OAuth client that made it; None: a person in the web page."""
    created: datetime
    modified: datetime
    modified_by: str
    version: int = 0
    trashed: datetime | None = None
    grants: dict[str, Grant] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    lock: Lock | None = None
    app_properties: dict[str, dict[str, str]] = field(default_factory=dict)
    """Per OAuth client, who alone sees its own."""
    plain: dict[str, Any] = field(default_factory=dict)
    """Fields that are kept as they were given, such as `description`."""
    picked_by: set[str] = field(default_factory=set)
    """OAuth clients for which a person has picked the item."""
    limited: bool = False
    """Inherited permissions are disabled."""

    @property
    def is_folder(self) -> bool:
        """Whether it can have children."""
        return self.mime == FOLDER

    @property
    def is_native(self) -> bool:
        """Whether it has no bytes of its own."""
        return self.mime.startswith(_NATIVE)

    @property
    def head(self) -> Revision | None:
        """The present content; None for folders."""
        return self.revisions[-1] if self.revisions else None

    @property
    def size(self) -> int:
        """Bytes of the present content."""
        return self.head.blob.size if self.head else 0

    @property
    def stored(self) -> int:
        """Bytes that count in the quota: the present content and what is kept for ever."""
        kept = {revision.id: revision.blob.size for revision in self.revisions if revision.keep_forever}
        if self.head:
            kept[self.head.id] = self.size
        return sum(kept.values())
