"""What of a page is seen: its visible box, its rotation, and the way from seen to stored coordinates.

Seen coordinates are points from the bottom left corner of the page as a reader sees it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pikepdf

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

# What viewers take when a page says nothing usable.
_LETTER: Box = (0.0, 0.0, 612.0, 792.0)


@dataclass(frozen=True)
class Frame:
    """The visible box of a page in its own coordinates, and its clockwise rotation in degrees."""

    box: Box
    rotation: int

    @property
    def width(self) -> float:
        """Width as seen."""
        left, bottom, right, top = self.box
        return right - left if self.rotation in (0, 180) else top - bottom

    @property
    def height(self) -> float:
        """Height as seen."""
        left, bottom, right, top = self.box
        return top - bottom if self.rotation in (0, 180) else right - left

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """The PDF matrix from seen to stored coordinates."""
        left, bottom, right, top = self.box
        return {
            0: (1.0, 0.0, 0.0, 1.0, left, bottom),
            90: (0.0, 1.0, -1.0, 0.0, right, bottom),
            180: (-1.0, 0.0, 0.0, -1.0, right, top),
            270: (0.0, -1.0, 1.0, 0.0, left, top),
        }[self.rotation]

    def stored(self, seen: Box) -> Box:
        """Return where a seen box lies in the page's own coordinates."""
        a, b, c, d, e, f = self.matrix
        xs = [a * x + c * y + e for x in (seen[0], seen[2]) for y in (seen[1], seen[3])]
        ys = [b * x + d * y + f for x in (seen[0], seen[2]) for y in (seen[1], seen[3])]
        return min(xs), min(ys), max(xs), max(ys)

    def seen(self, stored: Box) -> Box:
        """Return where a box of the page's own coordinates is seen."""
        a, b, c, d, e, f = self.matrix
        points = [(x - e, y - f) for x in (stored[0], stored[2]) for y in (stored[1], stored[3])]
        us = [a * x + b * y for x, y in points]
        vs = [c * x + d * y for x, y in points]
        return min(us), min(vs), max(us), max(vs)

    def with_strip(self, strip: float, least_width: float) -> "Frame":
        """Return a frame that is `strip` higher at the seen bottom and at least `least_width` wide.

        Everything else keeps its distance from the seen top left corner.
        """
        return replace(self, box=self.stored((0.0, -strip, max(self.width, least_width), self.height)))


def frame_of(page: pikepdf.Page) -> Frame:
    """Return the frame of a page; nonsense in the file is read as viewers read it."""
    media = read_box(page.obj.get("/MediaBox")) or _LETTER
    crop = read_box(page.obj.get("/CropBox"))
    visible = _intersection(media, crop) if crop else media
    return Frame(visible or media, _rotation(page.obj.get("/Rotate")))


def settle_rotation(page: pikepdf.Page) -> None:
    """Write the rotation of a page as most viewers read it: of odd and huge ones each has an own reading."""
    if "/Rotate" in page.obj:
        page.obj.Rotate = _rotation(page.obj.Rotate)


def _rotation(value: object) -> int:
    try:
        degrees = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return 0
    quarters = abs(degrees) // 90
    return int((quarters if degrees > 0 else -quarters) % 4) * 90


def read_box(value: object) -> Box | None:
    """Return a rectangle of the file with its corners in order, or None if it is none or empty."""
    if not isinstance(value, pikepdf.Array):
        return None
    try:
        numbers = [float(one) for one in value.as_list()]
    except (TypeError, ValueError):
        return None
    return _normal(numbers)


def _normal(numbers: Sequence[float]) -> Box | None:
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        return None
    left, right = sorted((numbers[0], numbers[2]))
    bottom, top = sorted((numbers[1], numbers[3]))
    return (left, bottom, right, top) if right > left and top > bottom else None


def _intersection(one: Box, other: Box) -> Box | None:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, bottom, right, top) if right > left and top > bottom else None
