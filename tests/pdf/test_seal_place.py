"""Where the stamp goes: never over text, pictures, ink or fields, on every kind of page."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageStat
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.pdf.frame import Frame, frame_of
from app.pdf.free_place import Room
from app.pdf.metric_twins import with_twins
from app.pdf.rewriting import reading_of
from app.pdf.typeface import REGULAR
from tests.pdf.sealing import (
    A4,
    SAMPLES,
    SCALE,
    Official,
    accepted_samples,
    changed,
    differs_at,
    drawn,
    lesson_plan,
    letter_boxes,
    official_of,
    overlap,
    picture,
    pixels,
    with_content,
)

WHITE = ((255, 255),) * 3


def seen_frame(data: bytes) -> Frame:
    with pikepdf.open(BytesIO(data)) as pdf:
        return frame_of(pdf.pages[0])


def assert_alike(before: Image.Image, after: Image.Image, *, exactly: bool) -> None:
    """Compare pictures; where points are no whole pixels a taller page is drawn a hair differently."""
    if exactly:
        assert differs_at(before, after) is None
    else:
        assert max(ImageStat.Stat(ImageChops.difference(before, after)).mean) < 15


def assert_stamp_hides_nothing(document: bytes, official: Official) -> None:
    """The page is as it was but for the stamp, and where the stamp is there was bare paper."""
    # Embedded twins of fonts have a look of their own, which their own tests hold to bounds.
    read = (with_twins(document) if official.answer["pdfa"] else None) or document
    before, after, frame = picture(read), picture(official.data), seen_frame(document)
    if official.answer["stamp_place"] == "margin":
        height = seen_frame(official.data).height
        whole_points = frame.width % 1 == frame.height % 1 == 0
        assert_alike(before, after.crop((0, 0, *before.size)), exactly=whole_points)
        stamped = after.crop(pixels(official.box, height))
        assert pixels(official.box, height, air=0)[1] >= before.height - 1
    else:
        where = differs_at(before, after)
        area = pixels(official.box, frame.height)
        assert where is not None
        assert (*map(min, area[:2], where[:2]), *map(max, area[2:], where[2:])) == area
        assert before.crop(area).getextrema() == WHITE
        stamped = after.crop(area)
        box = frame.stored(official.box)
        assert not [letter for letter in letter_boxes(document) if overlap(letter, box)]
    assert stamped.getextrema() != WHITE


def a_line(canvas: Canvas) -> None:
    canvas.drawString(20, 20, "Một dòng chữ")


def a_scan(canvas: Canvas) -> None:
    paper = ImageReader(Image.new("L", (248, 351), 254))
    canvas.drawImage(paper, 0, 0, A4[0], A4[1])


def a_logo_at_the_top_right(canvas: Canvas) -> None:
    lesson_plan(canvas)
    canvas.drawImage(ImageReader(Image.new("L", (10, 10), 255)), 380, 780, 210, 60)


def invisible_text(canvas: Canvas) -> None:
    text = canvas.beginText(20, 820)
    text.setTextRenderMode(3)
    for _ in range(60):
        text.textLine("lớp chữ ẩn dưới ảnh quét " * 6)
    canvas.drawText(text)


def a_tinted_background(canvas: Canvas) -> None:
    canvas.setFillGray(0.9)
    canvas.rect(0, 0, 600, 850, stroke=0, fill=1)


def hairlines(canvas: Canvas) -> None:
    canvas.setLineWidth(0.2)
    for number in range(60):
        canvas.line(0, number * 15, 600, number * 15)


def set_page(**keys: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in keys.items():
            pdf.pages[0].obj[f"/{key}"] = value

    return change


def test_a_lesson_plan_gets_its_stamp_into_the_margin_above_the_text() -> None:
    document = drawn(lesson_plan)

    official = official_of(document)

    assert official.answer["stamp_place"] == "free"
    assert official.box[1] > 780
    assert_stamp_hides_nothing(document, official)


def test_an_empty_corner_at_the_top_right_is_preferred() -> None:
    document = drawn(a_line)

    official = official_of(document)

    assert official.box[2] > A4[0] - 25
    assert official.box[3] > A4[1] - 25
    assert_stamp_hides_nothing(document, official)


@pytest.mark.parametrize("draw", [a_scan, invisible_text, a_tinted_background, hairlines])
def test_a_page_without_free_place_gets_a_strip_below(draw: Callable[[Canvas], None]) -> None:
    document = drawn(draw)

    official = official_of(document)

    assert official.answer["stamp_place"] == "margin"
    assert_stamp_hides_nothing(document, official)


def test_a_picture_is_not_covered_even_where_it_is_white() -> None:
    document = drawn(a_logo_at_the_top_right)

    official = official_of(document)

    assert not overlap(official.box, (380, 780, 590, 840))
    assert_stamp_hides_nothing(document, official)


def test_a_picture_inside_a_form_is_found_where_it_is_seen() -> None:
    def logo_in_a_form(canvas: Canvas) -> None:
        canvas.beginForm("logo", upperx=100, uppery=100)
        canvas.drawImage(ImageReader(Image.new("L", (10, 10), 255)), 0, 0, 100, 100)
        canvas.endForm()
        canvas.translate(350, 600)
        canvas.scale(2.4, 2.4)
        canvas.doForm("logo")

    official = official_of(drawn(logo_in_a_form))

    assert not overlap(official.box, (350, 600, 590, 840))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("draw", [a_line, a_scan])
def test_a_rotated_page_is_stamped_in_view(draw: Callable[[Canvas], None], rotation: int) -> None:
    document = changed(drawn(draw), set_page(Rotate=rotation))

    official = official_of(document)

    assert_stamp_hides_nothing(document, official)


def test_the_stamp_of_a_rotated_page_reads_like_that_of_an_upright_one() -> None:
    upright = official_of(drawn(a_line, size=(500, 500)))
    turned = official_of(changed(drawn(a_line, size=(500, 500)), set_page(Rotate=90)))

    looks = [picture(one.data).crop(pixels(one.box, 500)) for one in (upright, turned)]

    assert upright.box == turned.box
    assert differs_at(*looks) is None


@pytest.mark.parametrize(
    "size",
    [(842, 595), (1191, 842), (420, 595), (960, 540), (100, 100), (30, 2000), (5000, 7000), (14400, 14400)],
)
@pytest.mark.parametrize("draw", [a_line, a_scan])
def test_a_page_of_any_size_is_stamped(draw: Callable[[Canvas], None], size: tuple[float, float]) -> None:
    document = drawn(draw, size=size)

    official = official_of(document)

    if max(size) < 5000:
        assert_stamp_hides_nothing(document, official)
    assert seen_frame(official.data).width >= official.box[2] > official.box[0] >= 0


@pytest.mark.parametrize("draw", [lesson_plan, a_scan])
def test_a_crop_box_decides_what_is_seen(draw: Callable[[Canvas], None]) -> None:
    document = changed(drawn(draw), set_page(CropBox=Array([60, 100, 560, 800])))

    official = official_of(document)

    assert_stamp_hides_nothing(document, official)


def test_a_page_whose_corner_is_not_the_origin_is_stamped_in_view() -> None:
    document = changed(drawn(lesson_plan), set_page(MediaBox=Array([-100, 200, 500, 1000])))

    assert_stamp_hides_nothing(document, official_of(document))


def test_a_form_field_is_not_covered_though_it_is_empty() -> None:
    def add_field(pdf: pikepdf.Pdf) -> None:
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="ten", F=4)
        field.Rect = Array([300, 700, 590, 840])
        pdf.pages[0].Annots = Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].Annots)

    official = official_of(changed(drawn(a_line), add_field))

    assert not overlap(official.box, (300, 700, 590, 840))


@pytest.mark.parametrize(
    "content",
    [
        b"q 0.5 0 0 0.5 100 100 cm 0 0 50 50 re f",
        b"Q 0.5 0 0 0.5 100 100 cm 0 0 50 50 re f",
        b"0 0 50 50 re f BT /F1 9 Tf",
        b"0 0 50 50 re f [(cut",
        b"/OC /Hidden BDC 0 0 50 50 re f",
    ],
    ids=["unclosed state", "closed too often", "unclosed text", "cut short", "unclosed layer"],
)
def test_content_that_ends_badly_does_not_misplace_the_stamp(content: bytes) -> None:
    document = with_content(content)

    official = official_of(document)

    assert official.answer["stamp_place"] == "margin"
    assert_stamp_hides_nothing(document, official)


def test_content_beyond_the_page_does_not_reach_into_the_strip() -> None:
    document = with_content(b"0 g -100 -500 2000 3000 re f")

    official = official_of(document)

    strip = picture(official.data).crop((0, picture(document).height + 1, int(200 * SCALE), 10_000))
    assert strip.convert("L").getextrema()[1] == 255


def test_resources_shared_by_pages_are_not_changed_for_the_others() -> None:
    def share(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].Resources = pdf.pages[0].Resources = pdf.make_indirect(pdf.pages[0].Resources)

    official = official_of(changed(drawn(lesson_plan, pages=2), share)).open()

    assert "/XObject" in official.pages[0].Resources
    assert "/XObject" not in official.pages[1].Resources


def test_room_is_found_only_where_every_cell_is_free() -> None:
    room = Room(cell=1.0, columns=8, rows=(0b00000000, 0b00111000, 0b00111000, 0b11111111))

    assert room.find(3, 2, margin=0) == (2.0, 1.0)
    assert room.find(4, 2, margin=0) is None
    assert room.find(8, 1, margin=0) == (0.0, 3.0)
    assert room.find(3, 2, margin=2) is None


def test_text_in_white_is_not_covered() -> None:
    def white_text(canvas: Canvas) -> None:
        canvas.setFillGray(1)
        canvas.setFont(REGULAR, 60)
        canvas.drawRightString(590, 780, "ẨN")

    document = drawn(white_text)

    assert_stamp_hides_nothing(document, official_of(document))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the folder of sample PDFs is not beside the checkout")
@pytest.mark.parametrize("name", accepted_samples())
def test_nothing_is_hidden_on_any_accepted_sample(name: str) -> None:
    document = (SAMPLES / name).read_bytes()

    # Small notes are in neither: what counts is what the page images show.
    assert_stamp_hides_nothing(reading_of(document), official_of(document))
