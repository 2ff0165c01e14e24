"""The QR code to the public check page, drawn as squares."""

from functools import lru_cache

import segno
from reportlab.pdfgen.canvas import Canvas

# Any of the eight masks reads well; leaving the choice to the library costs 4 ms a document.
_MASK = 2
# Neighbouring bars overlap a little, or viewers show hairlines between them.
_OVERLAP = 0.03


@lru_cache(maxsize=8)
def modules(text: str) -> tuple[bytes, ...]:
    """Return the rows of the code of `text`, 1 for a dark module, without the quiet zone."""
    code = segno.make(text, micro=False, error="m", boost_error=False, mask=_MASK)
    return tuple(bytes(row) for row in code.matrix)


def draw_qr(canvas: Canvas, text: str, left: float, bottom: float, side: float) -> None:
    """Draw the code of `text` into a square of `side` points; the caller leaves the quiet zone."""
    rows = modules(text)
    module = side / len(rows)
    # Written as it stands: formatting every number of a path costs as much as the rest of a page.
    canvas.saveState()
    canvas.setFillGray(0)
    canvas.transform(module, 0, 0, module, left, bottom)
    canvas.addLiteral(f"{_path(rows)} f")
    canvas.restoreState()


@lru_cache(maxsize=8)
def _path(rows: tuple[bytes, ...]) -> str:
    """Return the bars as rectangles, one unit to a module."""
    return " ".join(
        f"{start} {len(rows) - number} {length} {1 + _OVERLAP} re"
        for number, row in enumerate(rows, start=1)
        for start, length in _bars(row)
    )


def _bars(row: bytes) -> list[tuple[int, int]]:
    bars: list[tuple[int, int]] = []
    position = 0
    for piece in row.replace(b"\x00", b" ").split(b" "):
        if piece:
            bars.append((position, len(piece)))
        position += len(piece) + 1
    return bars
