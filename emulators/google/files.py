"""files.*: reading, listing, changing and removing items."""

import base64
import json
from datetime import timedelta
from typing import Any

from emulators.google import show
from emulators.google.ask import Ask
from emulators.google.downloads import send
from emulators.google.errors import DriveError, forbidden, invalid_value
from emulators.google.making import make, move
from emulators.google.metadata import check_writable, write_metadata
from emulators.google.nodes import Node, Role
from emulators.google.query import read_query
from emulators.serving import Response

FILE_DEFAULT = "kind,id,name,mimeType"
_LIST_DEFAULT = "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)"
_MOST_IDS = 1000


def get(ask: Ask) -> Response:
    """files.get: the resource, or with alt=media the bytes."""
    node = ask.node()
    if ask.request.query.get("alt") == "media":
        return send(ask, node, node.head)
    return ask.reply("File", show.file(ask, node), FILE_DEFAULT)


def create(ask: Ask) -> Response:
    """files.create without bytes."""
    return ask.reply("File", show.file(ask, make(ask, ask.body(), None)), FILE_DEFAULT)


def update(ask: Ask) -> Response:
    """files.update without bytes."""
    node = ask.node()
    change(ask, node, ask.body())
    return ask.reply("File", show.file(ask, node), FILE_DEFAULT)


def change(ask: Ask, node: Node, body: dict[str, Any]) -> None:
    """Change an item as the body and the parameters addParents and removeParents say."""
    if body and ask.role(node) < Role.WRITER:
        raise forbidden(node.id)
    check_writable(node, body)
    before = ask.world.audience(node)
    query = ask.request.query
    if query.get("addParents") or query.get("removeParents"):
        move(ask, node, query.get("addParents", ""), query.get("removeParents", ""))
    if body:
        write_metadata(ask, node, body)
        _touch(ask, node, body)
        ask.world.changed(node, before)


def _touch(ask: Ask, node: Node, body: dict[str, Any]) -> None:
    if body.keys() & {"name", "description"} and "modifiedTime" not in body:
        node.modified, node.modified_by = ask.world.clock.now(), ask.caller.email


def copy(ask: Ask) -> Response:
    """files.copy: a new file with the same bytes."""
    source = ask.node()
    if source.head is None:
        raise DriveError(403, "cannotCopyFile", "This file cannot be copied by the user.")
    told = {"name": f"Copy of {source.name}", "parents": [source.parent or "root"]} | ask.body()
    node = make(ask, told, source.head.blob, source.mime)
    return ask.reply("File", show.file(ask, node), FILE_DEFAULT)


def delete(ask: Ask) -> Response:
    """files.delete: for good, with all that is below."""
    node = ask.node(Role.ORGANIZER)
    if node.parent is None:
        raise forbidden(node.id)
    ask.world.remove(node)
    return Response(204)


def empty_trash(ask: Ask) -> Response:
    """files.emptyTrash, of the caller's My Drive or of one shared drive."""
    drive = ask.request.query.get("driveId")
    for node in list(ask.world.tree):
        mine = node.drive == drive if drive else node.owner == ask.caller.email
        if node.trashed and mine and ask.world.tree.get(node.id):
            ask.world.remove(node)
    return Response(204)


def generate_ids(ask: Ask) -> Response:
    """files.generateIds: ids that the caller may use once each."""
    ids = [ask.world.tree.new_id() for _ in range(ask.number("count", 10, _MOST_IDS))]
    ask.world.reserved.update(dict.fromkeys(ids, ask.caller.email))
    content = {"kind": "drive#generatedIds", "space": "drive", "ids": ids}
    return ask.reply("GeneratedIds", content, "*")


def list_files(ask: Ask) -> Response:
    """files.list, which may lag behind when a fault says so."""
    condition = read_query(ask, ask.request.query.get("q", ""))
    tree = ask.world.tree
    candidates = tree.children(condition.parent) if condition.parent else tree
    found = [node for node in candidates if _listed(ask, node) and condition.holds(node)]
    ordered = _ordered(found, ask.request.query.get("orderBy", ""))
    start, size = _offset(ask), ask.number("pageSize", 100, 1000)
    page = ordered[start : start + size]
    content: dict[str, Any] = {"kind": "drive#fileList", "incompleteSearch": False}
    content["files"] = [show.file(ask, node) for node in page]
    if start + size < len(ordered):
        content["nextPageToken"] = _page_token(ask, start + size)
    return ask.reply("FileList", content, _LIST_DEFAULT)


def _listed(ask: Ask, node: Node) -> bool:
    hidden_since = ask.world.clock.now() - timedelta(seconds=ask.rule.lag)
    if node.parent is None or (ask.rule.lag and node.created > hidden_since):
        return False
    return _in_corpus(ask, node) and ask.sees(node)


def _in_corpus(ask: Ask, node: Node) -> bool:
    query = ask.request.query
    drive = query.get("driveId") or query.get("teamDriveId")
    everywhere = ask.all_drives and (
        ask.flag("includeItemsFromAllDrives") or ask.flag("includeTeamDriveItems")
    )
    if drive:
        if not everywhere:
            raise DriveError(
                403, "teamDrivesNotSupported", "includeItemsFromAllDrives must be set.", "driveId"
            )
        return node.drive == drive
    return everywhere or node.drive is None


def _ordered(nodes: list[Node], order: str) -> list[Node]:
    for key in reversed([each.strip() for each in order.split(",") if each.strip()]):
        name, _, direction = key.partition(" ")
        if name not in _SORT:
            raise invalid_value("orderBy")
        nodes = sorted(nodes, key=_SORT[name], reverse=direction == "desc")
    return nodes


_SORT = {
    "name": lambda node: node.name.casefold(),
    "name_natural": lambda node: node.name.casefold(),
    "createdTime": lambda node: node.created,
    "modifiedTime": lambda node: node.modified,
    "folder": lambda node: not node.is_folder,
    "quotaBytesUsed": lambda node: node.stored,
}


def _page_token(ask: Ask, offset: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([offset, ask.request.query.get("q", "")]).encode()).decode()


def _offset(ask: Ask) -> int:
    token = ask.request.query.get("pageToken")
    if not token:
        return 0
    try:
        offset, query = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise invalid_value("pageToken") from error
    if query != ask.request.query.get("q", ""):
        raise invalid_value("pageToken")
    return int(offset)
