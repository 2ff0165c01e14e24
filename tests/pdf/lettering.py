"""Draws lines as programs do that take letters from several fonts, or from fonts of before Unicode."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.pdf.typeface import REGULAR, load_fonts

SERIF = "KyDuyetSerif"
_SERIF_FILE = Path(__file__).parents[2] / "app/papers/fonts/KyDuyetSerif-Regular.ttf"
SIZE = 13.0
LEFT = 60.0


@cache
def _load() -> None:
    load_fonts()
    pdfmetrics.registerFont(TTFont(SERIF, str(_SERIF_FILE)))


class Sheet:
    """A page that is written line by line, each letter in one of two fonts."""

    def __init__(self) -> None:
        _load()
        self._target = BytesIO()
        self._canvas: Any = Canvas(self._target, pagesize=(1200, 842), initialFontName=REGULAR, invariant=1)  # type: ignore[arg-type]
        self._late: list[str] = []
        self.y = 800.0

    def line(self, text: str, in_serif: Sequence[bool], *, late: bool = False, left: float = LEFT) -> None:
        """Draw each font's letters by one operator that leaves gaps for the other's, and go one line down.

        `late`: the second font's letters come only after all lines of the page.
        """
        self._show(text, REGULAR, [not serif for serif in in_serif], in_serif, left, late=False)
        self._show(text, SERIF, list(in_serif), in_serif, left, late=late)
        self.y -= 20

    def plain(self, text: str, left: float = LEFT) -> None:
        """Draw a text in one font, and stay on the line."""
        self._canvas.setFont(REGULAR, SIZE)
        self._canvas.drawString(left, self.y, text)

    def save(self) -> bytes:
        self._canvas._code += self._late
        # Without anything on it reportlab leaves the page away.
        self._canvas.setFont(REGULAR, SIZE)
        self._canvas.showPage()
        self._canvas.save()
        return self._target.getvalue()

    def _show(
        self, text: str, font: str, mine: Sequence[bool], in_serif: Sequence[bool], left: float, *, late: bool
    ) -> None:
        face: Any = pdfmetrics.getFont(font)
        shown: list[str] = []
        start, gap, used = left, 0.0, ""
        for letter, own, serif in zip(text, mine, in_serif, strict=True):
            width = pdfmetrics.stringWidth(letter, SERIF if serif else REGULAR, SIZE)
            if not own:
                gap += width
                continue
            ((subset, code),) = face.splitString(letter, self._canvas._doc)
            assert subset == 0
            if used:
                shown.append(f"{-gap / SIZE * 1000:.3f}")
            else:
                start, used = left + gap, face.getSubsetInternalName(0, self._canvas._doc)
            shown.append(f"<{bytes(code).hex()}>")
            gap = 0.0
        if used:
            drawn = f"BT {used} {SIZE} Tf {start:.3f} {self.y} Td [{' '.join(shown)}] TJ ET"
            (self._late if late else self._canvas._code).append(drawn)


def in_fonts(*pieces: tuple[str, bytes | str]) -> bytes:
    """Return a page with one line, its pieces in fonts of these names.

    Bytes are Latin-1, as programs write text for the old fonts; a string is drawn in a Unicode font of ours.
    """
    sheet = Sheet()
    left = LEFT
    olds: list[tuple[str, bytes, float]] = []
    for font, piece in pieces:
        if isinstance(piece, str):
            sheet.plain(piece, left)
            left += pdfmetrics.stringWidth(piece, REGULAR, SIZE)
        else:
            olds.append((font, piece, left))
            left += SIZE / 2 * len(piece)
    return _with_old_fonts(sheet.save(), olds)


def _with_old_fonts(document: bytes, olds: Sequence[tuple[str, bytes, float]]) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(document)) as pdf:
        page = pdf.pages[0]
        for number, (font, piece, left) in enumerate(olds):
            # A width of 500 for all codes, as drawn by `in_fonts`.
            page.Resources.Font[f"/Old{number}"] = Dictionary(
                Type=Name.Font,
                Subtype=Name.TrueType,
                BaseFont=Name(f"/{font}"),
                Encoding=Name.WinAnsiEncoding,
                FirstChar=0,
                LastChar=255,
                Widths=Array([500] * 256),
            )
            shown = f"BT /Old{number} {SIZE} Tf {left:.3f} 800 Td <{piece.hex()}> Tj ET"
            page.contents_add(shown.encode())
        pdf.save(target)
    return target.getvalue()
