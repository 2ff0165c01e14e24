"""Bytes that are not filed yet: spooled while they arrive, kept under a key once they are accepted."""

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

import obstore
from obstore.store import S3Store

from app.db import now
from app.errors import TooLarge

_CHUNK = 256 * 1024


class Digest:
    """Takes a file as it arrives and keeps nothing of it but its size and hash."""

    def __init__(self, limit_mb: int) -> None:
        self._hash = hashlib.sha256()
        self._limit_mb = limit_mb
        self.size = 0

    def write(self, chunk: bytes) -> int:
        """Take more bytes; past the limit lets all of them go and raises `TooLarge`."""
        self.size += len(chunk)
        if self.size > self._limit_mb * 1024 * 1024:
            self.close()
            raise TooLarge(limit_mb=self._limit_mb)
        self._hash.update(chunk)
        return len(chunk)

    @property
    def sha256(self) -> str:
        """The lower-case hex digest of everything written so far."""
        return self._hash.hexdigest()

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """There is nothing to go back to."""
        return 0

    def read(self, _size: int = -1) -> bytes:
        """There is nothing to read again."""
        return b""

    def close(self) -> None:
        """Let the bytes go, as far as any were kept."""


class Spool(Digest):
    """A file without a name that takes an upload as it arrives, counting and hashing on the way.

    It vanishes with the process or when closed, so a refused or half-sent upload leaves nothing.
    """

    def __init__(self, folder: Path, limit_mb: int) -> None:
        super().__init__(limit_mb)
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 -- closed by its owner

    def write(self, chunk: bytes) -> int:
        """Take and keep more bytes; raises as `Digest` does."""
        super().write(chunk)
        try:
            return self._file.write(chunk)
        except OSError:
            # What is buffered cannot be written either; the error at hand says why.
            with suppress(OSError):
                self.close()
            raise

    @property
    def file(self) -> BinaryIO:
        """The bytes from their beginning, as a real file."""
        self._file.flush()
        self._file.seek(0)
        return cast("BinaryIO", self._file)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move the reading position; the hash is of what was written and does not change."""
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes from the reading position."""
        return self._file.read(size)

    def close(self) -> None:
        """Let the bytes go."""
        self._file.close()


class BytesMissing(FileNotFoundError):
    """Nothing lies under a key of staging: what was accepted there is lost, or was discarded."""


class Staging(Protocol):
    """Where accepted bytes wait; a key is given once and its bytes never change."""

    def spool(self, limit_mb: int) -> Spool:
        """Return an empty spool on the disk that the process has for it."""
        ...

    def keep(self, key: str, source: BinaryIO) -> None:
        """Store the bytes of `source` durably under `key`; to repeat it with the same bytes is safe."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return the bytes under `key` as a real file; raises `BytesMissing`."""
        ...

    def discard(self, key: str) -> None:
        """Forget `key`, whether or not it is there."""
        ...

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Yield the keys that were kept longer ago than `age`."""
        ...


def new_key(kind: str, sha256: str) -> str:
    """Return a key of its own for bytes of `kind`, so that whoever fails may discard it."""
    return f"{kind}/{sha256[:2]}/{sha256}.{secrets.token_hex(6)}"


class FolderStaging:
    """Staging in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def spool(self, limit_mb: int) -> Spool:
        """Return an empty spool in the staging folder itself."""
        return Spool(self._incoming, limit_mb)

    def keep(self, key: str, source: BinaryIO) -> None:
        """Write, sync and rename: after a crash the key holds everything or does not exist.

        Each call writes under a name of its own, since two runs of one job may be at it.
        """
        target = self._folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.{secrets.token_hex(6)}.part")
        try:
            with part.open("wb") as file:
                shutil.copyfileobj(source, file, _CHUNK)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_folder(target.parent)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def open(self, key: str) -> BinaryIO:
        """Open the file under `key`."""
        try:
            return (self._folder / key).open("rb")
        except FileNotFoundError as error:
            raise BytesMissing(key) from error

    def discard(self, key: str) -> None:
        """Remove the file under `key`."""
        (self._folder / key).unlink(missing_ok=True)

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Yield keys by the time of their files, unfinished `.part` files included, folder by folder."""
        limit = (now() - age).timestamp()
        return (
            Path(entry.path).relative_to(self._folder).as_posix()
            for entry in _files_below(self._folder)
            if _is_older(entry, limit)
        )


class BucketStaging:
    """Staging in an S3-compatible bucket, shared by many machines."""

    def __init__(self, url: str, spool_folder: Path) -> None:
        self._store = S3Store.from_url(url)
        self._spool_folder = spool_folder
        spool_folder.mkdir(parents=True, exist_ok=True)

    def spool(self, limit_mb: int) -> Spool:
        """Return an empty spool on the local disk."""
        return Spool(self._spool_folder, limit_mb)

    def keep(self, key: str, source: BinaryIO) -> None:
        """Upload the bytes; the bucket shows them whole or not at all."""
        obstore.put(self._store, key, source)

    def open(self, key: str) -> BinaryIO:
        """Download the bytes under `key` into a file without a name."""
        file = cast("BinaryIO", tempfile.TemporaryFile(dir=self._spool_folder))  # noqa: SIM115
        try:
            for chunk in obstore.get(self._store, key).stream(_CHUNK):
                file.write(bytes(chunk))
        except FileNotFoundError as error:
            file.close()
            raise BytesMissing(key) from error
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def discard(self, key: str) -> None:
        """Delete the object under `key`."""
        obstore.delete(self._store, key)

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Yield keys by the time the bucket tells."""
        limit: datetime = now() - age
        for batch in obstore.list(self._store):
            yield from (meta["path"] for meta in batch if meta["last_modified"] < limit)


def staging_at(url: str, data_dir: Path) -> Staging:
    """Return the staging at `url` (`s3://…`), or in `data_dir` when it is empty."""
    if url:
        return BucketStaging(url, data_dir / "spool")
    return FolderStaging(data_dir / "staging")


def _files_below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield every file below a folder while it is being read: a million of them need no room in memory."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(Path(entry.path))
            else:
                yield entry


def _is_older(entry: os.DirEntry[str], limit: float) -> bool:
    """Tell whether a file was written before `limit`; one that is renamed or removed meanwhile was not."""
    try:
        return entry.stat(follow_symlinks=False).st_mtime < limit
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
