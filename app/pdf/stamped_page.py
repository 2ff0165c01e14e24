"""The first page of an official PDF beside that which was approved: nothing but the stamp was added."""

import math
from collections import Counter

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from app.pdf.frame import Box
from app.pdf.orders import SealOrder
from app.pdf.placing import scale_of
from app.pdf.rehearsal import ReadingsDiffer, page_picture
from app.pdf.stamp import HEADING, stamp_shapes

_AIR = 2
"""Pixels around the stamp that its edge may touch."""
_ROUNDING = 0.5
_HYPHENS = "-\u00ad\x02\ufffe"
"""pdfium tells them apart by what comes behind."""


def check_stamped_page(
    before: pdfium.PdfPage, after: pdfium.PdfPage, order: SealOrder, box: Box | None
) -> None:
    """Compare size, look and text; raises `ReadingsDiffer`.

    `box`: where the stamp is seen, in points from the bottom left corner; None for a strip below the page.
    """
    _check_text(before, after)
    if box is None:
        _make_as_before(before, after)
    elif not _is_of_a_stamp(box, before.get_size(), order):
        raise ReadingsDiffer("page 1: the place of the stamp is not of its size")
    if before.get_size() != after.get_size():
        raise ReadingsDiffer("page 1: another size")
    one, other = page_picture(before), page_picture(after)
    if box is not None:
        height = before.get_size()[1]
        _cover(one, box, height)
        _cover(other, box, height)
    if one.tobytes() != other.tobytes():
        raise ReadingsDiffer("page 1: another look beside the stamp")


def _make_as_before(before: pdfium.PdfPage, after: pdfium.PdfPage) -> None:
    """Take the strip off again: what is left must be the page as it was."""
    width, height = before.get_size()
    new_width, new_height = after.get_size()
    if new_width < width - _ROUNDING or new_height <= height:
        raise ReadingsDiffer("page 1: a smaller page")
    after.set_mediabox(*before.get_mediabox())
    after.set_cropbox(*before.get_cropbox())


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


def _check_text(before: pdfium.PdfPage, after: pdfium.PdfPage) -> None:
    missing = _letters(before) - _letters(after)
    if missing:
        raise ReadingsDiffer("page 1: letters are missing")
    if Counter(HEADING.replace(" ", "")) - (_letters(after) - _letters(before)):
        raise ReadingsDiffer("page 1: no stamp")


def _letters(page: pdfium.PdfPage) -> Counter[str]:
    text_page = page.get_textpage()
    text = str(text_page.get_text_range())
    text_page.close()
    return Counter(letter for letter in text if not letter.isspace() and letter not in _HYPHENS)
