"""Where a stamp fits on a page without lying on text, a picture, a form field or any other ink.

The page is cut into cells; a cell is busy when a word or picture reaches into it or when it shows
ink. Each row of cells is one integer, a bit for each free cell, which makes the search quick.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageDraw, ImageFilter

from app.pdf.frame import Box, Frame

_CELLS_ACROSS = 200
_MOST_CELLS = 900
_PIXELS_PER_CELL = 2
_PAPER = 250
_MOST_OBJECTS = 20_000
_MOST_WORDS = 20_000
_PICTURE_TYPES = (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING)


@dataclass(frozen=True)
class Room:
    """The cells of a page as seen: size of a cell in points, and a bit for each free one by row."""

    cell: float
    columns: int
    rows: tuple[int, ...]
    """From the top; the lowest bit of a row is its rightmost cell."""

    def find(self, width: float, height: float, margin: float) -> tuple[float, float] | None:
        """Return the top left corner, in points from the seen top left, of a free box of that size.

        Corners are preferred: top right, bottom right, bottom left, top left. `margin` stays free at
        each edge of the page.
        """
        wide, high = math.ceil(width / self.cell), math.ceil(height / self.cell)
        edge = math.ceil(margin / self.cell)
        best: tuple[float, int, int] | None = None
        for top in range(edge, len(self.rows) - edge - high + 1):
            starts = _runs(reduce(int.__and__, self.rows[top : top + high]), wide)
            for left in self._outermost(starts, wide, edge):
                cost = self._cost(top, left, wide, high, edge)
                best = min(best or (cost, top, left), (cost, top, left))
        return (best[2] * self.cell, best[1] * self.cell) if best else None

    def _outermost(self, starts: int, wide: int, edge: int) -> Iterator[int]:
        """Yield the leftmost and the rightmost column where a free run of `wide` cells can begin."""
        starts >>= edge
        starts &= (1 << max(0, self.columns - 2 * edge - wide + 1)) - 1
        if starts:
            yield self.columns - edge - wide - (starts.bit_length() - 1)
            yield self.columns - edge - wide - ((starts & -starts).bit_length() - 1)

    def _cost(self, top: int, left: int, wide: int, high: int, edge: int) -> float:
        above, below = top - edge, len(self.rows) - edge - high - top
        before, after = left - edge, self.columns - edge - wide - left
        return min(above + after, below + after + 40, below + before + 60, above + before + 80)


def _runs(free: int, wide: int) -> int:
    """Keep the bits that end, at their right, a run of `wide` set bits."""
    covered = 1
    while covered < wide and free:
        step = min(covered, wide - covered)
        free &= free >> step
        covered += step
    return free


def look_for_room(document: BinaryIO, frame: Frame, taken: Iterable[Box]) -> Room | None:
    """Look at the first page; return its room, or None if it cannot be read or would cost too much.

    `taken` are boxes in the page's own coordinates that are busy whatever they show (annotations).
    """
    pdf = pdfium.PdfDocument(document)
    try:
        page = pdf[0]
        boxes = _content_boxes(page) if _is_seen_alike(page, frame) else None
        return None if boxes is None else _room(page, frame, [*taken, *boxes])
    except pdfium.PdfiumError:
        return None
    finally:
        pdf.close()


def _is_seen_alike(page: pdfium.PdfPage, frame: Frame) -> bool:
    width, height = page.get_size()
    return math.isclose(width, frame.width, abs_tol=1) and math.isclose(height, frame.height, abs_tol=1)


def _room(page: pdfium.PdfPage, frame: Frame, boxes: Iterable[Box]) -> Room:
    cell = max(min(frame.width, frame.height) / _CELLS_ACROSS, max(frame.width, frame.height) / _MOST_CELLS)
    size = max(1, int(frame.width / cell)), max(1, int(frame.height / cell))
    busy = Image.new("L", size, 0)
    pen = ImageDraw.Draw(busy)
    for box in boxes:
        _mark(pen, frame.seen(box), frame.height, cell)
    if busy.getextrema() != (255, 255):
        busy = _with_ink(busy, page, _PIXELS_PER_CELL / cell)
    return Room(cell, size[0], _free_rows(busy))


def _mark(pen: ImageDraw.ImageDraw, box: Box, height: float, cell: float) -> None:
    left, bottom, right, top = box
    corners = (left, height - top, right, height - bottom)
    # Far beyond the page a coordinate says nothing more, and Pillow wants small whole numbers.
    near = [math.floor(min(max(value, -1e6), 1e6) / cell) for value in corners]
    pen.rectangle((near[0], near[1], near[2], near[3]), fill=255)


def _with_ink(busy: Image.Image, page: pdfium.PdfPage, scale: float) -> Image.Image:
    bitmap = page.render(scale=scale, grayscale=True, draw_annots=False, limit_image_cache=True)
    picture = bitmap.to_pil().convert("L")
    ink = picture.point([255] * _PAPER + [0] * (256 - _PAPER)).resize(busy.size, Image.Resampling.BOX)
    inked = ink.point([0] + [255] * 255).filter(ImageFilter.MaxFilter(3))
    busy.paste(255, mask=inked)
    return busy


def _free_rows(busy: Image.Image) -> tuple[int, ...]:
    free = busy.point([255] + [0] * 255).convert("1")
    stride = (free.width + 7) // 8
    packed = free.tobytes()
    spare = stride * 8 - free.width
    starts = range(0, len(packed), stride)
    return tuple(int.from_bytes(packed[start : start + stride], "big") >> spare for start in starts)


def _content_boxes(page: pdfium.PdfPage) -> list[Box] | None:
    pictures = _picture_boxes(page)
    words = _word_boxes(page)
    return None if pictures is None or words is None else pictures + words


def _word_boxes(page: pdfium.PdfPage) -> list[Box] | None:
    """Return a box for each piece of text, also of text that shows no ink (the layer under a scan)."""
    text = page.get_textpage()
    count = text.count_rects()
    if count > _MOST_WORDS:
        return None
    return [_with_air(text.get_rect(number)) for number in range(count)]


def _with_air(box: Box) -> Box:
    """Widen the tight box of the letters to the line they stand in."""
    left, bottom, right, top = box
    air = 1 + 0.3 * min(right - left, top - bottom)
    return left - air, bottom - air, right + air, top + air


def _picture_boxes(page: pdfium.PdfPage) -> list[Box] | None:
    boxes: list[Box] = []
    for number, shape in enumerate(page.get_objects(), start=1):
        if number > _MOST_OBJECTS:
            return None
        if shape.type in _PICTURE_TYPES:
            boxes.append(_box_on_page(shape))
    return boxes


def _box_on_page(shape: pdfium.PdfObject) -> Box:
    left, bottom, right, top = shape.get_bounds()
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    container = shape.container
    while container is not None:
        corners = [container.get_matrix().on_point(x, y) for x, y in corners]
        container = container.container
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
