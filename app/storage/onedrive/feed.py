"""What changed in a drive: Graph's delta feed, and single items as they are now."""

from collections.abc import Iterator
from datetime import datetime

from app.storage.abilities import ChangeOf, Changes, CursorLost, Listing, RemoteState
from app.storage.onedrive.client import Call, Json
from app.storage.onedrive.drive import Drive, at, read_item
from app.storage.onedrive.errors import RequestRefused
from app.storage.onedrive.pace import READ, WRITE
from app.storage.protocol import MissingError

_PAGE = "1000"
_QUIETLY = {"deltaExcludeParent": "true"}
"""Otherwise each change brings the folders above it along, though nothing has happened to them."""


def begin(drive: Drive) -> str:
    """Return a cursor for what changes from now on."""
    body = drive.call(READ, "GET", "/root/delta", query={"token": "latest"}, headers=_QUIETLY)
    return drive.graph.path_of(body["@odata.deltaLink"])


def listing(drive: Drive, place: str) -> Listing:
    """Return a page of the drive: delta without a cursor tells everything; raises `CursorLost`."""
    if place:
        page = changes(drive, place)
        return Listing(page.states, page.cursor if page.more else None)
    body = drive.call(WRITE, "GET", "/root/delta", query={"$top": _PAGE}, headers=_QUIETLY)
    following = body.get("@odata.nextLink")
    return Listing(list(_last_of_each(body["value"])), drive.graph.path_of(following) if following else None)


def changes(drive: Drive, cursor: str) -> Changes:
    """Return a page of what changed since; raises `CursorLost`."""
    try:
        body = drive.graph.send(READ, Call("GET", cursor, headers=_QUIETLY)).body
    except (RequestRefused, MissingError) as error:
        raise CursorLost from error
    following = body.get("@odata.nextLink")
    cursor = drive.graph.path_of(following or body["@odata.deltaLink"])
    return Changes(list(_last_of_each(body["value"])), cursor, more=bool(following))


def state(drive: Drive, item_id: str) -> RemoteState:
    """Return an item as it is now."""
    try:
        return read_state(drive.call(READ, "GET", at(item_id)))
    except MissingError:
        return RemoteState(item_id, ChangeOf.GONE)


def read_state(body: Json) -> RemoteState:
    """Read an item of the feed; a deleted one is told by its id alone."""
    if "deleted" in body:
        return RemoteState(body["id"], ChangeOf.GONE, is_folder="folder" in body)
    item = read_item(body)
    changed_at = body.get("lastModifiedDateTime")
    return RemoteState(
        remote_id=item.id,
        kind=ChangeOf.SEEN,
        name=item.name,
        parent_id=item.parent_id,
        is_folder=item.is_folder,
        size=None if item.is_folder else item.size,
        remote_hash=item.quick_xor,
        revision=item.tag,
        shared="shared" in body,
        changed_at=datetime.fromisoformat(changed_at) if changed_at else None,
        changed_by=_who(body.get("lastModifiedBy") or {}),
    )


def _last_of_each(values: list[Json]) -> Iterator[RemoteState]:
    """Yield one state of each item: where the feed has several, the last one holds."""
    yield from {body["id"]: read_state(body) for body in values}.values()


def _who(identities: Json) -> str:
    told = (identities.get(kind) or {} for kind in ("user", "application"))
    return next((str(each.get("email") or each.get("displayName")) for each in told if each), "")
