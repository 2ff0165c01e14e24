"""Stamp and certificate drawn as one small PDF, so that both share their embedded fonts."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from app.pdf.certificate import SignatureSpace, draw_certificate
from app.pdf.orders import SealOrder
from app.pdf.stamp import StampShape, draw_stamp
from app.pdf.typeface import REGULAR, load_fonts


@dataclass(frozen=True)
class Sheets:
    """What was drawn: the stamp (none for a certificate alone), certificate pages, signature spaces."""

    pdf: pikepdf.Pdf
    stamp: pikepdf.Page | None
    certificate: list[pikepdf.Page]
    spaces: tuple[SignatureSpace, ...]


def draw_sheets(order: SealOrder, shape: StampShape | None) -> Sheets:
    """Draw the certificate, and the stamp in `shape`; without a shape the file is a signed one."""
    drawn = BytesIO()
    canvas = _new_canvas(drawn)
    if shape:
        canvas.setPageSize((shape.width, shape.height))
        draw_stamp(canvas, order, shape)
        canvas.showPage()
    spaces = draw_certificate(canvas, order, signed=shape is None)
    canvas.save()
    return _opened(drawn, spaces, has_stamp=shape is not None)


def _new_canvas(target: BytesIO) -> Canvas:
    load_fonts()
    # Without a first font of ours reportlab lists its own Helvetica, which is not embedded;
    # `invariant` keeps clock and chance out of the file; qpdf packs the pages when it writes the official.
    options: dict[str, Any] = {"initialFontName": REGULAR, "invariant": 1, "pageCompression": 0}
    return Canvas(target, **options)


def _opened(drawn: BytesIO, spaces: tuple[SignatureSpace, ...], *, has_stamp: bool) -> Sheets:
    pdf = pikepdf.open(drawn)
    pages = list(pdf.pages)
    for page in pages:
        # A page transition, which reportlab writes and PDF/A forbids.
        if "/Trans" in page:
            del page["/Trans"]
    return Sheets(pdf, pages[0] if has_stamp else None, pages[1:] if has_stamp else pages, spaces)
