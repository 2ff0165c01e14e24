"""One driveItem: a file or a folder with its facets, and what its bytes are."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from emulators.blobs import Blob


@dataclass(frozen=True)
class Identity:
    """A user, a group or an application as Graph shows it."""

    kind: Literal["user", "group", "application"]
    id: str
    name: str
    email: str


@dataclass(frozen=True)
class Content:
    """The bytes of one version of a file."""

    blob: Blob
    quick_xor_hash: str
    stored: datetime

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return self.blob.size


@dataclass
class Label:
    """A retention label on an item; locked, it keeps the item as a record."""

    name: str
    locked: bool
    applied: datetime
    applied_by: Identity


@dataclass
class Link:
    """The sharing link of a permission."""

    type: str
    scope: str
    url: str
    app_id: str


@dataclass
class Permission:
    """One grant on an item: to a person or a group, or by a link."""

    id: str
    roles: tuple[str, ...]
    granted_to: Identity | None = None
    link: Link | None = None
    expires: datetime | None = None
    invited: bool = False


@dataclass
class Item:
    """A driveItem; `changed` and `shared_change` are places in the drive's order of changes."""

    id: str
    guid: str
    name: str
    parent_id: str | None
    content: Content | None
    created: datetime
    created_by: Identity
    modified: datetime
    modified_by: Identity
    file_created: datetime
    file_modified: datetime
    version: int = 1
    content_version: int = 1
    changed: int = 0
    changed_at: datetime | None = None
    shared_change: int = 0
    deleted: bool = False
    erased: bool = False
    label: Label | None = None
    checked_out_by: Identity | None = None
    permissions: dict[str, Permission] = field(default_factory=dict)
    older_bytes: int = 0

    @property
    def is_folder(self) -> bool:
        """Tell a folder from a file."""
        return self.content is None

    @property
    def is_record(self) -> bool:
        """Tell whether a locked record label forbids changes."""
        return self.label is not None and self.label.locked

    @property
    def etag(self) -> str:
        """Return the tag that changes with every change."""
        return f'"{{{self.guid.upper()}}},{self.version}"'

    @property
    def ctag(self) -> str:
        """Return the tag that changes with the content."""
        return f'"c:{{{self.guid.upper()}}},{self.content_version}"'
