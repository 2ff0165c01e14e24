"""Moving and renaming, which changes nobody else's work and may be repeated."""

from app.storage.ledger import Confirmed, Item, Ledger
from app.storage.onedrive.drive import Drive, DriveItem
from app.storage.onedrive.errors import ChangedMeanwhile
from app.storage.onedrive.places import Place, Places, normal
from app.storage.protocol import OccupiedError


def move(drive: Drive, ledger: Ledger, places: Places, path: str, target: str) -> None:
    """Move what lies at `path`, with all it holds, to `target`.

    With both the same, what somebody has moved or renamed is put back. Raises `OccupiedError` and
    `MissingError`.
    """
    path, target = normal(path), normal(target)
    known, there = ledger.find(path), ledger.find(target)
    if known is None and there is not None and there.confirmed:
        return
    if path != target and there is not None and there.confirmed:
        raise OccupiedError
    item_id, known = places.item(path)
    moved = _placed(drive, _as_known(item_id, known), places.place(target))
    if path != target:
        ledger.forget(target)
        ledger.move(path, target)
    learned = Confirmed(item_id, known.size, known.sha256, known.remote_hash, moved.tag)
    ledger.confirm(target, learned)


def _as_known(item_id: str, known: Item) -> DriveItem:
    return DriveItem(item_id, "", known.is_folder, None, known.size or 0, known.remote_hash, known.revision)


def _placed(drive: Drive, item: DriveItem, place: Place) -> DriveItem:
    """Place the item as it was last seen; where it has changed since, look first."""
    try:
        return drive.place(item, place.folder_id, place.name)
    except ChangedMeanwhile:
        present = drive.get(item.id)
    if (present.parent_id, present.name) == (place.folder_id, place.name):
        return present
    return drive.place(present, place.folder_id, place.name)
