"""A school's tree in a folder of this machine, for the product's account alone (`app.data_dir`)."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from app.db import now
from app.storage.protocol import Entry, MissingError, OccupiedError, OutsideTreeError, StorageError, Stored

_CHUNK = 256 * 1024
_INCOMING = ".incoming"
_GONE = {errno.ENOENT, errno.ENOTDIR}


class LocalStore:
    """The tree of one school under `trees`; files are written beside all trees and appear whole."""

    def __init__(self, trees: Path, school_code: str) -> None:
        self._root = trees / school_code
        self._incoming = trees / _INCOMING
        self._root.mkdir(parents=True, exist_ok=True)
        self._incoming.mkdir(exist_ok=True)

    def make_folder(self, path: str) -> None:
        """Make the folder and make it survive a power cut."""
        place = self._place(path)
        with _spoken():
            place.mkdir(exist_ok=True)
            _sync_folder(place.parent)

    def put(self, path: str, source: BinaryIO) -> Stored:
        """Write and sync the bytes out of sight, then link them to their place."""
        place = self._place(path)
        with _spoken(), self._written(source) as part:
            try:
                os.link(part, place)
            except FileExistsError as error:
                if _digest(place) != _digest(part):
                    raise OccupiedError from error
            _sync_folder(place.parent)
            return Stored(place.stat().st_size, None)

    def stat(self, path: str) -> Stored:
        """Return the size; a disk vouches for no hash."""
        with _spoken():
            return Stored(self._place(path).stat().st_size, None)

    def open(self, path: str) -> BinaryIO:
        """Open the file for reading."""
        with _spoken():
            return self._place(path).open("rb")

    def move(self, path: str, target: str) -> None:
        """Rename within the tree; raises `OccupiedError` when something else is at the target."""
        place, wanted = self._place(path), self._place(target)
        with _spoken():
            if not place.exists() and wanted.exists():
                return
            if wanted.exists() and not wanted.samefile(place):
                raise OccupiedError
            place.rename(wanted)
            _sync_folder(wanted.parent)
            _sync_folder(place.parent)

    def walk(self) -> Iterator[Entry]:
        """Yield entries in the order of their paths; links are yielded as files and not followed."""
        for folder, folders, files in os.walk(self._root, onerror=_raise):
            folders.sort()
            relative = Path(folder).relative_to(self._root)
            links = {name for name in folders if (Path(folder) / name).is_symlink()}
            for name in [*folders, *sorted(files)]:
                is_folder = name in folders and name not in links
                yield Entry((relative / name).as_posix(), is_folder)

    def found_in(self, path: str) -> Iterator[Entry]:
        """Yield entries in the order of their names; links are yielded as files."""
        try:
            with _spoken():
                entries = [
                    (each.name, each.is_dir(follow_symlinks=False)) for each in os.scandir(self._place(path))
                ]
        except MissingError:
            return
        for name, is_folder in sorted(entries):
            yield Entry(f"{path}/{name}", is_folder)

    def open_found(self, entry: Entry) -> BinaryIO:
        """Open the file for reading."""
        return self.open(entry.path)

    def sweep(self, age: timedelta) -> None:
        """Remove what killed writers left out of sight longer ago than `age`."""
        limit = (now() - age).timestamp()
        for part in self._incoming.iterdir():
            if part.stat().st_mtime < limit:
                part.unlink(missing_ok=True)

    @contextmanager
    def _written(self, source: BinaryIO) -> Iterator[Path]:
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                shutil.copyfileobj(source, file, _CHUNK)
                file.flush()
                os.fsync(file.fileno())
            yield part
        finally:
            part.unlink(missing_ok=True)

    def _place(self, path: str) -> Path:
        parts = path.split("/")
        if not all(parts) or {".", ".."} & set(parts) or "\0" in path:
            raise OutsideTreeError
        place = self._root.joinpath(*parts)
        if not place.parent.resolve().is_relative_to(self._root.resolve()) or place.is_symlink():
            raise OutsideTreeError
        return place


def _digest(place: Path) -> bytes:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _raise(error: OSError) -> None:
    raise StorageError from error


@contextmanager
def _spoken() -> Iterator[None]:
    """Say in the store's own terms what the operating system complains about."""
    try:
        yield
    except OSError as error:
        raise (MissingError if error.errno in _GONE else StorageError) from error
