"""The stamp of page 1: a plain frame that says who approved what, with the code and its QR."""

from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from app.pdf.orders import SealDecision, SealOrder
from app.pdf.qr import draw_qr
from app.pdf.typeface import BOLD, REGULAR, fit

HEADING = "ĐÃ KÝ DUYỆT"
INK = (0.09, 0.22, 0.53)
"""Blue; red belongs to the seals of organisations."""

_SHOWN = 3
_PADDING = 3.5
_LEADING = 8.4
_TEXT_SIZE = 6.6
_LEAST_SIZE = 4.6


@dataclass(frozen=True)
class StampShape:
    """How large a stamp is, in points, and whether a decision takes two lines or one."""

    width: float
    height: float
    stacked: bool

    @property
    def qr_side(self) -> float:
        """The side of the QR code."""
        return min(self.height - 2 * _PADDING, 44.0)


def stamp_shapes(order: SealOrder) -> tuple[StampShape, StampShape]:
    """Return the shapes to try, the more legible first: a block, then a low band."""
    shown = min(len(order.decisions), _SHOWN)
    more = int(len(order.decisions) > _SHOWN)
    block = 2 * _PADDING + 11.5 + _LEADING * (2 * shown + more + 1)
    # As low as it can be: most plans fill the page and leave only the margin above the text.
    band = 2 * _PADDING + 1.5 + _LEADING * (1 + shown + more)
    return StampShape(204, max(block, 54), stacked=True), StampShape(300, max(band, 34), stacked=False)


def draw_stamp(canvas: Canvas, order: SealOrder, shape: StampShape) -> None:
    """Draw the stamp with its bottom left corner at the origin."""
    canvas.setStrokeColorRGB(*INK)
    canvas.setFillColorRGB(*INK)
    canvas.setLineWidth(0.7)
    canvas.roundRect(0.35, 0.35, shape.width - 0.7, shape.height - 0.7, 2.5)
    draw_qr(canvas, order.check_url, _PADDING, shape.height - _PADDING - shape.qr_side, shape.qr_side)
    lines = _stacked_lines(order) if shape.stacked else _single_lines(order)
    _Column(canvas, shape).write(lines)


Line = tuple[str, str, float]
"""Text, font, size."""


def _stacked_lines(order: SealOrder) -> list[Line]:
    lines: list[Line] = [(HEADING, BOLD, 9.5)]
    for one in _shown(order):
        lines.append((f"{one.action_label}: {one.name}", BOLD, _TEXT_SIZE))
        lines.append((f"{_time(one)} · {one.position}", REGULAR, _TEXT_SIZE))
    return [*lines, *_more(order), (f"Mã hồ sơ: {order.record_code}", BOLD, _TEXT_SIZE)]


def _single_lines(order: SealOrder) -> list[Line]:
    lines: list[Line] = [(f"{HEADING} · {order.record_code}", BOLD, 8.0)]
    for one in _shown(order):
        text = f"{one.action_label} {_time(one)}: {one.name}, {one.position}"
        lines.append((text, REGULAR, _TEXT_SIZE))
    return [*lines, *_more(order)]


def _shown(order: SealOrder) -> tuple[SealDecision, ...]:
    return order.decisions[-_SHOWN:]


def _more(order: SealOrder) -> list[Line]:
    hidden = len(order.decisions) - _SHOWN
    return [(f"và {hidden} lượt khác, xem phiếu ký duyệt", REGULAR, _TEXT_SIZE)] if hidden > 0 else []


def _time(decision: SealDecision) -> str:
    return decision.moment.strftime("%H:%M %d/%m/%Y")


@dataclass(frozen=True)
class _Column:
    """The text right of the QR code, centred in the height of the stamp."""

    canvas: Canvas
    shape: StampShape

    def write(self, lines: list[Line]) -> None:
        left = 2.4 * _PADDING + self.shape.qr_side
        width = self.shape.width - left - _PADDING
        heights = [max(size * 1.2, _LEADING) for _, _, size in lines]
        baseline = (self.shape.height + sum(heights)) / 2
        # One size for all lines below the heading, that of the longest.
        small = min(fit(text, font, size, width, _LEAST_SIZE)[1] for text, font, size in lines[1:])
        for (text, font, size), height in zip(lines, heights, strict=True):
            shown, fitted = fit(text, font, size if size > _TEXT_SIZE else small, width, _LEAST_SIZE)
            self.canvas.setFont(font, fitted)
            self.canvas.drawString(left, baseline - height * 0.78, shown)
            baseline -= height
