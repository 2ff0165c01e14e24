"""Drive's addresses: which operation each is, what it costs, which scopes allow it, and what does it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from emulators.google import feed, files, revisions, sharing, uploads
from emulators.google.ask import Ask
from emulators.google.directory import DRIVE, DRIVE_FILE
from emulators.serving import Request, Response

READ, LIST, DOWNLOAD, EDIT, OTHER = 5, 100, 200, 50, 5
"""Quota units; what making a file or permission costs is not documented and taken for an edit."""
_FILE = frozenset({DRIVE, DRIVE_FILE})
_SEE = _FILE | {f"{DRIVE}.readonly", f"{DRIVE}.metadata", f"{DRIVE}.metadata.readonly"}
_DRIVES = frozenset({DRIVE, f"{DRIVE}.readonly"})
_BASE = "/drive/v3"


@dataclass(frozen=True)
class Route:
    """One operation."""

    operation: str
    units: int
    scopes: frozenset[str]
    do: Callable[[Ask], Response]
    writes: bool = False


@dataclass(frozen=True)
class Found:
    """An operation, and what the address names."""

    route: Route
    args: dict[str, str]


_F, _P, _R = "/files/{fileId}", "/permissions/{permissionId}", "/revisions/{revisionId}"
_TABLE: dict[tuple[str, str], Route] = {
    ("GET", "/about"): Route("about.get", READ, _SEE, feed.about),
    ("GET", "/files"): Route("files.list", LIST, _SEE, files.list_files),
    ("POST", "/files"): Route("files.create", EDIT, _FILE, files.create, True),
    ("GET", "/files/generateIds"): Route("files.generateIds", OTHER, _FILE, files.generate_ids),
    ("DELETE", "/files/trash"): Route("files.emptyTrash", EDIT, frozenset({DRIVE}), files.empty_trash, True),
    ("GET", _F): Route("files.get", READ, _SEE, files.get),
    ("PATCH", _F): Route("files.update", EDIT, _FILE, files.update, True),
    ("DELETE", _F): Route("files.delete", EDIT, _FILE, files.delete, True),
    ("POST", f"{_F}/copy"): Route("files.copy", EDIT, _FILE, files.copy, True),
    ("GET", f"{_F}/permissions"): Route("permissions.list", LIST, _SEE, sharing.list_permissions),
    ("POST", f"{_F}/permissions"): Route("permissions.create", EDIT, _FILE, sharing.create, True),
    ("GET", f"{_F}{_P}"): Route("permissions.get", READ, _SEE, sharing.get),
    ("PATCH", f"{_F}{_P}"): Route("permissions.update", EDIT, _FILE, sharing.update, True),
    ("DELETE", f"{_F}{_P}"): Route("permissions.delete", EDIT, _FILE, sharing.delete, True),
    ("GET", f"{_F}/revisions"): Route("revisions.list", LIST, _SEE, revisions.list_revisions),
    ("GET", f"{_F}{_R}"): Route("revisions.get", READ, _SEE, revisions.get),
    ("PATCH", f"{_F}{_R}"): Route("revisions.update", EDIT, _FILE, revisions.update, True),
    ("DELETE", f"{_F}{_R}"): Route("revisions.delete", EDIT, _FILE, revisions.delete, True),
    ("GET", "/changes/startPageToken"): Route("changes.getStartPageToken", READ, _SEE, feed.start_page_token),
    ("GET", "/changes"): Route("changes.list", LIST, _SEE, feed.list_changes),
    ("GET", "/drives"): Route("drives.list", LIST, _DRIVES, feed.list_drives),
    ("GET", "/drives/{driveId}"): Route("drives.get", READ, _DRIVES, feed.get_drive),
}


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


_PATTERNS = [(method, _pattern(path), route) for (method, path), route in _TABLE.items()]
WRITING = {route.operation for route in _TABLE.values() if route.writes} | {"uploads.begin"}
"""Operations that change something, which are paced apart."""
_UPLOAD = re.compile(r"(?:/resumable)?/upload/drive/v3/files(?:/(?P<fileId>[^/]+))?")


def find(request: Request, sessions: uploads.Sessions) -> Found | None:
    """Return the operation a request asks for, or None."""
    upload = _UPLOAD.fullmatch(request.raw_path)
    if upload:
        args = {"fileId": unquote(upload["fileId"])} if upload["fileId"] else {}
        return Found(_upload_route(request, sessions, args), args)
    if not request.raw_path.startswith(f"{_BASE}/"):
        return None
    for method, pattern, route in _PATTERNS:
        match = pattern.fullmatch(request.raw_path.removeprefix(_BASE))
        if match and method == request.method:
            args = {name: unquote(value) for name, value in match.groupdict().items()}
            return Found(_as_download(request, route), args)
    return None


def _upload_route(request: Request, sessions: uploads.Sessions, args: dict[str, str]) -> Route:
    if "upload_id" in request.query:
        if request.method == "DELETE":
            return Route("uploads.cancel", 0, _FILE, sessions.cancel)
        return Route("uploads.put", 0, _FILE, sessions.proceed)
    if request.query.get("uploadType") == "resumable":
        return Route("uploads.begin", EDIT, _FILE, sessions.begin, True)
    return Route("files.update" if args else "files.create", EDIT, _FILE, uploads.simple, True)


def _as_download(request: Request, route: Route) -> Route:
    if request.query.get("alt") != "media" or route.operation not in {"files.get", "revisions.get"}:
        return route
    return Route("files.download", DOWNLOAD, _FILE | {f"{DRIVE}.readonly"}, route.do)
