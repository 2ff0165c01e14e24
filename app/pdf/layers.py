"""Takes optional content out of a document: layers become part of the page, alternate pictures go.

Readers disagree on which layers they show on a screen and print on paper (ISO 32000-2, 8.11.4: `/OFF`,
`/BaseState`, usage by event, membership dictionaries), and a reader may switch one on later. Pictures and
annotations of a layer that is off are emptied here, everything else is shown, so that all show the same
and nothing is left to switch. The rehearsal finds whether a layer had hidden anything else. Pictures may
have alternates for printing (8.9.5.4), which are dropped.
"""

from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name

_GROUP, _MEMBERSHIP = Name("/OCG"), Name("/OCMD")
_OF_LAYERS = frozenset(("/Usage", "/OCGs", "/VE", "/Intent"))
_HIDDEN = 2
_NOT_PAINTED = b"\x80"  # A stencil of one sample that lets nothing through (8.9.6.2).
_DEEPEST = 100
# How the states of its groups decide whether the content of a membership dictionary is shown (8.11.2.2).
_POLICIES: dict[str, Callable[[list[bool]], bool]] = {
    "/AllOn": all,
    "/AnyOn": any,
    "/AnyOff": lambda states: not all(states),
    "/AllOff": lambda states: not any(states),
}

Number = tuple[int, int]


def mentions_choices(written: bytes) -> bool:
    """Tell whether a file, written with its objects in plain sight, may leave readers such choices."""
    return b"/OC" in written or b"/Alternates" in written


def show_all(pdf: pikepdf.Pdf) -> None:
    """Let nothing of `pdf` depend on layers; content keeps its marks, which mean nothing any more."""
    holders = (Dictionary, Array, pikepdf.Stream)
    things: list[pikepdf.Object] = [thing for thing in pdf.objects if isinstance(thing, holders)]
    hidden = switched_off(pdf)
    for thing in things:
        _empty_if_hidden(thing, hidden)
    for thing in things:
        _settle(thing, 0)
    if Name.OCProperties in pdf.Root:
        del pdf.Root.OCProperties


def switched_off(pdf: pikepdf.Pdf) -> set[Number]:
    """Return the groups that are off when the document is opened."""
    properties = pdf.Root.get(Name.OCProperties)
    if not isinstance(properties, Dictionary) or not isinstance(properties.get(Name.D), Dictionary):
        return set()
    start = properties.D
    every = _numbers(properties.get(Name.OCGs)) if start.get(Name.BaseState) == Name.OFF else set()
    return (every - _numbers(start.get(Name.ON))) | _numbers(start.get(Name.OFF))


def _numbers(groups: object) -> set[Number]:
    listed = groups.as_list() if isinstance(groups, Array) else [groups]
    return {group.objgen for group in listed if isinstance(group, Dictionary)}


def _empty_if_hidden(thing: pikepdf.Object, hidden: set[Number]) -> None:
    body = _body(thing)
    layer = body.get(Name.OC) if isinstance(body, Dictionary) else None
    if not isinstance(layer, Dictionary) or _is_shown(layer, hidden):
        return
    if body.get(Name.Subtype) == Name.Image and isinstance(thing, pikepdf.Stream):
        thing.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=1, ImageMask=True
        )
        thing.write(_NOT_PAINTED)
    elif not isinstance(thing, pikepdf.Stream):
        body.F = _HIDDEN


def _is_shown(layer: pikepdf.Object, hidden: set[Number]) -> bool:
    if layer.get(Name.Type) != _MEMBERSHIP:
        return layer.objgen not in hidden
    states = [number not in hidden for number in _numbers(layer.get(Name.OCGs))]
    policy = _POLICIES.get(str(layer.get(Name.P)), any)
    return not states or policy(states)


def _settle(thing: pikepdf.Object, depth: int) -> None:
    body = _body(thing)
    if isinstance(body, Dictionary):
        if _is_layer(body):
            _make_plain(body)
        for choice in (Name.OC, Name.Alternates):
            if choice in body:
                del body[choice]
        children = [body[key] for key in body.keys()]  # noqa: SIM118 -- iterating it is not typed
    else:
        children = list(body.as_list())
    for child in children:
        is_holder = isinstance(child, (Dictionary, Array))
        if is_holder and not child.is_indirect and depth < _DEEPEST:
            _settle(child, depth + 1)


def _body(thing: pikepdf.Object) -> pikepdf.Object:
    return thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing


def _is_layer(body: pikepdf.Object) -> bool:
    kind = body.get(Name.Type)
    return kind in (_GROUP, _MEMBERSHIP) or (kind is None and not _OF_LAYERS.isdisjoint(body.keys()))


def _make_plain(layer: pikepdf.Object) -> None:
    for key in layer.keys() - {"/Name"}:
        del layer[key]
    layer.Type = _GROUP
    if not isinstance(layer.get(Name.Name), pikepdf.String):
        layer.Name = pikepdf.String("")
