"""Making items exactly once: under an id that is written down first, else under a private mark."""

import hashlib
from collections.abc import Callable
from typing import Any

from app.storage.abilities import RemoteState
from app.storage.google_drive.calls import Calls
from app.storage.google_drive.errors import AlreadyMade, NotUnderstood
from app.storage.google_drive.places import Places, folder_of, name_of
from app.storage.google_drive.states import MARK
from app.storage.ledger import Item, Ledger
from app.storage.policy import OutOfReach
from app.storage.protocol import MissingError

Create = Callable[[Item, dict[str, Any]], RemoteState]
"""Makes an item from its row and metadata; raises `AlreadyMade`, `MissingError`, `CloudError`."""


class Maker:
    """Makes folders and files, each once however often it is asked to and whatever becomes of the answers."""

    def __init__(self, calls: Calls, ledger: Ledger, places: Places, *, chosen_ids: bool) -> None:
        self._calls = calls
        self._ledger = ledger
        self._places = places
        self._chosen_ids = chosen_ids

    def make(self, path: str, *, is_folder: bool, create: Create) -> RemoteState:
        """Return the item at `path`, made now or by a call before; it is not confirmed yet.

        Raises `MissingError` when the folder for it is lost, whose rows are then struck out.
        """
        body = {
            "name": name_of(path),
            "parents": [self._places.id_of(folder_of(path))],
            "appProperties": {MARK: self._mark(path)},
        }
        known = self._ledger.find(path)
        item = known or self._reserve(path, is_folder=is_folder)
        try:
            state = self._made_before(item, known) or self._made(item, body, create)
        except MissingError:
            self._places.strike_lost(folder_of(path))
            raise
        if state.trashed:
            self._places.strike_lost(path)
            raise MissingError
        return state

    def _reserve(self, path: str, *, is_folder: bool) -> Item:
        remote_id = self._spare_id() if self._chosen_ids else None
        return self._ledger.reserve(path, is_folder=is_folder, remote_id=remote_id)

    def _spare_id(self) -> str:
        spare = self._ledger.take_spare_id()
        if spare is None:
            spare, *others = self._calls.new_ids()
            self._ledger.add_spare_ids(others)
        return spare

    def _made_before(self, item: Item, known: Item | None) -> RemoteState | None:
        """Look for an earlier attempt's item where a repeated call would not be recognised by its id."""
        return self._find(item) if known and item.remote_id is None else None

    def _made(self, item: Item, body: dict[str, Any], create: Create) -> RemoteState:
        try:
            return self._tried(item, body, create)
        except AlreadyMade:
            # Made once and deleted since: its id is spent.
            return self._tried_anew(item, body, create)
        except NotUnderstood:
            if item.remote_id is None:
                raise
            # Not every drive may take ids of ours.
            self._chosen_ids = False
            return self._tried_anew(item, body, create)
        except OutOfReach:
            # Whether it was done is asked, not guessed. Without an id of ours the answer may lag behind,
            # so that the next try, later, asks once more.
            state = self._find(item)
            if state is None and item.remote_id is None:
                raise
            return state or self._tried(item, body, create)

    def _tried(self, item: Item, body: dict[str, Any], create: Create) -> RemoteState:
        chosen = {"id": item.remote_id} if item.remote_id else {}
        try:
            return create(item, body | chosen)
        except AlreadyMade:
            state = self._find(item)
            if state is None:
                raise
            return state

    def _tried_anew(self, item: Item, body: dict[str, Any], create: Create) -> RemoteState:
        self._ledger.forget(item.path)
        return self._tried(self._reserve(item.path, is_folder=item.is_folder), body, create)

    def _find(self, item: Item) -> RemoteState | None:
        if item.remote_id:
            return self._calls.state(item.remote_id)
        pair = f"key='{MARK}' and value='{self._mark(item.path)}'"
        marked = self._calls.listed(f"appProperties has {{ {pair} }} and trashed = false")
        # What was made here and moved since still bears the mark.
        return next((each for each in marked if not self._ledger.by_remote_id([each.remote_id])), None)

    def _mark(self, path: str) -> str:
        """Return what tells a place in this tree from all others; Drive takes 124 bytes."""
        return hashlib.sha256(f"{self._places.root_id}/{path}".encode()).hexdigest()
