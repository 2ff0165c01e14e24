"""One drive in Graph: its items and the calls on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

from app.storage.onedrive.chunks import Chunk
from app.storage.onedrive.client import Call, Json
from app.storage.onedrive.pace import READ, WRITE, Cost, PacedGraph
from app.storage.policy import OutOfReach

FAIL = {"@microsoft.graph.conflictBehavior": "fail"}
"""Said with everything that makes or moves an item: the service's own choice differs from call to call."""
_PAGE = {"$select": "id,name,size,file,folder,parentReference", "$top": "1000"}


@dataclass(frozen=True)
class DriveItem:
    """A file or folder as Graph describes it."""

    id: str
    name: str
    is_folder: bool
    parent_id: str | None
    size: int
    quick_xor: str | None
    """None where it is not known yet."""
    tag: str | None
    """Another one after each change of the item."""


def read_item(body: Json) -> DriveItem:
    """Read an item out of Graph's answer; raises `OutOfReach` for an answer that has none."""
    if "id" not in body:
        raise OutOfReach
    hashes = (body.get("file") or {}).get("hashes") or {}
    return DriveItem(
        id=body["id"],
        name=body.get("name", ""),
        is_folder="folder" in body,
        parent_id=(body.get("parentReference") or {}).get("id"),
        size=body.get("size", 0),
        quick_xor=hashes.get("quickXorHash"),
        tag=body.get("eTag"),
    )


def at(item_id: str) -> str:
    """Return where in a drive an item is, by its id."""
    return f"/items/{quote(item_id, safe='!')}"


def inside(folder_id: str, name: str) -> str:
    """Return where in a drive that is which a folder holds under a name."""
    return f"{at(folder_id)}:/{quote(name, safe='')}:"


class Drive:
    """The calls on one drive. Each is one request; raises `StorageError`, `PutOff` and `CursorLost`."""

    def __init__(self, graph: PacedGraph, drive_id: str) -> None:
        self.graph = graph
        self.address = f"/drives/{quote(drive_id, safe='!')}"

    def get(self, item_id: str) -> DriveItem:
        """Return an item."""
        return read_item(self.call(READ, "GET", at(item_id)))

    def child(self, folder_id: str, name: str) -> DriveItem:
        """Return what is called so in a folder, whatever its letter case."""
        return read_item(self.call(READ, "GET", inside(folder_id, name)))

    def children(self, folder_id: str) -> Iterator[DriveItem]:
        """Yield what a folder holds; a request for each thousand."""
        listing = Call("GET", f"{self.address}{at(folder_id)}/children", _PAGE)
        for body in self.graph.pages(WRITE, listing):
            yield from map(read_item, body["value"])

    def add_folder(self, folder_id: str, name: str) -> DriveItem:
        """Make a folder; raises `OccupiedError` where the name is taken."""
        body: Json = {"name": name, "folder": {}, **FAIL}
        return read_item(self.call(WRITE, "POST", f"{at(folder_id)}/children", json=body))

    def put(self, folder_id: str, name: str, chunk: Chunk) -> DriveItem:
        """Make a file of up to 250 MB; raises `OccupiedError` where the name is taken."""
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(chunk.size)}
        path = f"{self.address}{inside(folder_id, name)}/content"
        call = Call("PUT", path, FAIL, headers, content=chunk.rewound)
        return read_item(self.graph.send(WRITE, call).body)

    def open(self, item_id: str) -> BinaryIO:
        """Return the bytes of a file."""
        return self.graph.download(READ, f"{self.address}{at(item_id)}/content")

    def place(self, item: DriveItem, folder_id: str, name: str) -> DriveItem:
        """Move and name an item, if it is still as it was seen; raises `ChangedMeanwhile`."""
        body: Json = {"name": name, "parentReference": {"id": folder_id}, **FAIL}
        return read_item(self.call(WRITE, "PATCH", at(item.id), json=body, headers=_if_match(item.tag)))

    def remove(self, item: DriveItem) -> None:
        """Put an item into the recycle bin, if it is still as it was seen; raises `ChangedMeanwhile`."""
        self.call(WRITE, "DELETE", at(item.id), headers=_if_match(item.tag))

    def call(
        self,
        cost: Cost,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Json | None = None,
    ) -> Json:
        """Send a request to a path under the drive and return the body of its answer."""
        call = Call(method, self.address + path, query or {}, headers or {}, json)
        return self.graph.send(cost, call).body


def _if_match(tag: str | None) -> dict[str, str]:
    return {"If-Match": tag} if tag else {}
