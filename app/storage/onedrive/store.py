"""A school's tree in a drive of Microsoft 365: every verb a store has, over Graph and the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from app.storage.abilities import ChangeOf, Changes, Grant, Listing, RemoteState, Space
from app.storage.ledger import Ledger
from app.storage.onedrive import feed, sharing
from app.storage.onedrive.chunks import Chunk
from app.storage.onedrive.client import GraphClient
from app.storage.onedrive.drive import Drive, DriveItem
from app.storage.onedrive.filing import Filing
from app.storage.onedrive.labels import is_locked, lock_record, unlock_record
from app.storage.onedrive.moving import move
from app.storage.onedrive.pace import READ, PacedGraph
from app.storage.onedrive.places import Places
from app.storage.pacing import Pacer
from app.storage.protocol import Entry, MissingError, Stored


class OneDriveStore:
    """The tree below the folder `root_id` of a drive.

    `record_label` names the retention label that locks files; without one, locking leaves no mark.
    `own_domains` are those whose people the service knows; others are invited by its mail.
    """

    def __init__(
        self,
        graph: GraphClient,
        ledger: Ledger,
        pacer: Pacer,
        drive_id: str,
        root_id: str,
        *,
        record_label: str = "",
        own_domains: Sequence[str] = (),
    ) -> None:
        self._drive = Drive(PacedGraph(graph, pacer), drive_id)
        self._ledger = ledger
        self._places = Places(ledger, root_id)
        self._filing = Filing(self._drive, ledger)
        self._label = record_label
        self._own_domains = {domain.casefold() for domain in own_domains}

    @property
    def lock_holds(self) -> bool:
        """Whether a lock keeps people from changing a file, rather than being only noted here."""
        return bool(self._label)

    def make_folder(self, path: str) -> None:
        """Make a folder in one call; one that bears the name already is adopted."""
        self._filing.make_folder(self._places.place(path))

    def put(self, path: str, source: BinaryIO) -> Stored:
        """Make a file in one call (in pieces above 10 MB), and compare size and quickXorHash.

        The SHA-256 returned is that of the bytes just sent, since the service's own hash agrees with them.
        """
        return self._filing.put(self._places.place(path), Chunk.of(source))

    def stat(self, path: str) -> Stored:
        """Return the size. The service keeps no SHA-256, and its own hash can be forged: that is no proof."""
        return Stored(self._drive.get(self._places.item(path)[0]).size, None)

    def open(self, path: str) -> BinaryIO:
        """Return the bytes in a temporary file."""
        return self._drive.open(self._places.item(path)[0])

    def move(self, path: str, target: str) -> None:
        """Move or rename in one call, as long as nobody has changed the item since; two otherwise."""
        move(self._drive, self._ledger, self._places, path, target)

    def walk(self) -> Iterator[Entry]:
        """Yield what is there now, whoever put it there; one call for each folder."""
        yield from self._walked(self._places.root_id, "")

    def found_in(self, path: str) -> Iterator[Entry]:
        """Yield what the folder of that name holds; one call a folder on the way, one per thousand items."""
        folder_id = self._places.root_id
        try:
            for name in path.split("/"):
                folder_id = self._drive.child(folder_id, name).id
            for item in self._drive.children(folder_id):
                yield Entry(f"{path}/{item.name}", item.is_folder, item.id)
        except MissingError:
            return

    def open_found(self, entry: Entry) -> BinaryIO:
        """Return the bytes in a temporary file, by the service's id."""
        return self._drive.open(entry.remote_id)

    def lock(self, path: str, reason: str) -> None:  # noqa: ARG002 - a label keeps no reason
        """Lock a file as a record where the tenant has a label for it; otherwise nothing happens."""
        item_id, known = self._places.item(path)
        if self._label and not known.locked:
            lock_record(self._drive, item_id, self._label)
            self._ledger.set_locked(path, locked=True)

    def unlock(self, path: str) -> None:
        """Unlock a file that was locked."""
        item_id, known = self._places.item(path)
        if known.locked:
            unlock_record(self._drive, item_id)
            self._ledger.set_locked(path, locked=False)

    def grant(self, path: str, email: str, until: datetime | None) -> Grant:  # noqa: ARG002 - kept by the caller
        """Let a person read a folder; the service keeps no end, so the permission has to be revoked then."""
        mail = email.rpartition("@")[2].casefold() not in self._own_domains
        return sharing.invite(self._drive, self._id(path), email, mail=mail)

    def grants(self, path: str) -> Sequence[Grant]:
        """List the permissions on a folder or file, those that come from above too."""
        return sharing.permissions(self._drive, self._id(path))

    def revoke(self, path: str, grant_id: str) -> None:
        """Take a permission away where it was given."""
        try:
            item_id = self._id(path)
        except MissingError:
            return
        sharing.withdraw(self._drive, item_id, grant_id)

    def begin(self) -> str:
        """Return a cursor for everything that changes in the drive from now on."""
        return feed.begin(self._drive)

    def changes(self, cursor: str) -> Changes:
        """Return a page of what changed in the drive, in one call; raises `CursorLost`.

        With a label there is one call more for each locked file among it: the feed tells nothing of locks.
        """
        page = feed.changes(self._drive, cursor)
        return replace(page, states=self._with_locks(page.states))

    def listing(self, place: str) -> Listing:
        """Return a page of the whole drive, in one call and with nothing about locks; raises `CursorLost`."""
        return feed.listing(self._drive, place)

    def state(self, remote_id: str) -> RemoteState:
        """Return an item as it is now."""
        return self._with_locks([feed.state(self._drive, remote_id)])[0]

    def space(self) -> Space:
        """Return what is used, what there is, and whose drive it is."""
        body = self._drive.call(READ, "GET", "", query={"$select": "quota,owner,name"})
        quota = body.get("quota") or {}
        owners = (body.get("owner") or {}).values()
        names = [str(owner.get("email") or owner.get("displayName") or "") for owner in owners if owner]
        return Space(
            quota.get("used", 0), quota.get("total") or None, next(iter(names), body.get("name", ""))
        )

    def _with_locks(self, states: Sequence[RemoteState]) -> Sequence[RemoteState]:
        """Look whether the files that we locked still are."""
        if not self._label:
            return states
        known = self._ledger.by_remote_id([state.remote_id for state in states])
        ours = {each for each, item in known.items() if item.locked}
        return [
            replace(state, locked=is_locked(self._drive, state.remote_id))
            if state.remote_id in ours and state.kind is ChangeOf.SEEN
            else state
            for state in states
        ]

    def _id(self, path: str) -> str:
        return self._places.folder_id(path)

    def _walked(self, folder_id: str, path: str) -> Iterator[Entry]:
        folders: list[tuple[DriveItem, str]] = []
        for item in self._drive.children(folder_id):
            place = f"{path}/{item.name}" if path else item.name
            yield Entry(place, item.is_folder, item.id)
            if item.is_folder:
                folders.append((item, place))
        for folder, place in folders:
            yield from self._walked(folder.id, place)
