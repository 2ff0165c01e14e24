"""The check of an official PDF: what is right passes, and whatever was changed behind the seal does not."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from reportlab.pdfgen.canvas import Canvas

from app.pdf.checking import Claim, OfficialDiffersError, check_official
from app.pdf.orders import SealOrder
from app.pdf.sandbox import Sandbox
from app.pdf.seal import Sealed, certify, seal
from tests.pdf.sealing import (
    A4,
    ORDER,
    SAMPLES,
    changed,
    drawn,
    lesson_plan,
    official_of,
    order_for,
    with_smooth_picture,
)
from tests.pdf.test_seal import sealed_in

PLAN = drawn(lesson_plan, pages=3)
OTHER_HASH = "0" * 64


def ruled(canvas: Canvas) -> None:
    """Fill a page so that no free place is left for a stamp."""
    for height in range(0, 842, 4):
        canvas.line(0, height, 595, height)
    canvas.drawString(100, 400, "Ten")


def checked(
    sandbox: Sandbox, official: bytes, order: SealOrder, sealed: Sealed, approved: bytes | None = PLAN
) -> None:
    with TemporaryFile() as source, TemporaryFile() as made:
        source.write(approved or b"")
        made.write(official)
        check_official(sandbox, source if approved else None, made, Claim(order, sealed.stamp_box))


def plan_order() -> SealOrder:
    return order_for(PLAN, approved_pages=3)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize(("draw", "place"), [(lesson_plan, "free"), (ruled, "margin")])
def test_what_was_sealed_rightly_passes(
    sandbox: Sandbox, turned: int, draw: Callable[[Canvas], None], place: str
) -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            page.Rotate = turned

    document = changed(drawn(draw, A4, pages=2), turn)
    order = order_for(document, approved_pages=2)
    sealed, official = sealed_in(sandbox, document, order)

    assert sealed.stamp_place == place
    checked(sandbox, official, order, sealed, document)


def test_an_ordinary_pdf_passes_as_well(sandbox: Sandbox) -> None:
    with TemporaryFile() as source, TemporaryFile() as made:
        source.write(PLAN)
        sealed = seal(sandbox, source, plan_order(), made, archival=False)
        assert sealed.pdfa is None
        check_official(sandbox, source, made, Claim(plan_order(), sealed.stamp_box))


def _write_on(number: int) -> Callable[[pikepdf.Pdf], None]:
    def write(pdf: pikepdf.Pdf) -> None:
        pdf.pages[number].contents_add(b"q 1 0 0 1 200 300 cm 0 0 30 12 re f Q")

    return write


def _write_unseen(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[1]
    name = next(iter(page.Resources.Font.keys()))
    page.contents_add(f"BT 3 Tr {name} 9 Tf 10 10 Td (unseen) Tj ET".encode())


def _drop_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[1]


def _drop_certificate(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[3]


def _double_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages.insert(1, pdf.pages[2])


def _drop_stamp(pdf: pikepdf.Pdf) -> None:
    stamp = pdf.pages[0].Resources.XObject.KyDuyet
    stamp.write(b"")


def _enlarge(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2].MediaBox = Array([0, 0, 700, 842])


def _field(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[3].Annots[0]


def _fill_field(pdf: pikepdf.Pdf) -> None:
    _field(pdf).V = Dictionary(Type=Name.Sig)


def _move_field(pdf: pikepdf.Pdf) -> None:
    _field(pdf).Rect = Array([0, 0, 595, 842])


def _shift_field(pdf: pikepdf.Pdf) -> None:
    _field(pdf).Rect = Array([float(edge) + 20 for edge in _field(pdf).Rect.as_list()])


def _exchange_fields(pdf: pikepdf.Pdf) -> None:
    first, second = (pdf.pages[3].Annots[number] for number in (0, 1))
    first.Rect, second.Rect = second.Rect, first.Rect


def _drop_field(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[3].Annots[0]


def _rename_field(pdf: pikepdf.Pdf) -> None:
    _field(pdf).T = "khac"


@pytest.mark.parametrize(
    "tamper",
    [
        _write_on(0),
        _write_on(1),
        _write_on(2),
        _write_unseen,
        _drop_page,
        _drop_certificate,
        _double_page,
        _drop_stamp,
        _enlarge,
        _fill_field,
        _move_field,
        _shift_field,
        _exchange_fields,
        _drop_field,
        _rename_field,
    ],
)
def test_whatever_was_changed_behind_the_seal_is_found(
    sandbox: Sandbox, tamper: Callable[[pikepdf.Pdf], None]
) -> None:
    sealed, official = sealed_in(sandbox, PLAN, plan_order())

    with pytest.raises(OfficialDiffersError):
        checked(sandbox, changed(official, tamper), plan_order(), sealed)


@pytest.mark.parametrize("cut", [0, 100, 5000])
def test_a_file_that_lost_its_end_or_everything_does_not_pass(sandbox: Sandbox, cut: int) -> None:
    sealed, official = sealed_in(sandbox, PLAN, plan_order())

    with pytest.raises(OfficialDiffersError):
        checked(sandbox, official[:cut], plan_order(), sealed)


@pytest.mark.parametrize(
    "other",
    [
        {"approved_sha256": OTHER_HASH},
        {"record_code": "KD-00000-00000"},
        {"owner": "Phạm Thị Khác"},
        {"decisions": ORDER.decisions[:1]},
        {"decisions": (replace(ORDER.decisions[0], name="Đỗ Văn Giả"), ORDER.decisions[1])},
    ],
)
def test_a_certificate_that_says_something_else_than_the_order_does_not_pass(
    sandbox: Sandbox, other: dict[str, Any]
) -> None:
    made = official_of(PLAN, replace(plan_order(), **other))
    sealed, _ = sealed_in(sandbox, PLAN, plan_order())

    with pytest.raises(OfficialDiffersError):
        checked(sandbox, made.data, plan_order(), replace(sealed, stamp_box=made.box))


def test_the_place_of_the_stamp_hides_no_more_than_a_stamp(sandbox: Sandbox) -> None:
    sealed, official = sealed_in(sandbox, PLAN, plan_order())
    everything = replace(sealed, stamp_box=(0.0, 0.0, *A4))

    with pytest.raises(OfficialDiffersError):
        checked(sandbox, changed(official, _write_on(0)), plan_order(), everything)


def test_a_change_above_the_strip_is_found(sandbox: Sandbox) -> None:
    document = drawn(ruled)
    order = order_for(document)
    sealed, official = sealed_in(sandbox, document, order)

    with pytest.raises(OfficialDiffersError):
        checked(sandbox, changed(official, _write_on(0)), order, sealed, document)


def test_the_certificate_of_a_signed_file_is_checked_alone(sandbox: Sandbox) -> None:
    made = BytesIO()
    sealed = certify(plan_order(), made)

    checked(sandbox, made.getvalue(), plan_order(), sealed, approved=None)
    with pytest.raises(OfficialDiffersError):
        checked(sandbox, made.getvalue(), replace(plan_order(), approved_sha256=OTHER_HASH), sealed, None)


def test_very_long_names_and_titles_are_no_difference(sandbox: Sandbox) -> None:
    long = "Kế hoạch bài dạy môn Tiếng Việt lớp 3 bộ sách Kết nối tri thức với cuộc sống " * 8
    order = order_for(PLAN, approved_pages=3, title=long.strip(), owner="Công Tằng Tôn Nữ " * 6)

    sealed, official = sealed_in(sandbox, PLAN, order)

    checked(sandbox, official, order, sealed)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the folder of sample PDFs is not beside the checkout")
def test_an_official_without_a_size_in_its_trailer_is_written_with_one(sandbox: Sandbox) -> None:
    document = (SAMPLES / "hard/pdf/trailer-without-size.pdf").read_bytes()
    order = order_for(document)

    sealed, official = sealed_in(sandbox, document, order)

    checked(sandbox, official, order, sealed, document)


def test_a_comment_without_a_look_of_its_own_is_still_shown(sandbox: Sandbox) -> None:
    def comment(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.FreeText, F=4, Contents="Da xem", DA="0 g /Helv 12 Tf"
        )
        note.Rect = Array([300, 20, 500, 50])
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    document = changed(PLAN, comment)
    order = order_for(document, approved_pages=3)
    sealed, official = sealed_in(sandbox, document, order)

    checked(sandbox, official, order, sealed, document)


def test_an_archival_official_whose_picture_became_coarser_does_not_pass(sandbox: Sandbox) -> None:
    document = with_smooth_picture()
    order = order_for(document)
    sealed, official = sealed_in(sandbox, document, order)

    assert sealed.pdfa == "PDF/A-2b"
    with pytest.raises(OfficialDiffersError):
        checked(sandbox, official, order, sealed, document)
