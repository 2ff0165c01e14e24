"""Pages of a PDF as pictures: several in one sandbox run, as PNG, grey where a page has no colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

from app.pdf.page_objects import open_with_forms
from app.pdf.png import png
from app.pdf.rewriting import reading_of
from app.pdf.sandbox import JSON, Limits, Sandbox
from app.pdf.seen_annotations import hide_notes

DEFAULT_WIDTH = 800
NARROWEST, WIDEST = 100, 2000
MOST_PIXELS = 8_000_000
LONGEST_SIDE = 10_000
PAGES_LIMITS = Limits(memory_mb=500, cpu_s=20, wall_s=40, output_mb=256)
# Scanners and JPEG tint grey a little; below this difference nobody sees a colour.
_GREY_TOLERANCE = 10
_COLOURED = [0] * (_GREY_TOLERANCE + 1) + [255] * (255 - _GREY_TOLERANCE)
_SHRUNK = 4


@dataclass(frozen=True)
class PageImage:
    """Where one page's PNG lies in the output (bytes), and its size in pixels; pages count from 1."""

    number: int
    offset: int
    length: int
    width: int
    height: int


def render(
    sandbox: Sandbox,
    document: BinaryIO,
    pages: Sequence[int],
    width: int,
    output: BinaryIO,
    background: bool = False,
) -> list[PageImage]:
    """Draw `pages` (from 1) of `document`, `width` pixels wide, one PNG after another into `output`.

    The width is brought within 100 and 2000 pixels; very long pages get narrower. Offsets count from
    the position `output` had. Pages that the document does not have, or that cannot be drawn, are left
    out of the answer. Raises `SandboxDied` and `SandboxUnavailable`.
    """
    arguments: dict[str, JSON] = {"pages": list(pages), "width": width}
    answer = sandbox.run(
        "pages", document, arguments, output=output, limits=PAGES_LIMITS, background=background
    )
    return msgspec.convert(answer["pages"], list[PageImage])


def draw(document: BinaryIO, arguments: Mapping[str, object], output: BinaryIO | None) -> dict[str, object]:
    """Do the drawing of `render`, inside the sandbox."""
    if output is None:
        raise ValueError("page images need an output")
    numbers = msgspec.convert(arguments["pages"], list[int])
    width = min(WIDEST, max(NARROWEST, msgspec.convert(arguments["width"], int)))
    pdf = open_with_forms(reading_of(document.read()))
    drawn: list[PageImage] = []
    offset = 0
    for number in numbers:
        image = _picture(pdf, number, width)
        if image is None:
            continue
        encoded = png(image)
        output.write(encoded)
        drawn.append(PageImage(number, offset, len(encoded), image.width, image.height))
        offset += len(encoded)
    return {"pages": drawn}


def _picture(pdf: pdfium.PdfDocument, number: int, width: int) -> Image.Image | None:
    if not 1 <= number <= len(pdf):
        return None
    try:
        page = pdf[number - 1]
    except pdfium.PdfiumError:
        return None
    hide_notes(page)
    scale = _scale(page.get_size(), width)
    image = _drawn(page, scale, grey=not _has_pictures(page) and _is_grey(_drawn(page, scale / _SHRUNK)))
    page.close()
    return image.convert("L") if image.mode == "RGB" and _is_grey(image.reduce(_SHRUNK)) else image


def _drawn(page: pdfium.PdfPage, scale: float, *, grey: bool = False) -> Image.Image:
    image: Image.Image = page.render(scale=scale, grayscale=grey, rev_byteorder=not grey).to_pil()
    return image


def _has_pictures(page: pdfium.PdfPage) -> bool:
    """Pictures are costly to unpack, so only a page without them is sketched before it is drawn."""
    return any(page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _scale(size: tuple[float, float], width: int) -> float:
    """Return pixels per point; pdfium rounds sizes up, so half a pixel is kept back."""
    page_width, page_height = size
    by_area: float = (MOST_PIXELS / (page_width * page_height)) ** 0.5
    return min((width - 0.5) / page_width, by_area, LONGEST_SIDE / max(size))


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    return all(
        ImageChops.difference(one, other).point(_COLOURED).getbbox() is None
        for one, other in ((red, green), (green, blue))
    )
