"""A school's tree in Google Drive: the verbs of every store, and what Drive can do beyond them."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO, cast

from app.storage.abilities import ChangeOf, Changes, Grant, Listing, RemoteState, Space
from app.storage.google_drive.calls import Calls
from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.feed import Feed
from app.storage.google_drive.making import Maker
from app.storage.google_drive.moving import Mover
from app.storage.google_drive.pace import READ, WRITE
from app.storage.google_drive.places import Places
from app.storage.google_drive.sharing import Sharing
from app.storage.google_drive.states import FIELDS, FOLDER, state_of
from app.storage.google_drive.tree import below, by_parent
from app.storage.google_drive.uploads import Content, Uploads, content_of
from app.storage.ledger import Confirmed, Item, Ledger
from app.storage.pacing import Pacer
from app.storage.policy import NoRight
from app.storage.protocol import Entry, MissingError, OccupiedError, Stored


class GoogleStore:
    """The tree below one folder of a My Drive, or of the shared drive `shared_drive_id`.

    What lies where is the ledger's: an item that a person has moved is still found by its id. With
    `chosen_ids` False no id is given out beforehand and repeated calls are recognised by a private mark,
    which Drive's search may know only after minutes.
    """

    def __init__(
        self,
        drive: DriveClient,
        ledger: Ledger,
        pacer: Pacer,
        root_id: str,
        *,
        shared_drive_id: str | None,
        chosen_ids: bool = True,
    ) -> None:
        self._ledger = ledger
        self._calls = Calls(drive, pacer, shared_drive_id)
        self._places = Places(self._calls, ledger, root_id)
        self._maker = Maker(self._calls, ledger, self._places, chosen_ids=chosen_ids)
        self._mover = Mover(self._calls, ledger, self._places)
        self._uploads = Uploads(self._calls, ledger)
        self._sharing = Sharing(self._calls)
        self._feed = Feed(self._calls)

    def make_folder(self, path: str) -> None:
        """Make a folder: one call, or one to see that it is still there."""
        known = self._ledger.find(path)
        if known and known.confirmed:
            if not known.is_folder:
                raise OccupiedError
            if self._places.present(known):
                return
        state = self._maker.make(path, is_folder=True, create=self._create_folder)
        if not state.is_folder:
            raise OccupiedError
        self._ledger.confirm(path, Confirmed(state.remote_id))

    def put(self, path: str, source: BinaryIO) -> Stored:
        """Place a file: one call up to 5 MB, one more per 8 MiB above; believes Drive's own SHA-256."""
        content = content_of(source)
        known = self._ledger.find(path)
        state = self._places.present(known) if known and known.confirmed else None
        if state is None:
            state = self._maker.make(
                path,
                is_folder=False,
                create=lambda item, body: self._uploads.create(item, body, content),
            )
        if not _holds(state, content):
            raise OccupiedError
        self._ledger.confirm(path, _learned(state, content.sha256))
        return Stored(content.size, state.remote_hash)

    def stat(self, path: str) -> Stored:
        """Ask Drive for size and SHA-256; one call."""
        state = self._calls.there(self._places.id_of(path))
        if state is None or state.size is None:
            raise MissingError
        return Stored(state.size, state.remote_hash)

    def open(self, path: str) -> BinaryIO:
        """Download into a temporary file; one call per 8 MiB."""
        return self._downloaded(self._places.id_of(path))

    def move(self, path: str, target: str) -> None:
        """Move or rename: two calls; from a path to itself brings back what a person has moved or renamed."""
        self._mover.move(path, target)

    def walk(self) -> Iterator[Entry]:
        """Yield what lies below the root where people see it; one call per thousand items of the account."""
        for path, state in self._below():
            yield Entry(path, state.is_folder, state.remote_id)

    def found_in(self, path: str) -> Iterator[Entry]:
        """Yield what folders of that name hold; one call a folder on the way, one per thousand items."""
        folders = [self._places.root_id]
        for name in path.split("/"):
            inside = (state for folder in folders for state in self._inside(folder))
            folders = [state.remote_id for state in inside if state.is_folder and state.name == name]
        for folder in folders:
            for state in self._inside(folder):
                yield Entry(f"{path}/{state.name}", state.is_folder, state.remote_id)

    def open_found(self, entry: Entry) -> BinaryIO:
        """Download into a temporary file by Drive's id; one call per 8 MiB."""
        return self._downloaded(entry.remote_id)

    def trash(self, path: str) -> None:
        """Put a file or folder into Drive's trash and strike it out of the ledger; one call."""
        self._calls.update(self._places.id_of(path), {"trashed": True})
        self._ledger.forget(path)

    def lock(self, path: str, reason: str) -> None:
        """Restrict a file's content: only the owner may lift it where Drive lets us say so; one call."""
        remote_id = self._places.id_of(path)
        restriction: dict[str, Any] = {"readOnly": True, "reason": reason}
        try:
            self._restrict(remote_id, restriction | {"ownerRestricted": True})
        except NoRight:
            self._restrict(remote_id, restriction)
        self._ledger.set_locked(path, locked=True)

    def unlock(self, path: str) -> None:
        """Lift the restriction; one call."""
        self._restrict(self._places.id_of(path), {"readOnly": False})
        self._ledger.set_locked(path, locked=False)

    def grant(self, path: str, email: str, until: datetime | None) -> Grant:
        """Let a person read a folder; one call. The answer tells the end that Drive keeps, a year at most."""
        return self._sharing.grant(self._places.id_of(path), email, until)

    def grants(self, path: str) -> Sequence[Grant]:
        """List the permissions on an item; one call."""
        return self._sharing.grants(self._places.id_of(path))

    def revoke(self, path: str, grant_id: str) -> None:
        """Take a permission away; one call."""
        self._sharing.revoke(self._places.id_of(path), grant_id)

    def begin(self) -> str:
        """Return a cursor for what changes from now on."""
        return self._feed.begin()

    def changes(self, cursor: str) -> Changes:
        """Return what has changed in the whole account or shared drive; raises `CursorLost`."""
        return self._feed.changes(cursor)

    def listing(self, place: str) -> Listing:
        """Return a page of all that the account or shared drive shows us; raises `CursorLost`."""
        return self._feed.listing(place)

    def state(self, remote_id: str) -> RemoteState:
        """Return an item as it is now."""
        return self._calls.state(remote_id) or RemoteState(remote_id, ChangeOf.GONE)

    def space(self) -> Space:
        """Return the account's room; one call.

        Of a shared drive's pool Drive tells nothing: used is then what was filed.
        """
        fields = "user(emailAddress),storageQuota(limit,usage)"
        about = self._calls.send(self._calls.api.about().get(fields=fields), READ)
        account, quota = about["user"].get("emailAddress", ""), about["storageQuota"]
        if self._calls.shared_drive_id:
            return Space(sum(item.size or 0 for item in self._ledger.items()), None, account)
        limit = quota.get("limit")
        return Space(int(quota["usage"]), None if limit is None else int(limit), account)

    def _create_folder(self, _: Item, body: dict[str, Any]) -> RemoteState:
        request = self._calls.api.files().create(
            body=body | {"mimeType": FOLDER}, fields=FIELDS, supportsAllDrives=True
        )
        return state_of(self._calls.send(request, WRITE))

    def _restrict(self, remote_id: str, restriction: dict[str, Any]) -> None:
        self._calls.update(remote_id, {"contentRestrictions": [restriction]})

    def _downloaded(self, remote_id: str) -> BinaryIO:
        target = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 -- closed by its reader
        try:
            self._calls.download(remote_id, target)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        return target

    def _inside(self, folder_id: str) -> Sequence[RemoteState]:
        """List what is in a folder and not in the trash; nothing where the folder is gone."""
        try:
            return list(self._calls.listed(f"'{folder_id}' in parents and trashed = false"))
        except MissingError:
            return ()

    def _below(self) -> Iterator[tuple[str, RemoteState]]:
        return below(by_parent(self._calls.listed("trashed = false")), self._places.root_id)


def _holds(state: RemoteState, content: Content) -> bool:
    """Whether these are the bytes, as far as Drive says: it may owe the hash for a while."""
    return state.size == content.size and state.remote_hash in {None, content.sha256}


def _learned(state: RemoteState, sha256: str | None) -> Confirmed:
    return Confirmed(
        state.remote_id,
        size=state.size,
        sha256=sha256,
        remote_hash=state.remote_hash,
        revision=state.revision,
    )
