"""A4 paper that is written from top to bottom and continues on a further page when it is full."""

from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.pdf.typeface import BOLD, REGULAR, fit, text_width, wrap

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 76.0, WIDTH - 50.0, HEIGHT - 58.0, 50.0
INNER = RIGHT - LEFT
MIDDLE = (LEFT + RIGHT) / 2
GREY = (0.35, 0.35, 0.35)
SMALL, SMALL_LEADING = 9.0, 13.0
HEADING = 18.0
"""What a heading takes."""
_AIR = 3.0
"""Below a paragraph."""

Line = tuple[str, str, float]
"""Text, font, size."""


def page_foot(text: str, number: int) -> str:
    """Return the foot of a page, which counts from 1."""
    return f"{text} · trang {number}"


def paragraphs_height(*paragraphs: Sequence[str]) -> float:
    """Return what small paragraphs take, given as their lines."""
    return sum(len(lines) * SMALL_LEADING + _AIR for lines in paragraphs)


class Paper:
    """The present page of a canvas, and `y`, the baseline of what is written next on it."""

    def __init__(self, canvas: Canvas, foot: str) -> None:
        self.canvas = canvas
        self.page = 0
        self.y = TOP
        self._foot = foot
        canvas.setPageSize(A4)

    def end(self) -> None:
        """Write the foot of the present page and leave it."""
        self.canvas.setFillColorRGB(*GREY)
        self.canvas.setFont(REGULAR, 8)
        self.canvas.drawCentredString(MIDDLE, 30, page_foot(self._foot, self.page + 1))
        self.canvas.setFillGray(0)
        self.canvas.showPage()

    def need(self, height: float) -> bool:
        """Turn to a further page if less than `height` is left; tell whether that was done."""
        if self.y - height >= BOTTOM:
            return False
        self.end()
        self.page += 1
        self.y = TOP
        self.canvas.setPageSize(A4)
        return True

    def heading(self, text: str) -> None:
        """Write a heading at the left."""
        self.canvas.setFont(BOLD, 11)
        self.canvas.drawString(LEFT, self.y, text)
        self.y -= HEADING

    def centred(self, text: str, font: str, size: float) -> None:
        """Write one centred line, smaller if it would be too wide; `y` stays."""
        line, fitted = fit(text, font, size, INNER, 7)
        self.canvas.setFont(font, fitted)
        self.canvas.drawCentredString(MIDDLE, self.y, line)

    def paragraph(self, lines: Sequence[str], font: str) -> None:
        """Write small lines, already wrapped, and a little air below."""
        self.canvas.setFont(font, SMALL)
        for line in lines:
            self.canvas.drawString(LEFT, self.y, line)
            self.y -= SMALL_LEADING
        self.y -= _AIR

    def head_column(self, middle: float, width: float, parts: Sequence[Line]) -> None:
        """Write centred lines with a short rule below, as in the head of an official paper."""
        last = 0.0
        for text, font, size in parts:
            self.canvas.setFont(font, size)
            for line in wrap(text, font, size, width, most=4):
                self.canvas.drawCentredString(middle, self.y, line)
                last = text_width(line, font, size)
                self.y -= 14.5
        rule = min(last, width) * 0.55 / 2
        self.canvas.setLineWidth(0.6)
        self.canvas.line(middle - rule, self.y + 9, middle + rule, self.y + 9)
