"""Tells whether a file that is filed as it came lets somebody switch what its pages show.

Layers that are off, or that a reader turns on or off by what it does, and actions that hide annotations,
switch layers or reset fields at a click, and pictures with an alternate for paper (ISO 32000-2, 8.11.4,
12.6.4 and 8.9.5.4). Files that are rewritten lose such actions here, layers and alternates in `layers`.
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.pdf.layers import switched_off

_SWITCHING = frozenset(("/Hide", "/SetOCGState", "/ResetForm"))
# Where actions hang, ISO 32000-2, 12.6 and 12.4.4.2; a structure element or a style of such a name does not.
_ACTIONS = frozenset(("/A", "/PA", "/NA", "/OpenAction", "/Next"))
_EVENTS = "/AA"
_STATES = {"/Print": "/PrintState", "/View": "/ViewState", "/Export": "/ExportState"}
_BY_READER = frozenset(("/Zoom", "/Language", "/User"))
_DEEPEST = 100


def leaves_switches(pdf: pikepdf.Pdf) -> bool:
    """Tell whether layers or actions of `pdf` may show something else than is shown when it is opened."""
    return bool(switched_off(pdf)) or _has_other_starts(pdf) or any(map(_switches, all_dictionaries(pdf)))


def mentions_switches(written: bytes) -> bool:
    """Tell whether a file, written with its objects in plain sight, may hold such actions."""
    return any(name.encode() in written for name in _SWITCHING)


def drop_switches(pdf: pikepdf.Pdf) -> None:
    """Take such actions out of `pdf`, with what would follow them."""
    for holder in list(all_dictionaries(pdf)):
        for place, key, value in list(_actions(holder)):
            if isinstance(value, Array):
                place[key] = Array([each for each in value.as_list() if not _is_switching(each)])
            elif _is_switching(value):
                del place[key]


def _actions(holder: pikepdf.Object) -> Iterator[tuple[pikepdf.Object, str, pikepdf.Object]]:
    """Yield whatever hangs from a dictionary as an action, or as several, with its place there."""
    for key, value in holder.items():
        if key in _ACTIONS:
            yield holder, key, value
        elif key == _EVENTS and isinstance(events := _body(value), Dictionary):
            yield from ((events, event, action) for event, action in events.items())


def _body(thing: pikepdf.Object) -> pikepdf.Object:
    """Return a stream's dictionary, which some readers take for the thing itself."""
    return thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing


def all_dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary of `pdf`, those of streams and those within others included."""
    holders = (thing for thing in pdf.objects if isinstance(thing, (Dictionary, Array, pikepdf.Stream)))
    return _dictionaries(holders, 0)


def _has_other_starts(pdf: pikepdf.Pdf) -> bool:
    """Tell whether the catalogue lists a way to show layers beside that of opening them all."""
    properties = pdf.Root.get(Name.OCProperties)
    if not isinstance(properties, Dictionary):
        return False
    others = properties.get(Name.Configs)
    starts = [properties.get(Name.D), *(others.as_list() if isinstance(others, Array) else [])]
    return any(_starts_otherwise(start) for start in starts if isinstance(start, Dictionary))


def _starts_otherwise(start: pikepdf.Object) -> bool:
    off = start.get(Name.OFF)
    return bool(isinstance(off, Array) and len(off)) or start.get(Name.BaseState, Name.ON) != Name.ON


def _dictionaries(things: Iterator[pikepdf.Object], depth: int) -> Iterator[pikepdf.Object]:
    """Yield all dictionaries; what is an object of its own is met by itself."""
    for thing in things:
        body = _body(thing)
        if isinstance(body, Dictionary):
            yield body
            children = [body[key] for key in body.keys()]  # noqa: SIM118 -- iterating it is not typed
        else:
            children = list(body.as_list())
        if depth < _DEEPEST:
            inner = (each for each in children if isinstance(each, (Dictionary, Array)))
            yield from _dictionaries((each for each in inner if not each.is_indirect), depth + 1)


def _switches(dictionary: pikepdf.Object) -> bool:
    if Name.Alternates in dictionary or any(_is_switching(action) for _, _, action in _actions(dictionary)):
        return True
    if dictionary.get(Name.Type) == Name.OCMD:
        return Name.VE in dictionary or str(dictionary.get(Name.P)) in ("/AllOff", "/AnyOff")
    return dictionary.get(Name.Type) == Name.OCG and _depends(dictionary.get(Name.Usage))


def _is_switching(action: pikepdf.Object) -> bool:
    """Tell whether something is such an action, or a list that has one however deep."""
    if isinstance(action, Array):
        return any(map(_is_switching, action.as_list()))
    body = _body(action)
    return isinstance(body, Dictionary) and str(body.get(Name.S)) in _SWITCHING


def _depends(usage: object) -> bool:
    """Tell whether a layer is off for some use, or as its reader is set."""
    if not isinstance(usage, Dictionary):
        return False
    uses = [(usage.get(use), state) for use, state in _STATES.items()]
    return bool(_BY_READER & usage.keys()) or any(
        isinstance(use, Dictionary) and use.get(state) == Name.OFF for use, state in uses
    )
