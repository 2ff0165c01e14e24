"""Bytes of the emulated files, kept once per content in a temporary folder."""

import hashlib
import io
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PIECE = 256 * 1024


@dataclass(frozen=True)
class Blob:
    """One content and its hashes, in hexadecimal."""

    path: Path
    size: int
    md5: str
    sha1: str
    sha256: str

    def read(self) -> bytes:
        """Return all bytes."""
        return self.path.read_bytes()


class Blobs:
    """A folder of contents, which is removed by `close`."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="emulator-"))
        self._parts = 0

    def part(self) -> Path:
        """Return a new empty file for an upload that comes in pieces."""
        self._parts += 1
        path = self._folder / f"part-{self._parts}"
        path.touch()
        return path

    def keep(self, source: BinaryIO) -> Blob:
        """Keep what is left to read in `source`."""
        part = self.part()
        with part.open("wb") as target:
            shutil.copyfileobj(source, target, _PIECE)
        return self.adopt(part)

    def keep_bytes(self, content: bytes) -> Blob:
        """Keep bytes that are in memory."""
        return self.keep(io.BytesIO(content))

    def adopt(self, part: Path) -> Blob:
        """Keep a part as a content of its own; the part itself is gone after it."""
        md5, sha1, sha256 = hashlib.md5(), hashlib.sha1(), hashlib.sha256()  # noqa: S324 - what Drive reports
        with part.open("rb") as file:
            while piece := file.read(_PIECE):
                for each in (md5, sha1, sha256):
                    each.update(piece)
        path = self._folder / sha256.hexdigest()
        part.replace(path)
        return Blob(path, path.stat().st_size, md5.hexdigest(), sha1.hexdigest(), sha256.hexdigest())

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
