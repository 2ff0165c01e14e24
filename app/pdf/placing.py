"""Decides where on the first page the stamp goes: a free place, otherwise a strip added below it."""

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
_EDGE = 9.0
_AIR = 3.0


@dataclass(frozen=True)
class Placing:
    """Where the stamp goes, in a shape, scaled into the seen `box` of the page as it will be."""

    kind: StampPlace
    shape: StampShape
    box: Box
    frame: Frame
    """The page as it will be; larger than it was if a strip was added."""

    def put(self, pdf: pikepdf.Pdf, page: pikepdf.Page, stamp: pikepdf.Object) -> None:
        """Draw the stamp on the page this was decided for."""
        overlay = Overlay(pdf, page, frame_of(page), stamp)
        if self.kind == "free":
            overlay.inside(self.box)
        else:
            overlay.in_strip(self.frame, self.box)


def place_stamp(document: BinaryIO, page: pikepdf.Page, order: SealOrder) -> Placing:
    """Look for a free place on the first page of `document`; without one add a strip."""
    frame = frame_of(page)
    free = _free_place(document, page, frame, order) if has_balanced_content(page) else None
    return free or strip_place(page, order)


def strip_place(page: pikepdf.Page, order: SealOrder) -> Placing:
    """Place the stamp in a strip below the page, without looking at what the page shows."""
    frame = frame_of(page)
    scale = _scale(frame)
    shape = stamp_shapes(order)[-1]
    width, height = shape.width * scale, shape.height * scale
    edge, air = _EDGE * scale, 2 * _AIR * scale
    extended = frame.with_strip(height + 2 * air, width + 2 * edge)
    right = extended.width - edge
    return Placing("margin", shape, (right - width, air, right, air + height), extended)


def _free_place(document: BinaryIO, page: pikepdf.Page, frame: Frame, order: SealOrder) -> Placing | None:
    room = look_for_room(document, frame, _annotation_boxes(page))
    if room is None:
        return None
    scale = _scale(frame)
    for shape in stamp_shapes(order):
        width, height, air = shape.width * scale, shape.height * scale, _AIR * scale
        found = room.find(width + 2 * air, height + 2 * air, _EDGE * scale)
        if found:
            left, top = found[0] + air, frame.height - found[1] - air
            return Placing("free", shape, (left, top - height, left + width, top), frame)
    return None


def _scale(frame: Frame) -> float:
    """Stamps are drawn for A4; larger pages get larger ones, small pages none that nobody can read."""
    return max(min(frame.width, frame.height) / _A4_WIDTH, _LEAST_SCALE)


def _annotation_boxes(page: pikepdf.Page) -> Iterator[Box]:
    annotations = page.obj.get(Name.Annots)
    if not isinstance(annotations, Array):
        return
    for annotation in annotations.as_list():
        box = read_box(annotation.get(Name.Rect)) if isinstance(annotation, Dictionary) else None
        if box:
            yield box
