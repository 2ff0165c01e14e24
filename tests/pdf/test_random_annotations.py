"""Whatever lies over a page's words: what is read is what the official shows and prints, in any reader."""

import random
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Name
from PIL import Image, ImageChops

from app.pdf.annotations import (
    HIDDEN,
    INVISIBLE,
    NO_ROTATE,
    NO_VIEW,
    NO_ZOOM,
    PRINT,
    TOGGLE_NO_VIEW,
    flags_of,
    is_box,
    is_field,
    waits_for_signature,
)
from app.pdf.checking import check
from app.pdf.gate_examine import examine
from app.pdf.page_objects import open_with_forms
from app.pdf.pages import draw
from tests.pdf.annotating import annotated_at_random
from tests.pdf.sealing import Official, official_of, order_for

pytestmark = pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
SIZE = (300, 200)
WIDTH = 300
DEPENDING = INVISIBLE | HIDDEN | NO_ZOOM | NO_ROTATE | NO_VIEW | TOGGLE_NO_VIEW
SAME_GREY = 3
"""Colours are made grey by two programs, which round otherwise."""


@pytest.mark.parametrize("start", range(0, 160, 20))
def test_what_is_read_is_what_the_official_shows_and_prints(start: int) -> None:
    taken = 0
    for seed in range(start, start + 20):
        document = annotated_at_random(random.Random(seed))
        if "refused" not in examine(BytesIO(document), {"max_pages": 9}, None):
            taken += 1
            assert_printed_as_read(document, seed)
    assert taken > 5, "a generator whose files are all refused tries nothing"


def assert_printed_as_read(document: bytes, seed: int) -> None:
    order = order_for(document)
    official = official_of(document, order, examine=False)
    arguments = {
        "order": order.to_json(),
        "approved_size": len(document),
        "stamp_box": None,
        "archival": False,
        "came_signed": False,
    }
    assert check(BytesIO(document + official.data), arguments, None) == {"differs": None}, seed
    read = page_image(document)
    for purpose in (None, "print"):
        assert is_pictured(read, official, purpose), (seed, purpose)
    with official.open() as pdf:
        for annotation in pdf.pages[0].get("/Annots", pikepdf.Array()).as_list():
            assert_readers_agree(annotation, seed)


def page_image(document: bytes) -> Image.Image:
    """Return the picture from which people read."""
    output = BytesIO()
    draw(BytesIO(document), {"pages": [1], "width": WIDTH}, output)
    return Image.open(output).convert("L")


def is_pictured(read: Image.Image, official: Official, purpose: str | None) -> bool:
    """Tell whether the first page without the strip for the stamp is as it was read, in colour or grey."""
    page = open_with_forms(official.data)[0]
    page.set_mediabox(0, 0, *SIZE)
    page.set_cropbox(0, 0, *SIZE)
    scale = (WIDTH - 0.5) / page.get_width()
    pictures = [
        page.render(scale=scale, optimize_mode=purpose, grayscale=grey).to_pil() for grey in (True, False)
    ]
    differences = [ImageChops.difference(read, picture.convert("L")) for picture in pictures]
    return min(max(difference.tobytes()) for difference in differences) <= SAME_GREY


def assert_readers_agree(annotation: pikepdf.Object, seed: int) -> None:
    """An annotation shows one look, that of the file, on screen and paper; or nothing."""
    kind = annotation.Subtype
    if kind == Name.Link or waits_for_signature(annotation):
        assert not {"/AP", "/MK", "/BS"} & annotation.keys(), seed
        assert kind != Name.Link or annotation.Border == pikepdf.Array([0, 0, 0]), seed
        return
    assert kind == Name.Stamp or is_field(annotation), seed
    assert flags_of(annotation) & (DEPENDING | PRINT) == PRINT, seed
    assert set(annotation.AP.keys()) == {"/N"}, seed
    if not is_box(annotation):
        assert isinstance(annotation.AP.N, pikepdf.Stream), seed
