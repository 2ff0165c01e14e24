"""PNG files of page images, written for speed: text pages need no filter, photographs do."""

import io
import struct
import zlib

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct("!IIBBBBB")
_COLOUR_TYPES = {"L": 0, "RGB": 2}
_CHANNELS = {"L": 1, "RGB": 3}
_BIT_DEPTH = 8
_LEVEL = 2
_QUICKEST = 1
_WHITE = 250
_PAPER_SHARE = 0.5


def png(image: Image.Image) -> bytes:
    """Encode an image of mode "L" or "RGB"."""
    return _unfiltered(image) if _is_mostly_paper(image) else _filtered(image)


def _is_mostly_paper(image: Image.Image) -> bool:
    """Text on white compresses well as it is; choosing a filter for each row costs twice the time."""
    histogram = image.getchannel(0).histogram()
    return sum(histogram[_WHITE:]) > _PAPER_SHARE * image.width * image.height


def _filtered(image: Image.Image) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, "PNG", compress_level=_LEVEL)
    return encoded.getvalue()


def _unfiltered(image: Image.Image) -> bytes:
    header = _HEADER.pack(image.width, image.height, _BIT_DEPTH, _COLOUR_TYPES[image.mode], 0, 0, 0)
    pixels = memoryview(image.tobytes())
    stride = image.width * _CHANNELS[image.mode]
    # Each row begins with the number of its filter; 0 means none.
    rows = b"\0".join([b"", *(pixels[start : start + stride] for start in range(0, len(pixels), stride))])
    data = zlib.compress(rows, _QUICKEST)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", checksum)
