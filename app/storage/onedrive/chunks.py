"""The bytes that are to be put into the store: measured once, read as often as it takes."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from app.storage.onedrive.quickxor import QuickXor

_PIECE = 256 * 1024


@dataclass(frozen=True)
class Chunk:
    """What `source` holds from `start` on."""

    source: BinaryIO
    start: int
    size: int
    sha256: str
    quick_xor: str

    @classmethod
    def of(cls, source: BinaryIO) -> "Chunk":
        """Measure what lies between where the source stands and its end."""
        start, size = source.tell(), 0
        sha256, quick_xor = hashlib.sha256(), QuickXor()
        while piece := source.read(_PIECE):
            size += len(piece)
            sha256.update(piece)
            quick_xor.update(piece)
        return cls(source, start, size, sha256.hexdigest(), quick_xor.base64())

    def rewound(self) -> BinaryIO:
        """Return the source, standing at its first byte."""
        self.source.seek(self.start)
        return self.source

    def piece(self, first: int, length: int) -> bytes:
        """Return up to `length` bytes from the byte `first` on."""
        self.source.seek(self.start + first)
        return self.source.read(length)
