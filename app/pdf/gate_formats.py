"""Files that are a PDF and something else at once: archives, web pages, disc images."""

import re
import struct

_END_OF_ZIP = b"PK\x05\x06"
_ZIP_DIRECTORY = b"PK\x01\x02"
_END_OF_ZIP_FIELDS = struct.Struct("<4sHHHHIIH")
_ZIP_TAIL = 64 * 1024 + _END_OF_ZIP_FIELDS.size
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)\b", re.IGNORECASE)
_HTML_HEAD = 4096
_LONGEST_TRAILER = 1024
_PADDING = b"\x00\t\n\x0c\r \x1a"
_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
_OTHER_MARKS = ((257, b"ustar"), (128, b"DICM"), (0x8001, b"CD001"), (0x8801, b"CD001"))


def is_two_formats(data: bytes) -> bool:
    """Tell whether other software would take these bytes for an archive, a web page or an image."""
    return (
        any(data.startswith(mark, offset) for offset, mark in _OTHER_MARKS)
        or _is_zip(data)
        or _is_web_page(data)
        or _has_stowaway(data)
    )


def _is_zip(data: bytes) -> bool:
    """Follow the end-of-archive record to its directory, as an unpacker does; chance would not lead there."""
    start = data.rfind(_END_OF_ZIP, max(0, len(data) - _ZIP_TAIL))
    if start < 0 or start + _END_OF_ZIP_FIELDS.size > len(data):
        return False
    _, _, _, _, entries, directory_size, _, _ = _END_OF_ZIP_FIELDS.unpack_from(data, start)
    directory = start - directory_size
    return bool(entries) and directory >= 0 and data.startswith(_ZIP_DIRECTORY, directory)


def _is_web_page(data: bytes) -> bool:
    """Look for markup before the first stream, where browsers and mail filters sniff."""
    head = data[:_HTML_HEAD]
    first_stream = head.find(b"stream")
    return bool(_HTML.search(head if first_stream < 0 else head[:first_stream]))


def _has_stowaway(data: bytes) -> bool:
    """Look for a load behind the last end-of-file mark that is neither padding nor more PDF."""
    end = data.rfind(b"%%EOF")
    trailer = data[end + 5 :].strip(_PADDING)
    return end >= 0 and len(trailer) > _LONGEST_TRAILER and not _OBJECT.search(trailer)
