"""The delta feed of a drive: cursors, pages, time stamps instead of cursors, and cursors that are lost."""

import base64
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from emulators.microsoft.calls import DriveCall, read_moment
from emulators.microsoft.errors import GraphError, invalid
from emulators.microsoft.item_calls import page_size
from emulators.microsoft.items import Item
from emulators.microsoft.rendering import Json, delta_json
from emulators.serving import Response, json_response

_CURSOR = re.compile(r"(\d+);(\d+);(\d+);(.+)")


@dataclass(frozen=True)
class Cursor:
    """Up to which change the client knows a drive."""

    epoch: int
    seen: int
    walk_began: int
    """The last change before a first walk began, which hears of nothing that was deleted earlier."""
    drive_id: str

    def text(self) -> str:
        """Return the cursor as clients get it, for them to keep and not to read."""
        plain = f"{self.epoch};{self.seen};{self.walk_began};{self.drive_id}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def delta(call: DriveCall) -> Response:
    """Answer with what changed since the cursor, page by page, and with the next cursor.

    Of a folder that was deleted only the folder is told, and what had changed in it meanwhile.
    """
    call.item()
    token = _token(call)
    if token == "latest":  # noqa: S105 - a word of the protocol
        return _page(call, [], _at(call, call.drive.last_change), more=False)
    cursor = _cursor(call, token)
    top = page_size(call, call.world.page_size)
    changed = [each for each in call.drive.changed_since(cursor.seen) if _concerns(call, each, cursor)]
    page = [(each, each.shared_change > cursor.seen) for each in changed[:top]]
    if len(changed) > top:
        return _page(call, page, replace(cursor, seen=changed[top - 1].changed), more=True)
    return _page(call, page, _at(call, max(_known(call), cursor.seen)), more=False)


def _at(call: DriveCall, place: int) -> Cursor:
    return Cursor(call.world.epoch, place, 0, call.drive.id)


def _page(call: DriveCall, page: list[tuple[Item, bool]], cursor: Cursor, *, more: bool) -> Response:
    kind = "@odata.nextLink" if more else "@odata.deltaLink"
    shared = {item.id for item, newly in page if newly}
    shown = [_shown(call, each, shared) for each in _with_parents(call, [item for item, _ in page])]
    return json_response(200, {"value": shown, kind: _link(call, cursor.text())})


def _shown(call: DriveCall, item: Item, shared: set[str]) -> Json:
    shown = call.selected(delta_json(call.drive, item, call))
    if item.id in shared and "deltashowsharingchanges" in call.header("Prefer").casefold():
        shown["@microsoft.graph.sharedChanged"] = "True"
    return shown


def _with_parents(call: DriveCall, page: list[Item]) -> list[Item]:
    """Put the folders above each item before it, as the service does unless it is told not to."""
    if call.header("deltaExcludeParent"):
        return page
    told: dict[str, Item] = {}
    for item in page:
        for each in (*reversed(list(call.drive.ancestors(item))), item):
            told.setdefault(each.id, each)
    return list(told.values())


def _concerns(call: DriveCall, item: Item, cursor: Cursor) -> bool:
    """Leave out what a first walk need not know, and what a lagging service does not know yet."""
    if item.changed <= cursor.walk_began and call.drive.is_gone(item):
        return False
    return item.changed <= _known(call)


def _known(call: DriveCall) -> int:
    """Return the last change that the service has noticed."""
    if not call.rule.lag:
        return call.drive.last_change
    return call.drive.change_before(call.act.at - timedelta(seconds=call.rule.lag))


def _token(call: DriveCall) -> str:
    in_path = re.fullmatch(r"delta\(token='?([^')]*)'?\)", call.place.action)
    query = call.request.query
    return (in_path[1] if in_path else "") or query.get("token") or query.get("$skiptoken") or ""


def _cursor(call: DriveCall, token: str) -> Cursor:
    if not token:
        return replace(_at(call, 0), walk_began=call.drive.last_change)
    if re.match(r"\d{4}-\d\d-\d\dT", token):
        since = read_moment(token.replace(" ", "+"), "token")
        return _at(call, call.drive.change_before(since) if since else 0)
    cursor = _read_cursor(token)
    if cursor.drive_id != call.drive.id:
        raise invalid("The token belongs to another drive.")
    if cursor.epoch < call.world.epoch:
        raise lost_cursor(_link(call, ""), "resyncChangesApplyDifferences")
    return cursor


def _read_cursor(token: str) -> Cursor:
    try:
        found = _CURSOR.fullmatch(base64.urlsafe_b64decode(token + "==").decode())
    except ValueError:
        found = None
    if found is None:
        raise invalid("The token is malformed.")
    return Cursor(int(found[1]), int(found[2]), int(found[3]), found[4])


def _link(call: DriveCall, token: str) -> str:
    path = re.sub(r"delta(\(.*\))?$", "delta", call.request.raw_path)
    top = call.request.query.get("$top")
    kept = {"token": token} | ({"$top": top} if top else {})
    return f"{call.request.origin}{path}" + (f"?{urlencode(kept, safe='$')}" if token else "")


def lost_cursor(fresh: str, advice: str) -> GraphError:
    """Return 410 with the address at which a full walk starts."""
    message = "The provided sync token is too old or no longer valid. Start over."
    return GraphError(410, "resyncRequired", message, inner=advice, headers={"Location": fresh})
