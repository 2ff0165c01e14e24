"""Tells a bomb from an accident: why a file whose parsing failed may have failed."""

import re
import zlib

import pikepdf

_STREAM_BEGINS = re.compile(rb"\bstream\r?\n")
_PIECE = 1 << 20


def is_bomb(data: bytes, most_unpacked: int) -> bool:
    """Tell whether qpdf met a limit here, or a stream unpacks to more than `most_unpacked` bytes."""
    return pikepdf.settings.qpdf_limit_errors() > 0 or any(
        _unpacks_beyond(data[match.end() :], most_unpacked) for match in _STREAM_BEGINS.finditer(data)
    )


def _unpacks_beyond(packed: bytes, most: int) -> bool:
    unpacker = zlib.decompressobj()
    unpacked = 0
    try:
        while packed and unpacked <= most:
            unpacked += len(unpacker.decompress(packed, _PIECE))
            packed = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacked > most
