"""The hash by which bytes are compared."""

import hashlib
from typing import BinaryIO

_BLOCK = 1 << 20


def sha256_of(file: BinaryIO) -> str:
    """Return the lower-case hex SHA-256 of a file from its present position, and put it at its start."""
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()
