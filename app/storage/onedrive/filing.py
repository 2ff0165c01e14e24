"""Making folders and files so that each is there once, whatever happened to the call before."""

from dataclasses import replace

from app.storage.ledger import Confirmed, Item, Ledger
from app.storage.onedrive.chunks import Chunk
from app.storage.onedrive.drive import Drive, DriveItem
from app.storage.onedrive.places import Place
from app.storage.onedrive.uploads import Uploads
from app.storage.policy import OutOfReach
from app.storage.protocol import MissingError, OccupiedError, Stored


class Filing:
    """What makes things in a drive; a folder has each name once, so what is there already is found by it."""

    def __init__(self, drive: Drive, ledger: Ledger) -> None:
        self._drive = drive
        self._ledger = ledger
        self._uploads = Uploads(drive, ledger)

    def make_folder(self, place: Place) -> None:
        """Make a folder, or take the one that bears its name; raises `OccupiedError` and `MissingError`."""
        self._ledger.reserve(place.path, is_folder=True, remote_id=None)
        try:
            folder = self._drive.add_folder(place.folder_id, place.name)
        except OccupiedError:
            folder = self._found(place)
            if not folder.is_folder:
                raise
        self._ledger.confirm(place.path, Confirmed(folder.id, revision=folder.tag))

    def put(self, place: Place, chunk: Chunk) -> Stored:
        """Make a file, or take the one that has its bytes; raises `OccupiedError` and `MissingError`."""
        known = self._ledger.find(place.path)
        present = self._present(place, chunk, known) if known else None
        if present is None:
            self._ledger.reserve(place.path, is_folder=False, remote_id=None)
            present = self._made(place, chunk)
        self._ledger.confirm(
            place.path,
            Confirmed(present.id, chunk.size, chunk.sha256, chunk.quick_xor, present.tag),
        )
        return Stored(chunk.size, chunk.sha256 if present.quick_xor else None)

    def _present(self, place: Place, chunk: Chunk, known: Item) -> DriveItem | None:
        """Return what an earlier attempt has brought about, if it did; raises `OccupiedError`."""
        if known.upload_url:
            uploaded = self._uploads.go_on(place, chunk, known.upload_url)
            if uploaded:
                return self._arrived(uploaded, chunk)
        try:
            confirmed = known.remote_id if known.confirmed else None
            item = self._drive.get(confirmed) if confirmed else self._found(place)
        except MissingError:
            return None
        return self._same(item, chunk)

    def _made(self, place: Place, chunk: Chunk) -> DriveItem:
        try:
            uploaded = self._uploads.send(place, chunk)
        except OccupiedError:
            return self._same(self._found(place), chunk)
        return self._arrived(uploaded, chunk)

    def _arrived(self, item: DriveItem, chunk: Chunk) -> DriveItem:
        """Believe the file that was just made only with the right size and hash; else take it away again."""
        if item.quick_xor is None:
            item = self._drive.get(item.id)
        if item.size != chunk.size or item.quick_xor not in {None, chunk.quick_xor}:
            self._drive.remove(item)
            raise OutOfReach
        return item

    def _same(self, item: DriveItem, chunk: Chunk) -> DriveItem:
        """Return a file that was there before if it has the same bytes; raises `OccupiedError`."""
        if item.is_folder or item.size != chunk.size:
            raise OccupiedError
        if item.quick_xor is None:
            return self._compared(item, chunk)
        if item.quick_xor != chunk.quick_xor:
            raise OccupiedError
        return item

    def _compared(self, item: DriveItem, chunk: Chunk) -> DriveItem:
        with self._drive.open(item.id) as file:
            if Chunk.of(file).sha256 != chunk.sha256:
                raise OccupiedError
        return replace(item, quick_xor=chunk.quick_xor)

    def _found(self, place: Place) -> DriveItem:
        """Return what bears the name, unless it is known to be something else of ours."""
        item = self._drive.child(place.folder_id, place.name)
        owner = self._ledger.by_remote_id([item.id]).get(item.id)
        if owner is not None and owner.path != place.path:
            raise OccupiedError
        return item
