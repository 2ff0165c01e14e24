import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from app.pdf.pages import LONGEST_SIDE, MOST_PIXELS, PageImage, render
from app.pdf.sandbox import Sandbox, SandboxDied
from tests.pdf import bombs, written

BLACK = b"10 10 80 80 re f"
PHOTOGRAPH = written.stream(
    bytes(range(256)) * 40,
    b"/Type /XObject /Subtype /Image /Width 128 /Height 80 /ColorSpace /DeviceGray /BitsPerComponent 8",
)

Draw = Callable[..., tuple[list[PageImage], list[Image.Image]]]


@pytest.fixture
def output(tmp_path: Path) -> Iterator[BinaryIO]:
    with (tmp_path / "pages").open("w+b") as file:
        yield file


@pytest.fixture
def draw(sandbox: Sandbox, tmp_path: Path, output: BinaryIO) -> Draw:
    def draw_bytes(
        data: bytes, pages: list[int], width: int = 800
    ) -> tuple[list[PageImage], list[Image.Image]]:
        path = tmp_path / "file.pdf"
        path.write_bytes(data)
        output.seek(0)
        with path.open("rb") as document:
            drawn = render(sandbox, document, pages, width, output)
        return drawn, [_decoded(output, page) for page in drawn]

    return draw_bytes


def _decoded(output: BinaryIO, page: PageImage) -> Image.Image:
    output.seek(page.offset)
    image = Image.open(io.BytesIO(output.read(page.length)))
    image.load()
    assert image.format == "PNG"
    return image


def test_several_pages_lie_one_after_another(draw: Draw, output: BinaryIO) -> None:
    drawn, images = draw(written.pages(3), [3, 1])
    assert [page.number for page in drawn] == [3, 1]
    assert drawn[1].offset == drawn[0].length
    assert output.seek(0, io.SEEK_END) == sum(page.length for page in drawn)
    assert all(image.size == (page.width, page.height) for page, image in zip(drawn, images, strict=True))


def test_a_page_is_as_wide_as_asked(draw: Draw) -> None:
    assert draw(written.honest(), [1], 640)[1][0].size == (640, 640)


@pytest.mark.parametrize(("asked", "given"), [(1, 100), (-5, 100), (99_999, 2000)])
def test_widths_are_brought_within_bounds(draw: Draw, asked: int, given: int) -> None:
    assert draw(written.honest(), [1], asked)[0][0].width == given


def test_ink_is_where_the_page_has_it(draw: Draw) -> None:
    _, (image,) = draw(written.one_page(content=BLACK), [1], 200)
    assert image.getpixel((50, 150)) == 0
    assert image.getpixel((150, 50)) == 255


def test_a_page_without_colour_is_grey_and_one_with_colour_keeps_it(draw: Draw) -> None:
    assert draw(written.one_page(content=BLACK), [1])[1][0].mode == "L"
    coloured = draw(written.one_page(content=b"1 0 0 rg 10 10 9 9 re f"), [1], 200)[1][0]
    assert coloured.mode == "RGB"
    assert coloured.getpixel((14, 186)) == (255, 0, 0)


def test_a_photograph_comes_through(draw: Draw) -> None:
    page = written.one_page(
        b"/Resources << /XObject << /I 5 0 R >> >>",
        content=b"200 0 0 200 0 0 cm /I Do",
        more={5: PHOTOGRAPH},
    )
    image = draw(page, [1])[1][0]
    assert image.mode == "L"
    assert image.getextrema() == (0, 255)


def test_form_fields_are_drawn(draw: Draw) -> None:
    look = written.stream(b"0 0 50 20 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 50 20]")
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /F 4 /Rect [0 0 50 20] /AP << /N 6 0 R >> >>"
    form = written.one_page(
        b"/Annots [5 0 R]", b"/AcroForm << /Fields [5 0 R] >>", content=b"", more={5: field, 6: look}
    )
    assert draw(form, [1], 200)[1][0].getpixel((20, 190)) == 0


def test_pages_that_do_not_exist_are_left_out(draw: Draw) -> None:
    assert [page.number for page in draw(written.pages(2), [0, 2, 3, -1])[0]] == [2]


def test_a_rotated_page_is_drawn_upright(draw: Draw) -> None:
    sideways = written.honest().replace(b"[0 0 200 200]", b"[0 0 200 400] /Rotate 90")
    assert draw(sideways, [1])[1][0].size == (800, 400)


@pytest.mark.parametrize(
    "box", [b"[0 0 1 14400000]", b"[0 0 14400 14400]", b"[0 0 200 200000]", b"[0 0 9000 3]"]
)
def test_giant_pages_are_bounded(draw: Draw, box: bytes) -> None:
    _, (image,) = draw(written.honest().replace(b"[0 0 200 200]", box), [1], 2000)
    assert max(image.size) <= LONGEST_SIDE + 1
    assert image.width * image.height <= MOST_PIXELS * 1.01


def test_a_bomb_dies_in_the_sandbox(draw: Draw) -> None:
    with pytest.raises(SandboxDied):
        draw(bombs.form_calling_itself(), [1])
