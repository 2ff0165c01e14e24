"""Calls on items: look, list, make folders, move, rename, delete, restore, check out and in."""

from datetime import timedelta

from emulators.microsoft.calls import CONFLICT, DriveCall, read_moment
from emulators.microsoft.errors import GraphError, denied, invalid, locked, not_found
from emulators.microsoft.items import Item
from emulators.microsoft.rendering import item_json
from emulators.serving import Response, json_response

MAX_PAGE = 1000
_EMPTY = 204


def get_item(call: DriveCall) -> Response:
    """Answer with one item, or 304 when the client has it already."""
    item = call.item()
    if call.header("If-None-Match") in {item.etag, item.ctag}:
        return Response(304)
    return call.shown(item)


def list_children(call: DriveCall) -> Response:
    """Answer with a page of a folder's children, in the order of their names."""
    folder = call.item()
    top = page_size(call, call.world.page_size)
    start = int(call.request.query.get("$skiptoken", "0"))
    born_before = call.act.at - timedelta(seconds=call.rule.lag)
    children = [
        each for each in call.drive.children(folder) if not call.rule.lag or each.created <= born_before
    ]
    page = children[start : start + top]
    shown = [call.selected(item_json(call.drive, each, call)) for each in page]
    more = {"@odata.nextLink": next_link(call, start + top)} if start + top < len(children) else {}
    return json_response(200, {"value": shown} | more)


def page_size(call: DriveCall, default: int) -> int:
    """Return how many items the client wants in a page; raises 400."""
    told = call.request.query.get("$top") or call.request.query.get("top") or str(default)
    if not told.isdecimal() or int(told) == 0:
        raise invalid("Invalid page size specified.")
    return min(int(told), MAX_PAGE)


def next_link(call: DriveCall, token: object) -> str:
    """Return the address of this listing's next page."""
    kept = "".join(
        f"&{name}={call.request.query[name]}" for name in ("$top", "$select") if name in call.request.query
    )
    return f"{call.request.origin}{call.request.raw_path}?$skiptoken={token}{kept}"


def make_folder(call: DriveCall) -> Response:
    """Make a folder; the only thing that can be made by POST to children."""
    if "folder" not in call.body or not isinstance(call.body.get("name"), str):
        raise invalid("A folder needs a name and the folder facet.")
    conflict = call.conflict(call.body.get(CONFLICT), "fail")
    parent = call.item()
    return call.shown(call.drive.add_folder(parent, call.body["name"], conflict, call.act), 201)


def update_item(call: DriveCall) -> Response:
    """Rename, move or set the dates of an item, as far as the body names them."""
    item = call.item()
    name = call.body.get("name", item.name)
    parent = _new_parent(call, item)
    if name != item.name or parent.id != item.parent_id:
        conflict = call.conflict(call.body.get(CONFLICT), "fail")
        call.drive.relocate(item, parent, name, conflict, call.act)
    dates = call.body.get("fileSystemInfo")
    if dates:
        names = ("createdDateTime", "lastModifiedDateTime")
        created, modified = (read_moment(dates.get(name), name) for name in names)
        call.drive.redate(item, created, modified, call.act)
    return call.shown(item)


def _new_parent(call: DriveCall, item: Item) -> Item:
    reference = call.body.get("parentReference") or {}
    if reference.get("driveId", call.drive.id) != call.drive.id:
        raise invalid("Moving items between drives is not supported.")
    if "id" in reference:
        return call.drive.get(reference["id"])
    if "path" in reference:
        names = str(reference["path"]).partition("root:")[2].split("/")
        return call.drive.walk(call.drive.root, [each for each in names if each])
    return call.drive.root if item is call.drive.root else next(call.drive.ancestors(item))


def delete_item(call: DriveCall) -> Response:
    """Put the item into the recycle bin."""
    call.drive.delete(call.item(), call.act)
    return Response(_EMPTY)


def erase_item(call: DriveCall) -> Response:
    """Delete the item for good."""
    call.drive.erase(call.item(), call.act)
    return Response(_EMPTY)


def restore_item(call: DriveCall) -> Response:
    """Take the item out of the recycle bin; the live service does so for personal accounts only."""
    if call.drive.kind != "personal":
        raise GraphError(501, "notSupported", "Restore is not supported on this drive.")
    item = call.drive.deleted(call.place.item_id)
    parent_id = (call.body.get("parentReference") or {}).get("id") or item.parent_id
    if parent_id is None:
        raise not_found()
    call.drive.restore(item, call.drive.get(parent_id), call.body.get("name") or item.name, call.act)
    return call.shown(item)


def check_out(call: DriveCall) -> Response:
    """Keep everybody else from changing a file."""
    item = call.item()
    if item.is_folder:
        raise invalid("A folder cannot be checked out.")
    if item.checked_out_by not in (None, call.act.by):
        raise locked("The file is checked out by somebody else.")
    item.checked_out_by = call.act.by
    call.drive.touch(item, call.act)
    return Response(_EMPTY)


def check_in(call: DriveCall) -> Response:
    """Let everybody change the file again."""
    item = call.item()
    if item.checked_out_by is None:
        raise invalid("The file is not checked out.")
    if item.checked_out_by != call.act.by:
        raise denied("The file is checked out by somebody else.")
    item.checked_out_by = None
    call.drive.touch(item, call.act)
    return Response(_EMPTY)
