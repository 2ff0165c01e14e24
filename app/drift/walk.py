"""Looking at a store on this machine: by walking it, with paths for ids and hashes by reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.drift.compare import Deviation, composed, topmost
from app.drift.feed import Look
from app.drift.models import Kind
from app.staging.digests import sha256_of
from app.storage.protocol import MissingError, StorageError, Store
from app.tree.filing import Piece
from app.tree.paths import above, is_unwatched

_DELETED = frozenset({Kind.DELETED})
_FOREIGN = frozenset({Kind.FOREIGN})


@dataclass(frozen=True)
class Expected:
    """What a tree should hold: folders by their paths, and files with size and hash."""

    folders: Sequence[str]
    files: Mapping[str, tuple[Piece, int]]
    reserved: frozenset[str]
    """Where files are about to be put."""


def look_around(store: Store, expected: Expected, *, read: frozenset[str] | None = None) -> Look:
    """Compare a whole tree; `read` names the files whose bytes are read, None means all.

    Of the others only the size is compared.
    """
    # In the order of the paths, and a folder before what it holds.
    there = {composed(entry.path): entry.is_folder for entry in store.walk() if not is_unwatched(entry.path)}
    lost_folders = topmost(
        [Deviation(Kind.DELETED, path, is_folder=True) for path in expected.folders if path not in there],
        _DELETED,
    )
    strangers = {
        path: is_folder
        for path, is_folder in there.items()
        if path not in expected.files and path not in expected.folders and path not in expected.reserved
    }
    found = [_where_to(lost, expected, strangers, there) for lost in lost_folders]
    gone = {each.path for each in lost_folders}
    for path, (piece, size) in expected.files.items():
        if path not in there:
            if not gone.intersection(above(path)):
                found.append(_file_where_to(store, path, piece, size, strangers))
        elif _differs(store, piece, size, read):
            found.append(Deviation(Kind.EDITED, path, is_folder=False))
    explained = {each.now_path for each in found if each.now_path}
    found += topmost(
        [
            Deviation(Kind.FOREIGN, path, is_folder)
            for path, is_folder in strangers.items()
            if path not in explained and not explained.intersection(above(path))
        ],
        _FOREIGN,
    )
    return Look(found, None)


def _where_to(
    lost: Deviation, expected: Expected, strangers: Mapping[str, bool], there: Mapping[str, bool]
) -> Deviation:
    """Recognise a folder by the files that it held, under another name or elsewhere."""
    held = _below(lost.path, expected.files)
    for path, is_folder in strangers.items():
        if (
            held
            and is_folder
            and _below(path, [each for each, folder in there.items() if not folder]) == held
        ):
            return _displaced(lost, path)
    return lost


def _below(folder: str, paths: Sequence[str] | Mapping[str, object]) -> set[str]:
    return {path[len(folder) + 1 :] for path in paths if path.startswith(f"{folder}/")}


def _file_where_to(
    store: Store, path: str, piece: Piece, size: int, strangers: Mapping[str, bool]
) -> Deviation:
    """Recognise a file by its bytes, under another name or elsewhere."""
    lost = Deviation(Kind.DELETED, path, is_folder=False)
    for stranger, is_folder in strangers.items():
        if not is_folder and _holds(store, stranger, piece, size):
            return _displaced(lost, stranger)
    return lost


def _holds(store: Store, path: str, piece: Piece, size: int) -> bool:
    try:
        return store.stat(path).size == size and _digest(store, path) == piece.sha256
    except StorageError:
        # Taken away meanwhile, or a link: in either case not what we look for.
        return False


def _displaced(lost: Deviation, now_path: str) -> Deviation:
    stays = lost.path.rpartition("/")[0] == now_path.rpartition("/")[0]
    return Deviation(Kind.RENAMED if stays else Kind.MOVED, lost.path, lost.is_folder, now_path=now_path)


def _differs(store: Store, piece: Piece, size: int, read: frozenset[str] | None) -> bool:
    try:
        if store.stat(piece.path).size != size:
            return True
        return (read is None or piece.path in read) and _digest(store, piece.path) != piece.sha256
    except MissingError:
        # Taken away while we were looking; the next look will tell.
        return False


def _digest(store: Store, path: str) -> str:
    with store.open(path) as file:
        return sha256_of(file)
