"""Tells colour spaces that every reader follows in one way from those that each makes of what it likes."""

import struct

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_DEVICES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_NAMED = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4, "/CalGray": 1, "/CalRGB": 3, "/Lab": 3}
_DEEPEST = 4
_LEAST_GAMMA, _MOST_GAMMA = 1.0, 3.0
_NEAR = 0.15
_OF_PROFILES = {b"GRAY": 1, b"RGB ": 3, b"Lab ": 3, b"CMYK": 4}
_HEADER = 128
_MOST_TAGS = 200
_LAST_OF_PALETTES = 255
_NO_ALTERNATES = frozenset(("/Indexed", "/I", "/Pattern"))
_LEAST_TAG = 8
_CURVES = {1: [{b"kTRC"}], 3: [{b"rTRC", b"gTRC", b"bTRC", b"rXYZ", b"gXYZ", b"bXYZ"}], 4: []}
_TABLE = {b"A2B0"}


def is_plain(space: object, depth: int = 0) -> bool:
    """Tell whether a colour space, with all that it is made of, is followed by every reader in one way."""
    if not isinstance(space, Array) or len(space) < 2 or depth > _DEEPEST:
        return isinstance(space, (Name, Array)) and depth <= _DEEPEST
    family, second = str(space[0]), space[1]
    if family == "/ICCBased":
        return _is_profile(second) and _is_alternate(second.get(Name.Alternate), depth)
    if family in ("/CalGray", "/CalRGB", "/Lab"):
        return isinstance(second, Dictionary) and _is_calibration(second, family)
    if family in ("/Indexed", "/I"):
        return is_plain(second, depth + 1) and _is_palette(space)
    if family == "/Pattern":
        return is_plain(second, depth + 1)
    if family in ("/Separation", "/DeviceN"):
        names = second.as_list() if isinstance(second, Array) else [second]
        paints = any(each != Name("/None") for each in names)
        return paints and len(space) > 3 and is_plain(space[2], depth + 1)
    return True


def number_of_colours(space: object) -> int:
    """Return how many colours a space has, 0 where that cannot be told."""
    if not isinstance(space, Array):
        return _NAMED.get(str(space), 0)
    family = str(space[0]) if len(space) else ""
    if family == "/ICCBased" and len(space) > 1 and isinstance(space[1], Stream):
        number = space[1].get(Name.N)
        return number if isinstance(number, int) else 0
    if family == "/DeviceN" and len(space) > 1 and isinstance(space[1], Array):
        return len(space[1])
    return 1 if family in ("/Separation", "/Indexed", "/I") else _NAMED.get(family, 0)


def device_for(space: object) -> object:
    """Return the device's space of as many colours; None where there is none."""
    return _DEVICES.get(number_of_colours(space))


def _is_palette(space: Array) -> bool:
    """Tell whether a palette has the colours that it says it has."""
    if len(space) != 4 or not isinstance(space[2], int) or not 0 <= space[2] <= _LAST_OF_PALETTES:
        return False
    table = space[3]
    try:
        held = len(table.read_bytes()) if isinstance(table, Stream) else len(bytes(table))
    except (pikepdf.PdfError, TypeError, ValueError):
        return False
    return held >= (space[2] + 1) * number_of_colours(space[1])


def _is_alternate(space: object, depth: int) -> bool:
    if isinstance(space, Array):
        return len(space) > 0 and str(space[0]) not in _NO_ALTERNATES and is_plain(space, depth + 1)
    return space is None or (isinstance(space, Name) and str(space) in _NAMED)


def _is_calibration(of: pikepdf.Object, family: str) -> bool:
    """Tell whether a calibration is one that a device has: a usual gamma, and white that is white."""
    white, black = _numbers(of.get(Name.WhitePoint), []), _numbers(of.get(Name.BlackPoint), [0.0] * 3)
    if len(white) != 3 or len(black) != 3 or any(black) or abs(white[1] - 1) > _NEAR:
        return False
    if not all(0.5 <= each <= 1.5 for each in white):
        return False
    if family == "/Lab":
        span = _numbers(of.get(Name.Range), [-100.0, 100.0, -100.0, 100.0])
        return len(span) == 4 and span[0] < span[1] and span[2] < span[3]
    colours = _NAMED[family]
    gamma = _numbers(of.get(Name.Gamma), [1.0] * colours)
    if len(gamma) != colours or not all(_LEAST_GAMMA <= each <= _MOST_GAMMA for each in gamma):
        return False
    return colours == 1 or Name.Matrix not in of or _is_matrix(_numbers(of.get(Name.Matrix), []), white)


def _is_matrix(matrix: list[float], white: list[float]) -> bool:
    sums = [sum(matrix[row::3]) for row in range(3)] if len(matrix) == 9 else []
    return bool(sums) and all(abs(each - due) <= _NEAR for each, due in zip(sums, white, strict=True))


def _numbers(value: object, usual: list[float]) -> list[float]:
    if value is None:
        return usual
    try:
        return [float(str(each)) for each in (value.as_list() if isinstance(value, Array) else [value])]
    except ValueError:
        return []


def _is_profile(stream: object) -> bool:
    """Tell whether a stream is a whole profile of as many colours as it says (ICC.1:2022, 7.2 and 7.3)."""
    if not isinstance(stream, Stream):
        return False
    try:
        data = stream.read_bytes()
    except pikepdf.PdfError:
        return False
    colours = _OF_PROFILES.get(data[16:20])
    if data[36:40] != b"acsp" or colours is None or colours != stream.get(Name.N):
        return False
    tags = _tags(data)
    return any(needed <= tags for needed in [_TABLE, *_CURVES[colours]])


def _tags(data: bytes) -> set[bytes]:
    """Return the tags of a profile that lie within it; none where its table is broken."""
    if len(data) < _HEADER + 4 or int.from_bytes(data[:4], "big") > len(data):
        return set()
    count = int.from_bytes(data[_HEADER : _HEADER + 4], "big")
    if count > _MOST_TAGS or len(data) < _HEADER + 4 + 12 * count:
        return set()
    table = struct.iter_unpack(">4sII", data[_HEADER + 4 : _HEADER + 4 + 12 * count])
    within = ((name, size) for name, start, size in table if _HEADER <= start <= len(data) - size)
    return {name for name, size in within if size >= _LEAST_TAG}
