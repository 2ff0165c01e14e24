"""Tells a bomb from an accident: why a file whose parsing failed may have failed."""

import re
import zlib

import pikepdf

_STREAM_BEGINS = re.compile(rb"\bstream\r?\n")
_PIECE = 1 << 20


def limits_met() -> int:
    """Return how often qpdf has met a limit in this process."""
    return pikepdf.settings.qpdf_limit_errors()


def is_bomb(data: bytes, most_unpacked: int, met_before: int) -> bool:
    """Tell whether qpdf met a limit since `met_before`, or a stream unpacks to more than `most_unpacked`."""
    return limits_met() > met_before or any(
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
