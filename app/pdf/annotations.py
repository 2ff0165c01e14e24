"""Lets every annotation be on paper what it is on the screen, in every reader.

Flags (ISO 32000-2, 12.5.3) hide an annotation from screen or paper, or until somebody points at it; an
annotation without a look of its own (12.5.5) is drawn as each reader likes. So whatever shows something
becomes a stamp that has its look and nothing else; so, in the end, does a field
(`flattening`). Links show nothing, and what pdfium
does not draw goes. So do notes for the screen alone: pages are read without them (`seen_annotations`).
"""

from collections.abc import Iterator
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

INVISIBLE, HIDDEN, PRINT, NO_ZOOM, NO_ROTATE, NO_VIEW, TOGGLE_NO_VIEW = 1, 2, 4, 8, 16, 32, 256
_DEPENDING = INVISIBLE | NO_ZOOM | NO_ROTATE | NO_VIEW | TOGGLE_NO_VIEW
PUSH_BUTTON = 1 << 16

LARGEST_ICON = 64.0
"""Points. A note whose own look may be larger than that is no icon but a part of its page."""
DRAWN_BY_PDFIUM = frozenset(
    (
        "/Circle",
        "/FreeText",
        "/Highlight",
        "/Ink",
        "/Square",
        "/Squiggly",
        "/StrikeOut",
        "/Underline",
    )
)
"""The kinds whose look pdfium makes where the file has none."""
_OF_A_STAMP = frozenset(("/Type", "/Rect", "/F", "/P", "/Contents", "/T", "/M", "/StructParent"))
_OF_READERS = frozenset(("/AP", "/AS", "/MK", "/BS"))
_NO_BORDER = [0, 0, 0]


def annotations_of(page: pikepdf.Page) -> list[pikepdf.Object]:
    """Return the annotations of a page; entries which are none are left out."""
    listed = page.obj.get(Name.Annots)
    if not isinstance(listed, Array):
        return []
    return [each for each in listed.as_list() if isinstance(each, Dictionary)]


def flags_of(annotation: pikepdf.Object) -> int:
    """Return the flags of an annotation, 0 if it has none."""
    flags = annotation.get(Name.F)
    return flags if isinstance(flags, int) else 0


def kind_of(annotation: pikepdf.Object) -> str:
    """Return the kind of an annotation as it is written, "/Widget" for a widget."""
    return str(annotation.get(Name.Subtype))


def is_hidden(annotation: pikepdf.Object) -> bool:
    """Tell whether nobody ever sees an annotation."""
    flags = flags_of(annotation)
    return bool(flags & HIDDEN or (flags & NO_VIEW and not flags & PRINT))


def has_look(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation brings an appearance of its own, be it one that nothing can draw."""
    looks = annotation.get(Name.AP)
    return isinstance(looks, Dictionary) and Name.N in looks


def is_note(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation is the icon or the window of a note, which is no part of its page."""
    kind = kind_of(annotation)
    if kind == "/Popup":
        return True
    return kind == "/Text" and (not has_look(annotation) or _is_small(annotation))


def is_field(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation shows a field; some readers show the widget of none, others do not."""
    return kind_of(annotation) == "/Widget" and inherited(annotation, Name.FT) is not None


def is_box(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation shows a check box or a radio button, which has a look for each state."""
    flags = inherited(annotation, Name.Ff)
    is_pushed = isinstance(flags, int) and flags & PUSH_BUTTON
    return is_field(annotation) and inherited(annotation, Name.FT) == Name.Btn and not is_pushed


def waits_for_signature(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation shows a field to be signed, which readers draw as they like."""
    return (
        is_field(annotation)
        and inherited(annotation, Name.FT) == Name.Sig
        and inherited(annotation, Name.V) is None
    )


def redraws_fields(pdf: pikepdf.Pdf) -> bool:
    """Tell whether `pdf` asks readers to draw the fields of its form anew."""
    form = pdf.Root.get(Name.AcroForm)
    return isinstance(form, Dictionary) and bool(form.get(Name.NeedAppearances, False))


def awaits_look(annotation: pikepdf.Object, *, redrawn: bool) -> bool:
    """Tell whether pdfium makes the look of an annotation; `redrawn`: of all fields but signatures."""
    if is_field(annotation):
        kind = inherited(annotation, Name.FT)
        return kind != Name.Sig if redrawn else kind in (Name.Tx, Name.Ch) and not has_look(annotation)
    return kind_of(annotation) in DRAWN_BY_PDFIUM and not has_look(annotation)


def settle_annotations(pdf: pikepdf.Pdf, *, waiting: bool) -> bool:
    """Let every reader show the annotations of `pdf` alike, on the screen and on paper.

    `waiting`: leave those alone that are still to get the look that pdfium makes; tell whether there are any.
    """
    redrawn = waiting and redraws_fields(pdf)
    awaiting = False
    for page in pdf.pages:
        present = annotations_of(page)
        if not present:
            continue
        settled: list[pikepdf.Object] = []
        for annotation in present:
            if _is_mere_link(annotation):
                settled.append(_bare(annotation))
            elif waiting and not is_hidden(annotation) and awaits_look(annotation, redrawn=redrawn):
                awaiting = True
                _print(annotation)
                settled.append(annotation)
            else:
                settled += _settled(pdf, annotation)
        # pdfium draws fields last; others draw all in the order of the list.
        settled.sort(key=is_field)
        if _numbers(settled) != _numbers(present):
            page.obj.Annots = Array(settled)
    if not awaiting and redraws_fields(pdf):
        del pdf.Root.AcroForm.NeedAppearances
    return awaiting


def _is_mere_link(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation is what most are; some pages have hundreds."""
    return Name.AP not in annotation and kind_of(annotation) == "/Link" and not is_hidden(annotation)


def _numbers(annotations: list[pikepdf.Object]) -> list[object]:
    return [each.objgen if each.is_indirect else id(each) for each in annotations]


def _settled(pdf: pikepdf.Pdf, annotation: pikepdf.Object) -> list[pikepdf.Object]:
    """Return what stands in an annotation's place: itself, nothing, or itself bare and a stamp over it."""
    if is_hidden(annotation) or is_note(annotation):
        return []
    if is_box(annotation):
        return _settled_box(annotation)
    look = look_of(annotation)
    if _works_without_look(annotation):
        over = [] if look is None else [_stamp(pdf, annotation, look)]
        return [_bare(annotation), *over]
    if look is None:
        return []
    if is_field(annotation):
        annotation.AP = Dictionary(N=look)
        _print(annotation)
    else:
        make_stamp(annotation, look)
    return [annotation]


def _works_without_look(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation has a use beside its look: a link, or a field that is still to be signed."""
    return kind_of(annotation) == "/Link" or waits_for_signature(annotation)


def _settled_box(box: pikepdf.Object) -> list[pikepdf.Object]:
    if not has_look(box):
        return []
    looks = box.AP.N
    state = state_of(box)
    if isinstance(looks, pikepdf.Stream):
        # pdfium draws no more than a frame then, others this look.
        looks = Dictionary({f"/{state}": looks})
    box.AP = Dictionary(N=looks)
    box.AS = Name(f"/{state}")
    _print(box)
    return [box]


def state_of(annotation: pikepdf.Object) -> str:
    """Return the name of the look that pdfium takes, of several."""
    states = annotation.AP.N
    chosen = _text(annotation.get(Name.AS))
    if chosen:
        return chosen
    above = annotation.get(Name.Parent)
    value = _text(annotation.get(Name.V)) or _text(
        above.get(Name.V) if isinstance(above, Dictionary) else None
    )
    return value if value and isinstance(states, Dictionary) and f"/{value}" in states else "Off"


def look_of(annotation: pikepdf.Object) -> pikepdf.Stream | None:
    """Return the appearance in which pdfium draws an annotation, if the file has it."""
    looks = annotation.AP.N if has_look(annotation) else None
    if isinstance(looks, Dictionary) and not isinstance(looks, pikepdf.Stream):
        looks = looks.get(f"/{state_of(annotation)}")
    return looks if isinstance(looks, pikepdf.Stream) else None


def _text(value: object) -> str:
    return str(value).removeprefix("/") if isinstance(value, (Name, pikepdf.String)) else ""


def _print(annotation: pikepdf.Object) -> None:
    flags = flags_of(annotation)
    settled = (flags | PRINT) & ~_DEPENDING
    if settled != flags:
        annotation.F = settled


def make_stamp(annotation: pikepdf.Object, look: pikepdf.Stream) -> None:
    """Leave of an annotation its look, which every reader shows as it stands."""
    for key in annotation.keys() - _OF_A_STAMP:
        del annotation[key]
    annotation.Subtype = Name.Stamp
    annotation.AP = Dictionary(N=look)
    _print(annotation)


def _stamp(pdf: pikepdf.Pdf, below: pikepdf.Object, look: pikepdf.Stream) -> pikepdf.Object:
    stamp = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=below.get(Name.Rect), F=flags_of(below)))
    make_stamp(stamp, look)
    return stamp


def _bare(annotation: pikepdf.Object) -> pikepdf.Object:
    """Take from an annotation what readers would draw; they draw a border unless it is denied."""
    for key in _OF_READERS & annotation.keys():
        del annotation[key]
    if kind_of(annotation) == "/Link" and annotation.get(Name.Border) != Array(_NO_BORDER):
        annotation.Border = Array(_NO_BORDER)
    return annotation


def _is_small(annotation: pikepdf.Object) -> bool:
    left, bottom, right, top = rectangle_of(annotation)
    return max(abs(right - left), abs(top - bottom)) <= LARGEST_ICON


class Rectangle(NamedTuple):
    """The corners of an annotation as they are written, in points."""

    left: float
    bottom: float
    right: float
    top: float


def rectangle_of(annotation: pikepdf.Object) -> Rectangle:
    """Return where an annotation lies; an empty place if it says nothing that can be read."""
    edges = annotation.get(Name.Rect)
    numbers = list(edges.as_list()) if isinstance(edges, Array) else []
    try:
        return Rectangle(*(float(edge) for edge in numbers))
    except (TypeError, ValueError):
        return Rectangle(0, 0, 0, 0)


def inherited(field: pikepdf.Object, key: Name) -> object | None:
    """Return what a field or one of the fields above it says of `key`."""
    for each in _upwards(field):
        if key in each:
            return each[key]
    return None


def _upwards(field: pikepdf.Object) -> Iterator[pikepdf.Object]:
    above: object = field
    for _ in range(50):  # Bounded, because the fields of a foreign file may form a circle.
        if not isinstance(above, Dictionary):
            return
        yield above
        above = above.get(Name.Parent)
