"""Lets every annotation be on paper what it is on the screen.

Flags (ISO 32000-2, 12.5.3) hide an annotation from one or the other, or until somebody points at it.
What is hidden everywhere is taken out; what one of them shows, both show from now on, so that the
rehearsal finds what had been for paper alone.
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name

INVISIBLE, HIDDEN, PRINT, NO_VIEW, TOGGLE_NO_VIEW = 1, 2, 4, 32, 256

_NOTES = frozenset(("/Text", "/Popup"))
_LARGEST_ICON = 64.0
"""Points; a note's icon is not read. A note that shows more than that is no icon."""


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


def settle_annotations(pdf: pikepdf.Pdf) -> None:
    """Drop the annotations of `pdf` that nobody sees, and let the others be printed as they are shown."""
    for page in pdf.pages:
        present = annotations_of(page)
        kept = [each for each in present if not _is_hidden(each)]
        for annotation in kept:
            _settle(annotation)
        if len(kept) < len(present):
            page.obj.Annots = Array(kept)


def _is_hidden(annotation: pikepdf.Object) -> bool:
    flags = flags_of(annotation)
    return bool(flags & HIDDEN or (flags & NO_VIEW and not flags & PRINT))


def _settle(annotation: pikepdf.Object) -> None:
    if not has_look(annotation) or _is_small_note(annotation):
        return
    _show_strays(annotation)
    flags = flags_of(annotation)
    settled = (flags | PRINT) & ~(INVISIBLE | NO_VIEW | TOGGLE_NO_VIEW)
    if settled != flags:
        annotation.F = settled


def has_look(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation brings an appearance of its own."""
    looks = annotation.get(Name.AP)
    return isinstance(looks, Dictionary) and Name.N in looks


def _show_strays(annotation: pikepdf.Object) -> None:
    """Some readers show the widget of no field, others do not; as a stamp it is shown by all."""
    if annotation.get(Name.Subtype) == Name.Widget and inherited(annotation, Name.FT) is None:
        annotation.Subtype = Name.Stamp


def _is_small_note(annotation: pikepdf.Object) -> bool:
    if str(annotation.get(Name.Subtype)) not in _NOTES:
        return False
    rectangle = annotation.get(Name.Rect)
    if not isinstance(rectangle, Array) or len(rectangle) != 4:
        return False
    left, bottom, right, top = (float(edge) for edge in rectangle.as_list())
    return max(abs(right - left), abs(top - bottom)) <= _LARGEST_ICON


def inherited(field: pikepdf.Object, key: Name) -> object | None:
    """Return what a field or one of the fields above it says of `key`."""
    for each in _upwards(field):
        if key in each:
            return each[key]
    return None


def topmost(field: pikepdf.Object) -> pikepdf.Object:
    """Return the field that no other field holds."""
    *_, top = _upwards(field)
    return top


def _upwards(field: pikepdf.Object) -> Iterator[pikepdf.Object]:
    above: object = field
    for _ in range(50):  # Bounded, because the fields of a foreign file may form a circle.
        if not isinstance(above, Dictionary):
            return
        yield above
        above = above.get(Name.Parent)
