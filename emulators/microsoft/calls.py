"""One request to a drive: who asks, for which item, under which conditions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast, get_args

from emulators.faults import Rule
from emulators.microsoft.addressing import ItemPlace
from emulators.microsoft.drive import Conflict, Drive
from emulators.microsoft.errors import GraphError, invalid
from emulators.microsoft.items import Content, Item
from emulators.microsoft.people import Caller
from emulators.microsoft.rendering import Json, item_json
from emulators.microsoft.tree import Act
from emulators.microsoft.world import World
from emulators.serving import Request, Response, json_response

CONFLICT = "@microsoft.graph.conflictBehavior"


@dataclass(frozen=True)
class DriveCall:
    """A request that names a drive, and perhaps an item in it; also the view its answer is drawn with."""

    world: World
    request: Request
    rule: Rule
    caller: Caller
    drive: Drive
    place: ItemPlace

    @cached_property
    def act(self) -> Act:
        """Return who does this, and the time of it."""
        return Act(self.caller.identity, self.world.clock.now())

    @cached_property
    def body(self) -> dict[str, Any]:
        """Return the JSON body; raises 400."""
        try:
            return self.request.json()
        except ValueError as error:
            raise invalid("The request body is not a JSON object.") from error

    def item(self) -> Item:
        """Return the item that is named, if the conditions in the headers hold; raises 404 or 412."""
        item = self.drive.walk(self.drive.get(self.place.item_id), self.place.path)
        self.check(item)
        return item

    def check_existing(self) -> Item | None:
        """Return the item that is named, or None where nothing is there yet; raise 412 as `item` does."""
        try:
            return self.item()
        except GraphError as error:
            if error.status != 404:
                raise
            return None

    def slot(self) -> tuple[Item, str]:
        """Return folder and name of a place in a path; missing folders in between are made, as Graph does."""
        parent = self.drive.get(self.place.item_id)
        *folders, name = self.place.path
        for each in folders:
            parent = self.drive.child(parent, each) or self.drive.add_folder(parent, each, "fail", self.act)
        return parent, name

    def check(self, item: Item) -> None:
        """Raise 412 when If-Match or If-None-Match says that another state was expected."""
        tags = {item.etag, item.ctag, "*"}
        wanted, unwanted = self.header("If-Match"), self.header("If-None-Match")
        if (wanted and wanted not in tags) or (unwanted in tags and self.request.method != "GET"):
            raise GraphError(412, "resourceModified", "ETag does not match current item's value")

    def header(self, name: str) -> str:
        """Return a header of the request, or nothing."""
        return self.request.headers.get(name, "")

    def conflict(self, told: object, default: Conflict) -> Conflict:
        """Return the conflict behaviour that the body or the query names; raises 400."""
        wanted = told or self.request.query.get(CONFLICT) or default
        if wanted not in get_args(Conflict):
            raise invalid(f"Unknown conflict behavior {wanted!r}.")
        return cast("Conflict", wanted)

    def download_url(self, drive: Drive, item: Item) -> str:
        """Return an address on the host that the client used."""
        return f"{self.request.origin}/_download/{self.world.ticket(drive, item)}"

    def hash_known(self, content: Content) -> bool:
        """Tell whether the file is old enough to have its hash."""
        return self.world.clock.now() - content.stored >= self.world.hash_lag

    def shown(self, item: Item, status: int = 200) -> Response:
        """Answer with the item, only with the properties of `$select` where that is given."""
        return json_response(status, self.selected(item_json(self.drive, item, self)))

    def selected(self, shown: Json) -> Json:
        """Reduce an object to what `$select` names."""
        names = self.request.query.get("$select") or self.request.query.get("select")
        if not names:
            return shown
        wanted = {
            name.strip().replace("content.downloadUrl", "@microsoft.graph.downloadUrl")
            for name in names.split(",")
        }
        return {name: value for name, value in shown.items() if name in wanted or name == "@odata.etag"}


Handler = Callable[[DriveCall], Response]


def refused_by(rule: Rule) -> GraphError:
    """Return the refusal that a fault rule asks for."""
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return GraphError(rule.status or 500, rule.reason or "generalException", rule.message, headers=headers)


def read_moment(text: object, name: str) -> datetime | None:
    """Read a time of a request's body; raises 400 for one that has no zone or is no time."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise invalid(f"The property '{name}' is not a time.") from error
    if moment.tzinfo is None:
        raise invalid(f"The property '{name}' has no time zone.")
    return moment
