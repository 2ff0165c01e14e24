"""Tells whether a file that is filed as it came leaves to its readers what they show of it.

Such a file cannot be settled (`rewriting`), so it is taken, and filed, only if there is nothing to
settle that shows.
"""

from collections.abc import Iterator
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.pdf.annotations import (
    INVISIBLE,
    NO_VIEW,
    NO_ZOOM,
    PRINT,
    TOGGLE_NO_VIEW,
    annotations_of,
    flags_of,
    has_look,
    inherited,
    is_box,
    is_field,
    is_hidden,
    is_note,
    kind_of,
    rectangle_of,
    redraws_fields,
    waits_for_signature,
)
from app.pdf.form_fields import FormFields
from app.pdf.look_contents import paints_nothing
from app.pdf.painting import leaves_painting
from app.pdf.switches import leaves_switches

_SHOWN_BY_ALL = frozenset(
    (
        "/Caret",
        "/Circle",
        "/FreeText",
        "/Highlight",
        "/Ink",
        "/Line",
        "/PolyLine",
        "/Polygon",
        "/Square",
        "/Squiggly",
        "/Stamp",
        "/StrikeOut",
        "/Underline",
    )
)
"""The kinds that every reader shows in the look they bring."""
_DEPENDING = INVISIBLE | NO_VIEW | TOGGLE_NO_VIEW | NO_ZOOM
_WIDEST_BORDER = 3.0
_NUMBERS = (int, float, Decimal)


def leaves_a_choice(pdf: pikepdf.Pdf, fields: FormFields) -> bool:
    """Tell whether readers may show `pdf`, which has these `fields`, differently, or print another thing."""
    left = fields.contradicting or fields.left_open or _leaves_looks(pdf)
    return left or leaves_switches(pdf) or leaves_painting(pdf)


def _leaves_looks(pdf: pikepdf.Pdf) -> bool:
    redrawn = redraws_fields(pdf)
    return any(
        _is_left(annotation, redrawn=redrawn)
        for page in pdf.pages
        for annotation in annotations_of(page)
        if not is_hidden(annotation)
    )


def _is_left(annotation: pikepdf.Object, *, redrawn: bool) -> bool:
    if is_note(annotation):
        # An icon is known as one, whichever a reader draws; a look may be taken for words of the page.
        return _is_drawn(annotation)
    if kind_of(annotation) == "/Link":
        return _is_drawn(annotation) or _border_of(annotation) > _WIDEST_BORDER
    if _shows_nothing(annotation):
        return False
    if (
        waits_for_signature(annotation)
        or not has_look(annotation)
        or flags_of(annotation) & (_DEPENDING | PRINT) != PRINT
    ):
        return True
    if is_field(annotation):
        return redrawn or _changes(annotation)
    return kind_of(annotation) not in _SHOWN_BY_ALL


def _shows_nothing(annotation: pikepdf.Object) -> bool:
    left, bottom, right, top = rectangle_of(annotation)
    if left == right or bottom == top:
        return True
    if not is_field(annotation) or _is_drawn(annotation):
        return False
    return inherited(annotation, Name.FT) == Name.Sig or (
        Name.MK not in annotation and inherited(annotation, Name.V) is None
    )


def _is_drawn(annotation: pikepdf.Object) -> bool:
    """Tell whether an annotation brings anything to be drawn, be it for who points at it."""
    looks = annotation.get(Name.AP)
    if not isinstance(looks, Dictionary):
        return False
    return not all(isinstance(look, pikepdf.Stream) and paints_nothing(look) for look in _each_look(looks))


def _each_look(looks: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for look in looks.values():
        is_several = isinstance(look, Dictionary) and not isinstance(look, pikepdf.Stream)
        yield from look.values() if is_several else [look]


def _changes(field: pikepdf.Object) -> bool:
    """Tell whether a field looks otherwise when somebody points at it, or has no look that is agreed on."""
    if Name.R in field.AP:
        return True
    is_one = isinstance(field.AP.N, pikepdf.Stream)
    return is_one or Name.AS not in field if is_box(field) else not is_one


def _border_of(link: pikepdf.Object) -> float:
    style, edges = link.get(Name.BS), link.get(Name.Border)
    widths: list[object] = [style.get(Name.W)] if isinstance(style, Dictionary) else []
    if isinstance(edges, Array):
        widths += edges.as_list()[2:3]
    return max((float(str(width)) for width in widths if isinstance(width, _NUMBERS)), default=1.0)
