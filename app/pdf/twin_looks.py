"""Compares a document with itself once metric twins are embedded: the same letters in the same places.

That the letters are the same follows from the encodings (`metric_twins`). What a reader makes of them is
compared all the same: the text, the origin of every letter, everything beside the letters to the last
shade of grey, and how much ink there is in each place of about the size of a letter.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops, ImageDraw

from app.pdf.rehearsal import ReadingsDiffer

_LONGEST_SIDE = 1200
"""Of the compared pictures, in pixels; most pages have one pixel a point."""
_PLACE = 6
"""The side of the places whose ink is compared, in pixels."""
_MOST_CHANGE = 50
"""How much the average grey (0-255) of a place may change. Measured on twins of all styles: at most 33,
since the faces differ a little in weight. That a letter is the same rests on its encoding, not on this."""
_AIR = 2
_ROUNDING = 0.01

_Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Letter:
    sign: int
    x: float
    y: float
    box: _Box
    """Left, top, right, bottom, in pixels of the compared picture."""


def check_twins(before: pdfium.PdfDocument, after: pdfium.PdfDocument) -> None:
    """Compare all pages; raises `ReadingsDiffer`."""
    for number in range(len(before)):
        one, other = before[number], after[number]
        difference = _difference(one, other)
        if difference:
            raise ReadingsDiffer(f"page {number + 1}: {difference} with embedded fonts")
        one.close()
        other.close()


def _difference(before: pdfium.PdfPage, after: pdfium.PdfPage) -> str | None:
    one, other = _picture(before), _picture(after)
    if one.tobytes() == other.tobytes() and _text(before) == _text(after):
        # No letter on the page is in a font that got a twin, though the page may name one.
        return None
    letters, letters_after = list(_letters(before, one.size)), list(_letters(after, other.size))
    if [letter.sign for letter in letters] != [letter.sign for letter in letters_after]:
        return "another text"
    if any(map(_is_moved, letters, letters_after)):
        return "letters elsewhere"
    ink = ImageChops.difference(one.reduce(_PLACE), other.reduce(_PLACE))
    if max(ink.tobytes()) > _MOST_CHANGE:
        return "another look"
    beside = ImageChops.difference(one, other)
    drawing = ImageDraw.Draw(beside)
    for letter in letters + letters_after:
        drawing.rectangle(letter.box, fill=0)
    return "another look beside the letters" if beside.getbbox() else None


def _text(page: pdfium.PdfPage) -> str:
    text_page = page.get_textpage()
    text = str(text_page.get_text_range())
    text_page.close()
    return text


def _is_moved(one: _Letter, other: _Letter) -> bool:
    return abs(one.x - other.x) > _ROUNDING or abs(one.y - other.y) > _ROUNDING


def _picture(page: pdfium.PdfPage) -> Image.Image:
    scale = min(1.0, _LONGEST_SIDE / max(page.get_size()))
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture


def _letters(page: pdfium.PdfPage, size: tuple[int, int]) -> Iterator[_Letter]:
    text_page = page.get_textpage()
    box, x, y = pdfium_c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for number in range(pdfium_c.FPDFText_CountChars(text_page)):
        pdfium_c.FPDFText_GetCharOrigin(text_page, number, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(text_page, number, box)
        sign = pdfium_c.FPDFText_GetUnicode(text_page, number)
        yield _Letter(sign, x.value, y.value, _seen(page, size, box))
    text_page.close()


def _seen(page: pdfium.PdfPage, size: tuple[int, int], box: pdfium_c.FS_RECTF) -> _Box:
    """Return where a box of the page's own coordinates lies in its picture, with some air around."""
    corners = [_pixel(page, size, x, y) for x, y in ((box.left, box.bottom), (box.right, box.top))]
    (x1, y1), (x2, y2) = corners
    return min(x1, x2) - _AIR, min(y1, y2) - _AIR, max(x1, x2) + _AIR, max(y1, y2) + _AIR


def _pixel(page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value
