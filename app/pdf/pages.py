"""Pages of a PDF as pictures: several in one sandbox run, as PNG, grey where a page has no colour."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageChops

from app.pdf.sandbox import JSON, Limits, Sandbox

DEFAULT_WIDTH = 800
NARROWEST, WIDEST = 100, 2000
MOST_PIXELS = 8_000_000
PAGES_LIMITS = Limits(memory_mb=400, cpu_s=20, wall_s=40, output_mb=128)
_COMPRESSION = 1
_GREY_TOLERANCE = 6
_BEYOND_GREY = [0] * (_GREY_TOLERANCE + 1) + [255] * (255 - _GREY_TOLERANCE)
_GLANCE = 200


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

    The width is brought within 100 and 2000 pixels, and very long pages get narrower. Pages that the
    document does not have, or that cannot be drawn, are left out of the answer. Raises
    `SandboxDied` and `SandboxUnavailable`.
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
    pdf = pdfium.PdfDocument(document.read())
    pdf.init_forms()
    drawn: list[PageImage] = []
    offset = 0
    for number in numbers:
        image = _picture(pdf, number, width)
        if image is None:
            continue
        png = _png(image)
        output.write(png)
        drawn.append(PageImage(number, offset, len(png), image.width, image.height))
        offset += len(png)
    return {"pages": drawn}


def is_blank(pdf: pdfium.PdfDocument, index: int) -> bool:
    """Tell whether a page (from 0) is white all over; raises `PdfiumError` when it cannot be loaded."""
    page = pdf[index]
    scale = _GLANCE / max(page.get_size())
    darkest, _ = page.render(scale=scale, grayscale=True).to_pil().getextrema()
    page.close()
    return bool(darkest == 255)


def _picture(pdf: pdfium.PdfDocument, number: int, width: int) -> Image.Image | None:
    if not 1 <= number <= len(pdf):
        return None
    try:
        page = pdf[number - 1]
    except pdfium.PdfiumError:
        return None
    page_width, page_height = page.get_size()
    scale = min(width / page_width, (MOST_PIXELS / (page_width * page_height)) ** 0.5)
    image: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil()
    page.close()
    return image.convert("L") if _is_grey(image) else image


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    return all(
        ImageChops.difference(one, other).point(_BEYOND_GREY).getbbox() is None
        for one, other in ((red, green), (green, blue))
    )


def _png(image: Image.Image) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, "PNG", compress_level=_COMPRESSION)
    return encoded.getvalue()
