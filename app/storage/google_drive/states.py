"""Drive's files as the store sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.storage.abilities import ChangeOf, RemoteState

FOLDER = "application/vnd.google-apps.folder"
MARK = "place"
"""The private property by which the application knows what it has made."""
FIELDS = (
    "id,name,mimeType,appProperties,parents,trashed,size,md5Checksum,sha256Checksum,version,headRevisionId,driveId,shared,"
    "contentRestrictions(readOnly),modifiedTime,lastModifyingUser(displayName,emailAddress),trashedTime,"
    "trashingUser(displayName,emailAddress)"
)
ROLES = {
    "owner": "owner",
    "organizer": "owner",
    "fileOrganizer": "writer",
    "writer": "writer",
    "commenter": "reader",
    "reader": "reader",
}


def state_of(file: dict[str, Any], changed_at: str | None = None) -> RemoteState:
    """Return what a file resource with `FIELDS` says; `changed_at` when the feed tells it."""
    size, trashed = file.get("size"), bool(file.get("trashed"))
    is_folder = file.get("mimeType") == FOLDER
    when = changed_at or (file.get("trashedTime") if trashed else None) or file.get("modifiedTime")
    who = (file.get("trashingUser") if trashed else None) or file.get("lastModifyingUser") or {}
    return RemoteState(
        remote_id=file["id"],
        kind=ChangeOf.SEEN,
        name=file.get("name", ""),
        parent_id=next(iter(file.get("parents", ())), None),
        is_folder=is_folder,
        trashed=trashed,
        size=None if size is None else int(size),
        remote_hash=file.get("sha256Checksum"),
        revision=file.get("headRevisionId"),
        locked=None if is_folder else _is_locked(file),
        # In a shared drive everything is shared with its members, which tells nothing.
        shared=None if "driveId" in file else file.get("shared"),
        changed_at=datetime.fromisoformat(when) if when else None,
        changed_by=who.get("displayName") or who.get("emailAddress") or "",
        is_ours=MARK in file.get("appProperties", {}),
        let_in=_let_in(file["permissions"]) if "permissions" in file else None,
    )


def _let_in(permissions: Iterable[dict[str, Any]]) -> frozenset[tuple[str, str]]:
    return frozenset((each["id"], ROLES.get(each["role"], each["role"])) for each in permissions)


def _is_locked(file: dict[str, Any]) -> bool:
    return any(each.get("readOnly") for each in file.get("contentRestrictions", ()))
