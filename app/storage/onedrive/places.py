"""From the tree's paths to places in a drive, by the ledger."""

import unicodedata
from dataclasses import dataclass

from app.storage.ledger import Item, Ledger
from app.storage.onedrive.errors import RequestRefused
from app.storage.protocol import MissingError, OutsideTreeError

_FORBIDDEN = set('"*:<>?\\|')


@dataclass(frozen=True)
class Place:
    """Where in the drive a path belongs."""

    path: str
    folder_id: str
    name: str


class Places:
    """The tree below one folder of a drive."""

    def __init__(self, ledger: Ledger, root_id: str) -> None:
        self.root_id = root_id
        self._ledger = ledger

    def place(self, path: str) -> Place:
        """Return where a path belongs.

        Raises `MissingError` where its folder is not known, `OutsideTreeError`, and `RequestRefused` for a
        name that the service does not take.
        """
        path = normal(path)
        folder, _, name = path.rpartition("/")
        return Place(path, self.folder_id(folder), name)

    def folder_id(self, path: str) -> str:
        """Return the id of a folder, "" being the root; raises `MissingError`."""
        return self.item(path)[0] if path else self.root_id

    def item(self, path: str) -> tuple[str, Item]:
        """Return the id of what the store is known to have at a path, and all else; raises `MissingError`."""
        known = self._ledger.find(normal(path))
        if known is None or known.remote_id is None or not known.confirmed:
            raise MissingError
        return known.remote_id, known


def normal(path: str) -> str:
    """Return the path in NFC; raises `OutsideTreeError` and `RequestRefused` for one that cannot be."""
    path = unicodedata.normalize("NFC", path)
    parts = path.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\0" in path:
        raise OutsideTreeError
    if _FORBIDDEN & set(path):
        raise RequestRefused
    return path
