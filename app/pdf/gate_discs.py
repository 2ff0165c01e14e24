"""Files that are the image of a disc or CD as well: marks at fixed places, whatever the PDF has there.

Marks of a few letters are believed at once. Where a system knows its discs by two bytes, what else it asks
of them is asked here too, since compressed data have two bytes right by chance.
"""

import struct

_RAW_SECTORS = (2336, 2352, 2448)
"""Of a CD, with what surrounds the 2048 bytes of data."""
_HEADERS = (0, 8, 16, 24)
_VOLUME = 16
"""The sector in which the description of a CD begins; its mark stands behind one byte."""
_MARKS = (
    (32, b"NXSB"),  # APFS
    (64, b"\x7f\x10\xda\xbe"),  # VirtualBox
    (512, b"EFI PART"),
    (4096, b"EFI PART"),
    (1024, b"H+\x00\x04"),
    (1024, b"HX\x00\x05"),
    (512, b"LABELONE"),
    (0x10040, b"_BHRfS_M"),
    *((place, mark) for place in (0x8001, 0x8801, 0x9001) for mark in (b"CD001", b"BEA01")),
    *((place, mark) for place in (0x8801, 0x9001, 0x9801) for mark in (b"NSR02", b"NSR03")),
    *((_VOLUME * size + head + 1, b"CD001") for size in _RAW_SECTORS for head in _HEADERS),
)
# UEFI 2.10, 5.2.1: four entries of 16 bytes before the mark.
_BOOT_MARK, _TABLE, _ENTRY = (510, b"\x55\xaa"), 446, struct.Struct("<B3xB3xII")
_MOST_SECTORS = 1 << 31
# The superblock of ext2 to ext4: numbers of inodes and blocks, size of a block, mark, state, revision.
_SUPERBLOCK, _EXT = struct.Struct("<II16xI28xHH16xI"), 1024
_EXT_MARK, _LARGEST_BLOCK, _MOST_STATES = 0xEF53, 6, 7


def is_disc(data: bytes) -> bool:
    """Tell whether a system would mount these bytes, or take them for a disc with partitions."""
    return (
        any(data.startswith(mark, place) for place, mark in _MARKS) or _has_partitions(data) or _is_ext(data)
    )


def _has_partitions(data: bytes) -> bool:
    place, mark = _BOOT_MARK
    if not data.startswith(mark, place):
        return False
    entries = list(_ENTRY.iter_unpack(data[_TABLE:place]))
    return all(status in (0, 0x80) for status, *_ in entries) and any(
        kind and start and 0 < size < _MOST_SECTORS for _, kind, start, size in entries
    )


def _is_ext(data: bytes) -> bool:
    if len(data) < _EXT + _SUPERBLOCK.size:
        return False
    inodes, blocks, size, mark, state, revision = _SUPERBLOCK.unpack_from(data, _EXT)
    return bool(
        mark == _EXT_MARK
        and inodes
        and blocks
        and size <= _LARGEST_BLOCK
        and state <= _MOST_STATES
        and revision <= 1
    )
