"""Decides where on the first page the stamp goes: a free place, otherwise a strip added below it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.pdf.frame import Box, Frame, frame_of, read_box
from app.pdf.free_place import look_for_room
from app.pdf.orders import SealOrder
from app.pdf.overlay import Overlay, has_balanced_content
from app.pdf.stamp import StampShape, stamp_shapes

StampPlace = Literal["free", "margin"]

_A4_WIDTH = 595.0
_LEAST_SCALE = 0.6
_EDGE = 8.5
_AIR = 1.0
_STRIP_AIR = 6.0


@dataclass(frozen=True)
class Placing:
    """Where the stamp goes, in a shape, scaled into the seen `box` of the page as it will be."""

    kind: StampPlace
    shape: StampShape
    box: Box
    frame: Frame
    """The page as it will be; larger than it was if a strip was added."""
    clip: bool
    """Whether what the page draws is cut off at its old edge."""

    def put(self, pdf: pikepdf.Pdf, page: pikepdf.Page, stamp: pikepdf.Object) -> None:
        """Draw the stamp on the page this was decided for."""
        overlay = Overlay(pdf, page, frame_of(page), stamp)
        if self.kind == "free":
            overlay.inside(self.box)
        else:
            overlay.in_strip(self.frame, self.box, clip=self.clip)


def place_stamp(document: BinaryIO, pdf: pikepdf.Pdf, order: SealOrder) -> Placing:
    """Look for a free place on the first page of `document`, opened as `pdf`; without one add a strip."""
    page = pdf.pages[0]
    if not has_balanced_content(pdf, page):
        return strip_place(page, order)
    return _free_place(document, page, order) or strip_place(page, order, clip=True)


def strip_place(page: pikepdf.Page, order: SealOrder, *, clip: bool = False) -> Placing:
    """Place the stamp in a strip below the page, without looking at what the page shows.

    `clip`: keep what the page draws beyond its edge out of the strip; its content must be balanced.
    """
    frame = frame_of(page)
    scale = scale_of(frame.width, frame.height)
    shape = stamp_shapes(order)[-1]
    width, height = shape.width * scale, shape.height * scale
    edge, air = _EDGE * scale, _STRIP_AIR * scale
    extended = frame.with_strip(math.ceil(height + 2 * air), math.ceil(width + 2 * edge))
    right = extended.width - edge
    return Placing("margin", shape, (right - width, air, right, air + height), extended, clip)


def _free_place(document: BinaryIO, page: pikepdf.Page, order: SealOrder) -> Placing | None:
    frame = frame_of(page)
    room = look_for_room(document, frame, _annotation_boxes(page))
    if room is None:
        return None
    scale = scale_of(frame.width, frame.height)
    for shape in stamp_shapes(order):
        width, height, air = shape.width * scale, shape.height * scale, _AIR * scale
        found = room.find(width + 2 * air, height + 2 * air, _EDGE * scale)
        if found:
            left, top = found[0] + air, frame.height - found[1] - air
            return Placing("free", shape, (left, top - height, left + width, top), frame, clip=False)
    return None


def scale_of(width: float, height: float) -> float:
    """Stamps are drawn for A4; larger pages get larger ones, small pages none that nobody can read."""
    return max(min(width, height) / _A4_WIDTH, _LEAST_SCALE)


def _annotation_boxes(page: pikepdf.Page) -> Iterator[Box]:
    annotations = page.obj.get(Name.Annots)
    if not isinstance(annotations, Array):
        return
    for annotation in annotations.as_list():
        box = read_box(annotation.get(Name.Rect)) if isinstance(annotation, Dictionary) else None
        if box:
            yield box
