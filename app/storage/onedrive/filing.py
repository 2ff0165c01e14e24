"""Making folders and files so that each is there once, whatever happened to the call before."""

from dataclasses import replace

from app.storage.ledger import Confirmed, Item, Ledger
from app.storage.onedrive.drive import Drive, DriveItem
from app.storage.onedrive.parcels import Parcel
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

    def put(self, place: Place, parcel: Parcel) -> Stored:
        """Make a file, or take the one that has its bytes; raises `OccupiedError` and `MissingError`."""
        known = self._ledger.find(place.path)
        present = self._present(place, parcel, known) if known else None
        if present is None:
            self._ledger.reserve(place.path, is_folder=False, remote_id=None)
            present = self._made(place, parcel)
        self._ledger.confirm(
            place.path,
            Confirmed(present.id, parcel.size, parcel.sha256, parcel.quick_xor, present.tag),
        )
        return Stored(parcel.size, parcel.sha256 if present.quick_xor else None)

    def _present(self, place: Place, parcel: Parcel, known: Item) -> DriveItem | None:
        """Return what an earlier attempt has brought about, if it did; raises `OccupiedError`."""
        if known.upload_url:
            uploaded = self._uploads.go_on(place, parcel, known.upload_url)
            if uploaded:
                return self._arrived(uploaded, parcel)
        try:
            confirmed = known.remote_id if known.confirmed else None
            item = self._drive.get(confirmed) if confirmed else self._found(place)
        except MissingError:
            return None
        return self._same(item, parcel)

    def _made(self, place: Place, parcel: Parcel) -> DriveItem:
        try:
            uploaded = self._uploads.send(place, parcel)
        except OccupiedError:
            return self._same(self._found(place), parcel)
        return self._arrived(uploaded, parcel)

    def _arrived(self, item: DriveItem, parcel: Parcel) -> DriveItem:
        """Believe the file that was just made only with the right size and hash; else take it away again."""
        if item.quick_xor is None:
            item = self._drive.get(item.id)
        if item.size != parcel.size or item.quick_xor not in {None, parcel.quick_xor}:
            self._drive.remove(item)
            raise OutOfReach
        return item

    def _same(self, item: DriveItem, parcel: Parcel) -> DriveItem:
        """Return a file that was there before if it has the same bytes; raises `OccupiedError`."""
        if item.is_folder or item.size != parcel.size:
            raise OccupiedError
        if item.quick_xor is None:
            return self._compared(item, parcel)
        if item.quick_xor != parcel.quick_xor:
            raise OccupiedError
        return item

    def _compared(self, item: DriveItem, parcel: Parcel) -> DriveItem:
        with self._drive.open(item.id) as file:
            if Parcel.of(file).sha256 != parcel.sha256:
                raise OccupiedError
        return replace(item, quick_xor=parcel.quick_xor)

    def _found(self, place: Place) -> DriveItem:
        """Return what bears the name, unless it is known to be something else of ours."""
        item = self._drive.child(place.folder_id, place.name)
        owner = self._ledger.by_remote_id([item.id]).get(item.id)
        if owner is not None and owner.path != place.path:
            raise OccupiedError
        return item
