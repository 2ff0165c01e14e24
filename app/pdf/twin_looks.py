"""Compares a document with itself once metric twins are embedded: the same letters in the same places.

That the letters are the same follows from the encodings (`metric_twins`). What a reader makes of them is
compared all the same: the text, the origin of every letter, everything beside the letters to the last
shade of grey, and how much ink there is in each place of about the size of a letter. Annotations count as
letters.
"""

import ctypes
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops, ImageDraw

from app.pdf.seen_annotations import places_of_annotations

_LONGEST_SIDE = 1200
"""Of the compared pictures, in pixels; most pages have one pixel a point."""
_PLACE = 6
"""The side of the places whose ink is compared, in pixels."""
_MOST_CHANGE = 50
"""How much the average grey (0-255) of a place may change. Measured on twins of all styles: at most 33,
since the faces differ a little in weight. That a letter is the same rests on its encoding, not on this."""
_AIR = 2
_ROUNDING = 0.01
_FINE = 4096
"""pdfium tells whole pixels, so it is asked about a picture that is so many times larger."""

_Box = tuple[int, int, int, int]
_Corners = tuple[float, float, float, float]


class _Letter(NamedTuple):
    x: float
    y: float
    corners: _Corners
    """Left, bottom, right, top, with the room above and below; in points, as the origin."""


def difference_by_twins(before: pdfium.PdfPage, after: pdfium.PdfPage) -> str | None:
    """Return what embedding twins changed in a page beside the cut of its letters, None if nothing."""
    difference = _difference(before, after)
    return f"{difference} with embedded fonts" if difference else None


def _difference(before: pdfium.PdfPage, after: pdfium.PdfPage) -> str | None:
    texts, texts_after = before.get_textpage(), after.get_textpage()
    if texts.get_text_range() != texts_after.get_text_range():
        return "another text"
    one, other = _picture(before), _picture(after)
    if one.tobytes() == other.tobytes():
        # No letter on the page is in a font that got a twin, though the page may name one.
        return None
    letters, letters_after = list(_letters(texts)), list(_letters(texts_after))
    if len(letters) != len(letters_after) or any(map(_is_moved, letters, letters_after)):
        return "letters elsewhere"
    ink = ImageChops.difference(one.reduce(_PLACE), other.reduce(_PLACE))
    if max(ink.tobytes()) > _MOST_CHANGE:
        return "another look"
    beside = ImageChops.difference(one, other)
    drawing = ImageDraw.Draw(beside)
    # The letters in a look are not those of the page, but they are within the place of its annotation.
    boxes = chain((letter.corners for letter in chain(letters, letters_after)), places_of_annotations(before))
    for box in _seen(before, one.size, boxes):
        drawing.rectangle(box, fill=0)
    return "another look beside the letters" if beside.getbbox() else None


def _is_moved(one: _Letter, other: _Letter) -> bool:
    return abs(one.x - other.x) > _ROUNDING or abs(one.y - other.y) > _ROUNDING


def _picture(page: pdfium.PdfPage) -> Image.Image:
    scale = min(1.0, _LONGEST_SIDE / max(page.get_size()))
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture


def _letters(text_page: pdfium.PdfTextPage) -> Iterator[_Letter]:
    raw = text_page.raw
    box, x, y = pdfium_c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for number in range(pdfium_c.FPDFText_CountChars(raw)):
        pdfium_c.FPDFText_GetCharOrigin(raw, number, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(raw, number, box)
        yield _Letter(x.value, y.value, (box.left, box.bottom, box.right, box.top))


def _seen(page: pdfium.PdfPage, size: tuple[int, int], places: Iterable[_Corners]) -> Iterator[_Box]:
    """Yield where places of a page lie in its picture of that size, with some air around."""
    a, b, c, d, e, f = _matrix(page, size)
    for left, bottom, right, top in places:
        x1, y1 = a * left + c * bottom + e, b * left + d * bottom + f
        x2, y2 = a * right + c * top + e, b * right + d * top + f
        yield (
            round(min(x1, x2)) - _AIR,
            round(min(y1, y2)) - _AIR,
            round(max(x1, x2)) + _AIR,
            round(max(y1, y2)) + _AIR,
        )


def _matrix(page: pdfium.PdfPage, size: tuple[int, int]) -> tuple[float, float, float, float, float, float]:
    """Return the way from points of a page to pixels of its picture; page and picture may be turned."""
    far = max(page.get_size())
    e, f = _pixel(page, size, 0, 0)
    (x1, y1), (x2, y2) = _pixel(page, size, far, 0), _pixel(page, size, 0, far)
    return (x1 - e) / far, (y1 - f) / far, (x2 - e) / far, (y2 - f) / far, e, f


def _pixel(page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    large = (size[0] * _FINE, size[1] * _FINE)
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *large, 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE
