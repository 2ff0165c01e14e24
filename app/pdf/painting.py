"""Settles what resources leave to readers in painting: it is written as pdfium reads it.

Forms without the box that they are cut to, functions between a colour and the paper, several blend modes to
choose from, other colours in the place of plain ones, colourants that are none, calibrations and profiles
that cannot be followed (ISO 32000-2, 8.10.2, 10.5, 11.3.5, 8.6.5 and 8.6.6). What cannot be written as it was
read is dropped; the rehearsal finds whether that shows.
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from app.pdf.colours import device_for, is_plain, number_of_colours
from app.pdf.painted import Resources, painters_and_resources

_FARTHEST = (-32768, -32768, 32767, 32767)
_MOST = 1_000_000
_TRANSFER = ("/TR", "/TR2")
_DEFAULTS = {"/DefaultGray": 1, "/DefaultRGB": 3, "/DefaultCMYK": 4}

Change = tuple[pikepdf.Object, str, object]
"""Where something stands, and what is to stand there instead, or None for nothing."""


def leaves_painting(pdf: pikepdf.Pdf) -> bool:
    """Tell whether readers may paint something of `pdf` each in a way of their own."""
    return next(_changes(pdf), None) is not None


def settle_painting(pdf: pikepdf.Pdf) -> bool:
    """Write all such things of `pdf` as they were read, or drop them, and tell whether there were any."""
    changes = list(_changes(pdf))
    for holder, key, value in changes:
        if value is not None:
            holder[key] = value
        elif key in holder:  # several pages may share what is dropped
            del holder[key]
    return bool(changes)


def _changes(pdf: pikepdf.Pdf) -> Iterator[Change]:
    for thing in painters_and_resources(pdf):
        yield from _of_resources(thing) if isinstance(thing, Resources) else _of_painter(thing)


def _of_resources(resources: Resources) -> Iterator[Change]:
    named = resources.dictionary
    # Some readers take a stream's dictionary for the list, and others take it for nothing.
    yield from ((named, key, None) for key in _streams_in(named))
    fonts = named.get(Name.Font)
    if fonts is not None:
        yield from ((fonts, key, None) for key in _streams_in(fonts))
    for state in resources.all_of(Name.ExtGState):
        yield from _of_state(state)
    for shading in resources.all_of(Name.Shading):
        yield from _of_space(shading, "/ColorSpace")
    spaces = named.get(Name.ColorSpace)
    if spaces is not None:
        yield from _of_spaces(spaces)


def _streams_in(named: pikepdf.Object) -> list[str]:
    values = named.items() if isinstance(named, Dictionary) else ()
    return [key for key, value in values if isinstance(value, Stream)]


def _of_painter(thing: pikepdf.Object) -> Iterator[Change]:
    """Yield the changes of a page, form, picture, pattern or font."""
    for key in ("/Resources", "/Group"):
        if isinstance(thing.get(key), Stream):
            yield thing, key, None
    if isinstance(thing, Stream):
        if thing.get(Name.Subtype) == Name.Form and not _is_box(thing.get(Name.BBox)):
            yield thing, "/BBox", Array(_FARTHEST)
        yield from _of_space(thing, "/ColorSpace")
    group, shading, state = (thing.get(key) for key in ("/Group", "/Shading", "/ExtGState"))
    if isinstance(group, Dictionary):
        yield from _of_space(group, "/CS")
    if isinstance(shading, (Dictionary, Stream)):
        yield from _of_space(shading, "/ColorSpace")
    if isinstance(state, (Dictionary, Stream)):
        yield from _of_state(state)


def _is_box(box: object) -> bool:
    if not isinstance(box, Array) or len(box) != 4:
        return False
    try:
        return all(abs(float(str(each))) <= _MOST for each in box.as_list())
    except ValueError:
        return False


def _of_state(state: pikepdf.Object) -> Iterator[Change]:
    for key in (each for each in _TRANSFER if each in state):
        given = state[key]
        if any(map(_is_function, given.as_list() if isinstance(given, Array) else [given])):
            yield state, key, None
    modes = state.get(Name.BM)
    if isinstance(modes, Array):
        # Of several, of which a reader takes the first that it knows, pdfium knows the first or none.
        yield state, "/BM", modes[0] if len(modes) and isinstance(modes[0], Name) else None


def _is_function(value: object) -> bool:
    return isinstance(value, (Dictionary, Stream)) and Name.FunctionType in value


def _of_spaces(spaces: pikepdf.Object) -> Iterator[Change]:
    for key in list(spaces.keys()) if isinstance(spaces, Dictionary) else ():
        yield from _of_default(spaces, key) if key in _DEFAULTS else _of_space(spaces, key)


def _of_default(spaces: pikepdf.Object, key: str) -> Iterator[Change]:
    """Yield the loss of a space that stands for a plain one, unless it has its colours and is calibrated."""
    space = spaces[key]
    family = str(space[0]) if isinstance(space, Array) and len(space) else ""
    calibrated = family in ("/ICCBased", "/CalGray", "/CalRGB")
    if not calibrated or number_of_colours(space) != _DEFAULTS[key] or not is_plain(space):
        yield spaces, key, None


def _of_space(holder: pikepdf.Object, key: str) -> Iterator[Change]:
    space = holder.get(key)
    if isinstance(space, Array) and not is_plain(space):
        yield holder, key, device_for(space)
