"""What a client may say about an item: checked, and written to it."""

from typing import Any

from emulators.google.ask import Ask, read_time
from emulators.google.errors import LOCKED_REASON, DriveError, bad_request, forbidden
from emulators.google.nodes import Lock, Node, Role
from emulators.google.show import may_trash

_PLAIN = {
    "description",
    "starred",
    "folderColorRgb",
    "writersCanShare",
    "copyRequiresWriterPermission",
    "downloadRestrictions",
    "properties",
}
_IGNORED = {"kind", "contentHints", "viewedByMeTime", "indexableText", "originalFilename", "createdTime"}
_HANDLED = {
    "name",
    "mimeType",
    "trashed",
    "appProperties",
    "contentRestrictions",
    "modifiedTime",
    "inheritedPermissionsDisabled",
}
_FROZEN = {"name", "description", "mimeType", "modifiedTime", "properties", "appProperties"}
"""What a locked file refuses; moving, sharing and trashing stay possible."""
_PAIR_BYTES = 124
_PAIRS = 30


def check_writable(node: Node, body: dict[str, Any]) -> None:
    """Refuse fields that cannot be written, and a locked file's that may not."""
    unknown = body.keys() - _PLAIN - _IGNORED - _HANDLED - {"id"}
    if "parents" in unknown:
        raise DriveError(
            403,
            "fieldNotWritable",
            "The parents field is not directly writable in update requests. Use the addParents and"
            " removeParents parameters instead.",
        )
    if unknown or body.get("id", node.id) != node.id:
        raise DriveError(
            403, "fieldNotWritable", "The resource body includes fields which are not directly writable."
        )
    if node.lock and body.keys() & _FROZEN:
        raise locked(node)


def locked(node: Node) -> DriveError:
    """The answer for writing to a file under a content restriction."""
    return DriveError(403, LOCKED_REASON, f"The content of file {node.id} is restricted.")


def write_metadata(ask: Ask, node: Node, body: dict[str, Any]) -> None:
    """Write what the body says to the item; everything is checked by `check_writable` and here."""
    modified = read_time(body["modifiedTime"], "modifiedTime") if "modifiedTime" in body else node.modified
    if "appProperties" in body:
        _write_properties(ask, node, body["appProperties"])
    _write_state(ask, node, body)
    node.modified = modified
    node.name = str(body.get("name", node.name))
    if "mimeType" in body and not node.is_native:
        node.mime = str(body["mimeType"])
    for key in body.keys() & _PLAIN:
        node.plain[key] = body[key]


def _write_state(ask: Ask, node: Node, body: dict[str, Any]) -> None:
    if "trashed" in body:
        _write_trashed(ask, node, bool(body["trashed"]))
    if "contentRestrictions" in body:
        _write_lock(ask, node, body["contentRestrictions"])
    if "inheritedPermissionsDisabled" in body:
        if not node.is_folder or ask.role(node) < Role.ORGANIZER:
            raise forbidden(node.id)
        node.limited = bool(body["inheritedPermissionsDisabled"])


def _write_properties(ask: Ask, node: Node, given: dict[str, str | None]) -> None:
    merged: dict[str, str | None] = {**node.app_properties.get(ask.caller.client, {}), **given}
    kept = {key: str(value) for key, value in merged.items() if value is not None}
    if any(len(f"{key}{value}".encode()) > _PAIR_BYTES for key, value in kept.items()):
        raise bad_request(f"The property's key and value are longer than {_PAIR_BYTES} bytes.")
    if len(kept) > _PAIRS:
        raise bad_request(f"More than {_PAIRS} private properties.")
    node.app_properties[ask.caller.client] = kept


def _write_trashed(ask: Ask, node: Node, trashed: bool) -> None:
    if not may_trash(node, ask.role(node)):
        raise forbidden(node.id)
    if trashed != (node.trashed is not None):
        node.trashed = ask.world.clock.now() if trashed else None


def _write_lock(ask: Ask, node: Node, given: list[dict[str, Any]]) -> None:
    master = ask.role(node) >= Role.ORGANIZER
    wanted = given[0] if given else {}
    owner_restricted = bool(wanted.get("ownerRestricted"))
    if node.is_native:
        raise bad_request("Content restrictions are not supported for this file.")
    if not master and (owner_restricted or (node.lock and node.lock.owner_restricted)):
        raise forbidden(node.id)
    if not wanted.get("readOnly"):
        if "reason" in wanted:
            raise bad_request("A reason can be given only together with readOnly=true.")
        node.lock = None
        return
    node.lock = Lock(owner_restricted, str(wanted.get("reason", "")), ask.caller.email, ask.world.clock.now())
