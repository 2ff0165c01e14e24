"""Settles what resources leave to readers in painting: it is written as pdfium reads it.

Forms without the box that they are cut to, functions between a colour and the paper, several blend modes to
choose from, other colours in the place of plain ones, colourants that are none, profiles that cannot be read
(ISO 32000-2, 8.10.2, 10.5, 11.3.5, 8.6.5.6, 8.6.6.4 and 8.6.5.5). What cannot be written as it was read is
dropped; the rehearsal finds whether that shows.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from app.pdf.switches import all_dictionaries

_FARTHEST = (-32768, -32768, 32767, 32767)
_TRANSFER = ("/TR", "/TR2")
_PLAIN = {"/DefaultGray": 1, "/DefaultRGB": 3, "/DefaultCMYK": 4}
_DEVICES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_CALIBRATED = {"/CalGray": 1, "/CalRGB": 3}
_LEAST_GAMMA, _MOST_GAMMA = 0.5, 4.0
_NUMBERS = (int, float, Decimal)
_MENTIONED = re.compile(
    rb"/TR2?[ \[<]|/BM \[|/Default(?:Gray|RGB|CMYK)|/(?:Separation|DeviceN) [/\[]|/ICCBased|/Subtype /Form\b"
)

Change = tuple[pikepdf.Object, str, object]
"""Where something stands, and what is to stand there instead, or None for nothing."""


def leaves_painting(pdf: pikepdf.Pdf) -> bool:
    """Tell whether readers may paint something of `pdf` each in a way of their own."""
    return next(_changes(pdf), None) is not None


def mentions_painting(written: bytes) -> bool:
    """Tell whether a file, written with its objects in plain sight, may hold such a thing."""
    return _MENTIONED.search(written) is not None


def settle_painting(pdf: pikepdf.Pdf) -> bool:
    """Write all such things of `pdf` as they were read, or drop them, and tell whether there were any."""
    changes = list(_changes(pdf))
    for holder, key, value in changes:
        if value is None:
            _drop(holder, key)
        else:
            holder[key] = value
    return bool(changes)


def _drop(holder: pikepdf.Object, key: str) -> None:
    """Take a key out of what several pages may share, and so is met several times."""
    if key in holder:
        del holder[key]


def _changes(pdf: pikepdf.Pdf) -> Iterator[Change]:
    for holder in all_dictionaries(pdf):
        if holder.get(Name.Subtype) == Name.Form and _is_open(holder):
            yield holder, "/BBox", Array(_FARTHEST)
        yield from _transfers(holder.get(Name.ExtGState))
        for key, value in holder.items():
            yield from ((holder, key, instead) for instead in _instead(key, value))


def _is_open(form: pikepdf.Object) -> bool:
    box = form.get(Name.BBox)
    return not isinstance(box, Array) or len(box) != 4 or not all(isinstance(each, _NUMBERS) for each in box)


def _instead(key: str, value: object) -> Iterator[object]:
    """Yield what is to stand in the place of `value`, if something is."""
    if key == "/BM" and isinstance(value, Array):
        # Of several, of which a reader takes the first that it knows, pdfium knows the first or none.
        yield value[0] if len(value) and isinstance(value[0], Name) else None
    elif key in _PLAIN and _PLAIN[key] != _colours(value):
        yield None
    elif isinstance(value, Array) and len(value) > 1:
        yield from _colour_instead(value)


def _transfers(states: object) -> Iterator[Change]:
    """Yield the functions of graphics states; a mask may have one, which all readers apply."""
    for state in states.values() if isinstance(states, Dictionary) else ():
        for key in (each for each in _TRANSFER if isinstance(state, Dictionary) and each in state):
            value = state[key]
            if any(map(_is_function, value.as_list() if isinstance(value, Array) else [value])):
                yield state, key, None


def _is_function(value: object) -> bool:
    return isinstance(value, (Dictionary, Stream)) and Name.FunctionType in value


def _colours(space: object) -> int:
    """Return of how many colours a space is that may stand for a plain one; 0 for any that may not."""
    if not isinstance(space, Array) or len(space) < 2 or not isinstance(space[1], (Dictionary, Stream)):
        return 0
    family, parameters = str(space[0]), space[1]
    if family == "/ICCBased":
        return _number_of(parameters) if _is_profile(parameters) else 0
    gamma = parameters.get(Name.Gamma, 1)
    exponents = gamma.as_list() if isinstance(gamma, Array) else [gamma]
    usual = all(isinstance(each, _NUMBERS) and _LEAST_GAMMA <= each <= _MOST_GAMMA for each in exponents)
    return _CALIBRATED.get(family, 0) if usual else 0


def _colour_instead(space: Array) -> Iterator[object]:
    family, named = str(space[0]), space[1]
    if family == "/ICCBased" and isinstance(named, Stream) and not _is_profile(named):
        yield _DEVICES.get(_number_of(named))
    elif family == "/Separation" and named == Name("/None"):
        yield Name.DeviceGray
    elif family == "/DeviceN" and isinstance(named, Array) and all(each == Name("/None") for each in named):
        yield _DEVICES.get(len(named), Name.DeviceGray)


def _number_of(profile: pikepdf.Object) -> int:
    number = profile.get(Name.N)
    return number if isinstance(number, int) else 0


def _is_profile(profile: pikepdf.Object) -> bool:
    """Tell whether a stream begins as a profile of as many colours as it says (ICC.1:2022, 7.2)."""
    try:
        header = profile.read_bytes()[:40]
    except pikepdf.PdfError:
        return False
    spaces = {b"GRAY": 1, b"RGB ": 3, b"Lab ": 3, b"CMYK": 4}
    return header[36:40] == b"acsp" and spaces.get(header[16:20]) == _number_of(profile)
