"""Files that are a PDF and something else at once: archives, programs, web pages, disc images.

Some formats have their mark at a fixed place, whatever the PDF itself has there; the mark of others is
searched for. The latter are looked for outside of streams, where compressed data would match by chance, and
of objects' strings, where a lesson may well speak of markup; so is anything that is no PDF at all.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from app.pdf.gate_discs import is_disc
from app.pdf.gate_layout import Layout

# -- archives whose directory is at the end: PKWARE APPNOTE 4.3.14 to 4.3.16
_END_OF_ZIP = b"PK\x05\x06"
_END_OF_ZIP64 = b"PK\x06\x06"
_ZIP_DIRECTORY = b"PK\x01\x02"
_END_OF_ZIP_FIELDS = struct.Struct("<4sHHHHIIH")
_END_OF_ZIP64_FIELDS = struct.Struct("<4sQHHIIQQQQ")
_ZIP_TAIL = 64 * 1024 + _END_OF_ZIP_FIELDS.size
_MOST_END_RECORDS = 1000

# -- by place
_FIXED_MARKS = ((257, b"ustar"), (128, b"DICM"))
_TAIL_MARKS = ((512, b"koly"), (512, b"conectix"), (511, b"conectix"))  # Apple's and Microsoft's disc images
# Self-extracting archives are searched for behind a program of this size at most.
_LONGEST_PROGRAM = 4 << 20
_7Z = b"7z\xbc\xaf\x27\x1c"
_SEARCHED_FOR = (b"Rar!\x1a\x07", _7Z)
# Mark, version, and the checksum of the 20 bytes that follow (7zFormat.txt).
_7Z_HEAD = struct.Struct("<6sxBI20s")

# -- by mark, outside of streams and strings
# Each begins with a letter that is rare in PDF, which lets the search pass over all others quickly.
_MARKS = re.compile(
    rb"K(?:\x03\x04|\x01\x02|\x05\x06|\x06\x06)(?<=PK..)"  # ZIP
    rb"|!\x1a\x07(?<=Rar!\x1a\x07)|\xbc\xaf\x27\x1c(?<=7z....)|\xfd7zXZ\x00|&SY(?<=BZh.1AY&SY)|\x1f\x8b\x08[\x00-\x1f]"
    rb"|MSCF\x00\x00\x00\x00|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # cabinets, old Office files
    rb"|MZ[\s\S]{62,1022}?PE\x00\x00|\x7fELF[\x01\x02][\x01\x02]|\xca\xfe\xba\xbe\x00"  # programs
    rb"|\xce\xfa\xed\xfe|\xcf\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]"
    rb"|\x89PNG\r\n\x1a\n|IF8[79]a(?<=GIF8.a)|\xff\xd8\xff[\xe0-\xef\xdb]"  # pictures
    rb"|%!PS-Adobe|#![ \t]?/|MIME-Version:|:(?<=-Type:)[ \t]*(?:multipart|text/html)"
    rb"|<(?i:!doctype\s+html|(?:html|head|body|script|iframe|svg|object|embed|meta|hta:application)[\s>/])|<\?php\b",
    re.DOTALL,
)
# -- within streams: long enough that compressed data do not have it by chance
_WEB_PAGE = re.compile(rb"\s*<(?i:!doctype\s+html|html)[\s>/]")
_SCRIPT = re.compile(rb"<(?i:script|iframe)[\s>/]")
_SHOWN = re.compile(rb"\((?:[^()\\]++|\\.)*+\)", re.DOTALL)
# -- anything else
_MOST_FOREIGN = 1024
_PADDING = b"\x00\t\n\x0c\r \x1a"
_OWN = re.compile(
    rb"[\x00\t\n\x0c\r \x1a]++|%[^\r\n]{0,200}+(?=[\r\n])|%[\t\x20-\x7e]*+"
    rb"|trailer[\s\S]{0,100000}?(?=startxref|xref|\Z)|startxref|xref|\d{1,10}|[nf](?=[\s\x00])|endobj|endstream"
)
_STRUCTURE = bytes(range(0x20, 0x7F)) + b"\x00\t\n\x0c\r\x1a"


def is_two_formats(data: bytes, layout: Layout) -> bool:
    """Tell whether other software would take these bytes, or some of them, for a file of its own."""
    return (
        any(data.startswith(mark, place) for place, mark in _FIXED_MARKS)
        or any(data.startswith(mark, len(data) - place) for place, mark in _TAIL_MARKS if place <= len(data))
        or any(data.find(mark, 0, _LONGEST_PROGRAM) >= 0 for mark in _SEARCHED_FOR)
        or _is_zip(data)
        or _is_7z(data)
        or is_disc(data)
        or _has_web_page_in_a_stream(data, layout)
        or _has_foreign_mark(data, layout)
        or _has_foreign_load(data, layout)
    )


def _is_zip(data: bytes) -> bool:
    """Follow each end-of-archive record to its directory, as unpackers do; chance would not lead there."""
    earliest = max(0, len(data) - _ZIP_TAIL)
    end = len(data)
    for _ in range(_MOST_END_RECORDS):
        end = data.rfind(_END_OF_ZIP, earliest, end)
        if end < 0:
            return False
        if _leads_to_a_directory(data, end):
            return True
        end += len(_END_OF_ZIP) - 1
    return True


def _leads_to_a_directory(data: bytes, end: int) -> bool:
    return any(
        0 <= start < end and data.startswith(_ZIP_DIRECTORY, start) for start in _directories(data, end)
    )


def _directories(data: bytes, end: int) -> Iterator[int]:
    """Yield where an archive's directory may begin: by its size before its end, or by its offset."""
    if end + _END_OF_ZIP_FIELDS.size > len(data):
        return
    _, _, _, _, _, size, offset, _ = _END_OF_ZIP_FIELDS.unpack_from(data, end)
    yield end - size
    yield offset
    end64 = data.rfind(_END_OF_ZIP64, max(0, end - _ZIP_TAIL), end)
    if 0 <= end64 <= len(data) - _END_OF_ZIP64_FIELDS.size:
        _, _, _, _, _, _, _, _, size, offset = _END_OF_ZIP64_FIELDS.unpack_from(data, end64)
        yield end64 - size
        yield offset


def _is_7z(data: bytes) -> bool:
    """Look for an archive whose head is whole, however far from the beginning; some unpackers do."""
    place = data.find(_7Z, _LONGEST_PROGRAM)
    while 0 <= place <= len(data) - _7Z_HEAD.size:
        _, _, checksum, head = _7Z_HEAD.unpack_from(data, place)
        if zlib.crc32(head) == checksum:
            return True
        place = data.find(_7Z, place + 1)
    return False


def _has_web_page_in_a_stream(data: bytes, layout: Layout) -> bool:
    """Look for a web page that stands in a stream as it is, but for strings: a lesson may show them."""
    streams = [(piece.stream, piece.data_end) for piece in layout.pieces if piece.stream]
    return any(_WEB_PAGE.match(data, start, end) for start, end in streams) or any(
        _SCRIPT.search(_SHOWN.sub(b"", data[start:end]))
        for start, end in streams
        if _SCRIPT.search(data, start, end)
    )


def _has_foreign_mark(data: bytes, layout: Layout) -> bool:
    """Look for another format's mark outside of streams, and of those strings that belong to an object."""
    if not any(_MARKS.search(data, start, end) for start, end in layout.texts):
        return False
    return any(_MARKS.search(data[start:end]) for start, end in layout.outside_strings())


def _has_foreign_load(data: bytes, layout: Layout) -> bool:
    """Look for many bytes that are neither padding nor PDF, between objects or in them."""
    if any(_is_foreign(data[start:end]) for start, end in layout.between if end - start > _MOST_FOREIGN):
        return True
    strange = sum(len(data[start:end].translate(None, _STRUCTURE)) for start, end in layout.texts)
    if strange <= _MOST_FOREIGN:
        return False
    return sum(
        len(data[start:end].translate(None, _STRUCTURE)) for start, end in layout.outside_strings()
    ) > (_MOST_FOREIGN)


def _is_foreign(stretch: bytes) -> bool:
    stretch = stretch.strip(_PADDING)
    return len(stretch) > _MOST_FOREIGN and len(_OWN.sub(b"", stretch)) > _MOST_FOREIGN
