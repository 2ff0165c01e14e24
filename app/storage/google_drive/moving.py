"""Moving and renaming in Drive, by id, and only as far as it is not done yet."""

from typing import Any

from app.storage.abilities import RemoteState
from app.storage.google_drive.calls import Calls
from app.storage.google_drive.places import Places, folder_of, name_of
from app.storage.ledger import Item, Ledger
from app.storage.policy import FileLocked, NoRight
from app.storage.protocol import MissingError, OccupiedError


class Mover:
    """Brings items to their paths."""

    def __init__(self, calls: Calls, ledger: Ledger, places: Places) -> None:
        self._calls = calls
        self._ledger = ledger
        self._places = places

    def move(self, path: str, target: str) -> None:
        """Make what is known at `path` lie at `target`.

        Raises `OccupiedError`, `MissingError` and, when a locked file is to be renamed, `FileLocked`.
        """
        item = self._known(path)
        if item is None:
            self._places.id_of(target)
            return
        if path != target:
            self._make_room(target)
        state = self._places.present(item)
        if state is None:
            raise MissingError
        self._bring(state, target)
        self._ledger.move(path, target)

    def _known(self, path: str) -> Item | None:
        item = self._ledger.find(path)
        return item if item and item.confirmed else None

    def _make_room(self, target: str) -> None:
        """Refuse when something is at the target; a row of what is lost, or was never made, is struck out."""
        item = self._ledger.find(target)
        if item and self._places.present(item):
            raise OccupiedError

    def _bring(self, state: RemoteState, target: str) -> None:
        parent_id = self._places.id_of(folder_of(target))
        body: dict[str, Any] = {} if state.name == name_of(target) else {"name": name_of(target)}
        places = _change_of_parents(state, parent_id)
        if not body and not places:
            return
        try:
            self._calls.update(state.remote_id, body, **places)
        except MissingError:
            self._places.strike_lost(folder_of(target))
            raise
        except NoRight as error:
            # Google names no reason for what a locked file refuses.
            raise (FileLocked if state.locked else NoRight) from error


def _change_of_parents(state: RemoteState, parent_id: str) -> dict[str, str]:
    if state.parent_id == parent_id:
        return {}
    return {"addParents": parent_id} | ({"removeParents": state.parent_id} if state.parent_id else {})
