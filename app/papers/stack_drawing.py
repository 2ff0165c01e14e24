"""Draws stacks of lines beside each other into a PDF."""

from collections.abc import Sequence
from dataclasses import replace

from reportlab.platypus import Flowable

from app.papers.paper import Align
from app.papers.stacks import Layer, Line, Part, Stack
from app.papers.typeface import face, wrap
from app.pdf.typeface import text_width

_LEADING = 1.22
_ASCENT = 0.95
_RULE_DROP = 5.0
_RULE_ROOM = 6.0
_RULE_WIDTH = 0.6


class Stacks(Flowable):
    """A layer drawn `width` points wide, its stacks hanging from one height."""

    def __init__(self, layer: Layer, width: float) -> None:
        super().__init__()
        self._columns = [(share * width, _wrapped(stack, share * width)) for share, stack in layer]

    def wrap(self, _available_width: float, _available_height: float) -> tuple[float, float]:
        """Tell the size: all columns, the highest stack."""
        heights = [sum(map(_height, stack)) for _, stack in self._columns]
        return sum(width for width, _ in self._columns), max(heights)

    def draw(self) -> None:
        """Draw the stacks from the top."""
        _, top = self.wrap(0, 0)
        left = 0.0
        for width, stack in self._columns:
            self._draw_stack(stack, left, width, top)
            left += width

    def _draw_stack(self, stack: Stack, left: float, width: float, top: float) -> None:
        for part in stack:
            if isinstance(part, Line):
                self._draw_line(part, left, width, top)
            top -= _height(part)

    def _draw_line(self, line: Line, left: float, width: float, top: float) -> None:
        baseline, font = top - line.size * _ASCENT, _font(line)
        length = text_width(line.text, font, line.size)
        start = left + (width - length) / 2 if line.align is Align.CENTRE else left
        self.canv.setFont(font, line.size)
        self.canv.drawString(start, baseline, line.text)
        if line.rule:
            middle, half, y = start + length / 2, length * line.rule / 2, baseline - _RULE_DROP
            self.canv.setLineWidth(_RULE_WIDTH)
            self.canv.line(middle - half, y, middle + half, y)


def _wrapped(stack: Stack, width: float) -> list[Part]:
    parts: list[Part] = []
    for part in stack:
        parts += _lines(part, width) if isinstance(part, Line) else [part]
    return parts


def _lines(line: Line, width: float) -> Sequence[Line]:
    """Break a line at the width of its column; only the last one keeps the rule."""
    *first, last = wrap(line.text, _font(line), line.size, width)
    return [*(replace(line, text=text, rule=0.0) for text in first), replace(line, text=last)]


def _font(line: Line) -> str:
    return face(bold=line.bold, italic=line.italic)


def _height(part: Part) -> float:
    if not isinstance(part, Line):
        return part.height
    return part.size * _LEADING + (_RULE_ROOM if part.rule else 0.0)
