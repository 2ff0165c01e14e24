"""The first page of an official PDF beside that which was approved: nothing but the stamp was added."""

import math
from collections import Counter

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from app.pdf.frame import Box
from app.pdf.orders import SealOrder
from app.pdf.placing import scale_of
from app.pdf.rehearsal import page_picture, prints_as_shown
from app.pdf.stamp import HEADING, stamp_shapes

_AIR = 2
"""Pixels around the stamp that its edge may touch."""
_ROUNDING = 0.5
_WITHOUT_HYPHENS = dict.fromkeys(map(ord, "-\u00ad\x02\ufffe"))
"""pdfium tells them apart by what comes behind."""


def difference_beside_stamp(
    before: pdfium.PdfPage, after: pdfium.PdfPage, order: SealOrder, box: Box | None
) -> str | None:
    """Return what differs in size, look and text beside the stamp, None if nothing does.

    `box`: where the stamp is seen, in points from the bottom left corner; None for a strip below the page.
    """
    difference = _other_text(before, after)
    if difference:
        return difference
    if box is None and not _make_as_before(before, after):
        return "a smaller page"
    if box is not None and not _is_of_a_stamp(box, before.get_size(), order):
        return "the place of the stamp is not of its size"
    if before.get_size() != after.get_size():
        return "another size"
    one, other = page_picture(before), page_picture(after)
    if not prints_as_shown(after, other):
        return "another look on paper"
    if box is not None:
        height = before.get_size()[1]
        _cover(one, box, height)
        _cover(other, box, height)
    return None if one.tobytes() == other.tobytes() else "another look beside the stamp"


def _make_as_before(before: pdfium.PdfPage, after: pdfium.PdfPage) -> bool:
    """Take the strip off again: what is left must be the page as it was. Tell whether there was one."""
    width, height = before.get_size()
    new_width, new_height = after.get_size()
    if new_width < width - _ROUNDING or new_height <= height:
        return False
    after.set_mediabox(*before.get_mediabox())
    after.set_cropbox(*before.get_cropbox())
    return True


def _is_of_a_stamp(box: Box, size: tuple[float, float], order: SealOrder) -> bool:
    scale = scale_of(*size)
    wide, high = box[2] - box[0], box[3] - box[1]
    return any(
        math.isclose(wide, shape.width * scale, abs_tol=_ROUNDING)
        and math.isclose(high, shape.height * scale, abs_tol=_ROUNDING)
        for shape in stamp_shapes(order)
    )


def _cover(picture: Image.Image, box: Box, height: float) -> None:
    left, bottom, right, top = (edge * picture.height / height for edge in box)
    place = (left - _AIR, picture.height - top - _AIR, right + _AIR, picture.height - bottom + _AIR)
    ImageDraw.Draw(picture).rectangle(place, fill=128)


def _other_text(before: pdfium.PdfPage, after: pdfium.PdfPage) -> str | None:
    approved, found = _letters(before), _letters(after)
    if approved - found:
        return "letters are missing"
    if Counter(HEADING.replace(" ", "")) - (found - approved):
        return "no stamp"
    return None


def _letters(page: pdfium.PdfPage) -> Counter[str]:
    text_page = page.get_textpage()
    text = str(text_page.get_text_range())
    text_page.close()
    return Counter("".join(text.split()).translate(_WITHOUT_HYPHENS))
