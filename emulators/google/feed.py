"""changes.*, drives.* and about.get: the feeds, and what the account as a whole is."""

from typing import Any

from emulators.google import show
from emulators.google.ask import Ask
from emulators.google.directory import Caller
from emulators.google.errors import DriveError, bad_request, invalid_value, limit_kind
from emulators.google.journal import Entry
from emulators.google.nodes import Role
from emulators.google.world import SharedDrive
from emulators.serving import Response

_CHANGES_DEFAULT = (
    "kind,nextPageToken,newStartPageToken,"
    "changes(kind,changeType,time,removed,fileId,driveId,file(kind,id,name,mimeType))"
)
_DRIVE_DEFAULT = "kind,id,name"


def start_page_token(ask: Ask) -> Response:
    """changes.getStartPageToken, of the caller's own log or of one shared drive's."""
    _feed_drive(ask)
    content = {"kind": "drive#startPageToken", "startPageToken": str(ask.world.journal.next)}
    return ask.reply("StartPageToken", content, "*")


def list_changes(ask: Ask) -> Response:
    """changes.list: what the items that have changed since the page token are now."""
    drive = _feed_drive(ask)
    entries = [each for each in ask.world.journal.since(_page_token(ask)) if _concerns(ask, each, drive)]
    size = ask.number("pageSize", 100, 1000)
    changes = [_change(ask, entry) for entry in entries[:size]]
    if not ask.flag("includeRemoved", default=True):
        changes = [change for change in changes if not change["removed"]]
    content: dict[str, Any] = {"kind": "drive#changeList", "changes": changes}
    if len(entries) > size:
        content["nextPageToken"] = str(entries[size].number)
    else:
        content["newStartPageToken"] = str(ask.world.journal.next)
    return ask.reply("ChangeList", content, _CHANGES_DEFAULT)


def _page_token(ask: Ask) -> int:
    token = ask.request.query.get("pageToken", "")
    if not token:
        raise bad_request("Required parameter: pageToken", "pageToken", "required")
    if not token.isdecimal() or not 0 < int(token) <= ask.world.journal.next:
        raise invalid_value("pageToken")
    if int(token) < ask.world.journal.first:
        raise limit_kind("cursor_gone")
    return int(token)


def _feed_drive(ask: Ask) -> str | None:
    drive = ask.request.query.get("driveId") or ask.request.query.get("teamDriveId")
    if drive:
        if not ask.all_drives:
            raise DriveError(403, "teamDrivesNotSupported", "supportsAllDrives must be set.", "driveId")
        _member_drive(ask, drive)
    return drive


def _concerns(ask: Ask, entry: Entry, drive: str | None) -> bool:
    """A person's log holds his My Drive and what is shared with him; a shared drive's log is its own."""
    if not _known(entry, ask.caller):
        return False
    return entry.drive == drive and (drive is not None or ask.caller.email in entry.audience)


def _known(entry: Entry, caller: Caller) -> bool:
    return not caller.only_own_files or caller.client in entry.apps


def _change(ask: Ask, entry: Entry) -> dict[str, Any]:
    node = ask.world.tree.get(entry.file)
    accessible = node is not None and ask.sees(node)
    left = node is not None and node.drive != entry.drive
    change: dict[str, Any] = {
        "kind": "drive#change",
        "type": "file",
        "changeType": "file",
        "time": show.stamp(entry.at),
        "fileId": entry.file,
        "removed": not accessible or left,
    }
    if entry.drive:
        change["driveId"] = entry.drive
    if node and accessible and (not left or ask.flag("includeCorpusRemovals")):
        change["file"] = show.file(ask, node)
    return change


def _member_drive(ask: Ask, drive_id: str) -> SharedDrive:
    root = ask.world.tree.get(drive_id)
    drive = ask.world.shared_drives.get(drive_id)
    if root is None or drive is None or ask.role(root) == Role.NOBODY:
        raise DriveError(404, "notFound", f"Shared drive not found: {drive_id}", "driveId")
    return drive


def get_drive(ask: Ask) -> Response:
    """drives.get."""
    drive = _member_drive(ask, ask.args["driveId"])
    return ask.reply("Drive", show.shared_drive(drive), _DRIVE_DEFAULT)


def list_drives(ask: Ask) -> Response:
    """drives.list: those of which the caller is a member."""
    roots = [(drive, ask.world.tree.get(drive.id)) for drive in ask.world.shared_drives.values()]
    drives = [show.shared_drive(drive) for drive, root in roots if root and ask.role(root) > Role.NOBODY]
    content = {"kind": "drive#driveList", "drives": drives}
    return ask.reply("DriveList", content, "kind,nextPageToken,drives(kind,id,name)")


def about(ask: Ask) -> Response:
    """about.get, which insists on the parameter `fields`."""
    if "fields" not in ask.request.query:
        raise bad_request("The 'fields' parameter is required for this method.", "fields", "required")
    tree, email = ask.world.tree, ask.caller.email
    used, limit = tree.used[email], 0 if ask.account.service else ask.account.limit
    binned = sum(each.stored for each in tree if each.owner == email and tree.is_trashed(each))
    quota = {"usage": str(used), "usageInDrive": str(used), "usageInDriveTrash": str(binned)}
    content = {
        "kind": "drive#about",
        "user": show.user(ask.world, email, email),
        "storageQuota": quota | ({} if limit is None else {"limit": str(limit)}),
        "importFormats": {},
        "exportFormats": {},
        "maxImportSizes": {},
        "maxUploadSize": str(5 * 1024**4),
        "appInstalled": True,
        "canCreateDrives": ask.account.workspace,
        "folderColorPalette": [],
    }
    return ask.reply("About", content, "*")
