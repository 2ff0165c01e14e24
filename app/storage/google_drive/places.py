"""From the tree's paths to Drive's ids, and what is struck out when Drive has lost it."""

from app.storage.abilities import RemoteState
from app.storage.google_drive.calls import Calls
from app.storage.google_drive.errors import RootGone
from app.storage.ledger import Item, Ledger
from app.storage.protocol import MissingError


class Places:
    """Which item lies at which path; the path "" is the root."""

    def __init__(self, calls: Calls, ledger: Ledger, root_id: str) -> None:
        self._calls = calls
        self._ledger = ledger
        self.root_id = root_id

    def id_of(self, path: str) -> str:
        """Return the id of what the ledger has at a path; raises `MissingError`."""
        if not path:
            return self.root_id
        item = self._ledger.find(path)
        if item is None or not item.confirmed or item.remote_id is None:
            raise MissingError
        return item.remote_id

    def present(self, item: Item) -> RemoteState | None:
        """Return how Drive has an item; strikes it out of the ledger and returns None when it is lost.

        Raises `RootGone`, and strikes nothing out, when the root cannot be seen either: whoever may come
        back later should find everything where it was.
        """
        state = self._calls.there(item.remote_id) if item.remote_id else None
        if state is None:
            self._demand_root()
            self._ledger.forget(item.path)
        return state

    def strike_lost(self, path: str) -> None:
        """Find out what on the way to `path`, or at it, is lost, and strike out all that was in it.

        Raises `RootGone`.
        """
        self._demand_root()
        for way in _ways(path):
            item = self._ledger.find(way)
            if item is None or self.present(item) is None:
                return

    def _demand_root(self) -> None:
        if self._calls.there(self.root_id) is None:
            raise RootGone


def folder_of(path: str) -> str:
    """Return the path of the folder that a path is in."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def _ways(path: str) -> list[str]:
    """Return a path's beginnings, shortest first, and itself."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
