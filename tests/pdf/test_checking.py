"""The check of an official PDF: what is right passes, and whatever was changed behind the seal does not."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from reportlab.pdfgen.canvas import Canvas

from app.pdf.checking import Claim, OfficialDiffersError, check_official
from app.pdf.checking_certificate import CertificateDiffers, check_certificate
from app.pdf.frame import Box
from app.pdf.orders import SealCorrection, SealOrder, SealVersion
from app.pdf.page_objects import boxes_of, open_with_forms
from app.pdf.sandbox import Sandbox
from app.pdf.seal import Sealed, certify, seal
from tests.pdf.hard import hard
from tests.pdf.hostile import (
    attached_to_a_page,
    attachment,
    opening,
    script_behind_a_reference,
    script_in_object_stream,
)
from tests.pdf.sealing import (
    A4,
    ORDER,
    changed,
    drawn,
    lesson_plan,
    order_for,
    with_smooth_picture,
)
from tests.pdf.signing import Authority, sign_anew
from tests.pdf.test_fields import SWITCHES
from tests.pdf.test_seal import sealed_in

PLAN = drawn(lesson_plan, pages=3)
VERSIONS = (
    SealVersion(1, "Lê Thị Ví Dụ", "Giáo viên", "2026-11-18T08:03:27+00:00"),
    SealVersion(2, "Lê Thị Ví Dụ", "Giáo viên", "2026-11-19T07:03:27+00:00", correction=1),
)
CORRECTION = SealCorrection(
    number=1,
    requested_by="Lê Thị Ví Dụ",
    requested_at="2026-11-18T09:03:27+00:00",
    consented_by="Trần Văn Thử",
    consented_as="KT. HIỆU TRƯỞNG",
    consented_at="2026-11-18T10:03:27+00:00",
    reason="Sai số tiết",
)
OTHER_HASH = "0" * 64


def ruled(canvas: Canvas) -> None:
    """Fill a page so that no free place is left for a stamp."""
    for height in range(0, 842, 4):
        canvas.line(0, height, 595, height)
    canvas.drawString(100, 400, "Ten")


def checked(
    sandbox: Sandbox,
    official: bytes,
    order: SealOrder,
    sealed: Sealed,
    approved: bytes = PLAN,
    *,
    came_signed: bool = False,
) -> None:
    claim = Claim(order, sealed.stamp_box, came_signed=came_signed)
    with TemporaryFile() as source, TemporaryFile() as made:
        source.write(approved)
        made.write(official)
        check_official(sandbox, source, made, claim)


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
        {"maker": "Phạm Thị Khác"},
        {"decisions": ORDER.decisions[:1]},
        {"decisions": (replace(ORDER.decisions[0], name="Đỗ Văn Giả"), ORDER.decisions[1])},
        {"decisions": ORDER.decisions[::-1]},
        {"decisions": (*ORDER.decisions, ORDER.decisions[1])},
        {"decisions": (ORDER.decisions[0], replace(ORDER.decisions[1], capacity="TUQ."))},
        {"decisions": (ORDER.decisions[0], replace(ORDER.decisions[1], capacity="", on_behalf_of=""))},
        {"decisions": (ORDER.decisions[0], replace(ORDER.decisions[1], on_behalf_of="Tổ trưởng"))},
        {"decisions": (replace(ORDER.decisions[0], role_label="Tổ trưởng Tổ 2"), ORDER.decisions[1])},
        {"decisions": (replace(ORDER.decisions[0], capacity="KT.", on_behalf_of="X"), ORDER.decisions[1])},
        {"decisions": (replace(ORDER.decisions[0], at="2026-11-19T08:04:27+00:00"), ORDER.decisions[1])},
        {"school": "Trường Tiểu học B"},
        {"superior": ""},
        {"department": "Tổ 2"},
        {"class_name": ""},
        {"subject": "Toán"},
        {"period": "Tuần 13, năm học 2026-2027"},
        {"check_url": "https://khac.example/kiem-tra/KD-7F3K9-Q2M4X"},
        {"version": 2},
        {"versions": VERSIONS[:1]},
        {"versions": VERSIONS[::-1]},
        {"versions": (VERSIONS[0], replace(VERSIONS[1], name="Đỗ Văn Giả"))},
        {"versions": (VERSIONS[0], replace(VERSIONS[1], correction=2))},
        {"corrections": ()},
        {"corrections": (replace(CORRECTION, consented_as="HIỆU TRƯỞNG"),)},
        {"corrections": (replace(CORRECTION, reason="Sai tên"),)},
    ],
)
def test_a_certificate_that_says_something_else_than_the_order_does_not_pass(
    other: dict[str, Any],
) -> None:
    order = replace(plan_order(), versions=VERSIONS, corrections=(CORRECTION,))
    made, certificate = BytesIO(), BytesIO()
    certify(order, made)
    certify(replace(order, **other), certificate)

    with pytest.raises(CertificateDiffers):
        check_certificate(certificate.getvalue(), order, 0, frames_of(certificate.getvalue()), signed=True)
    check_certificate(made.getvalue(), order, 0, frames_of(made.getvalue()), signed=True)


MOMENT = "10:00:00 01/12/2026 +07:00"


@pytest.mark.parametrize(
    "told",
    [
        {"title": f"Biên bản họp lúc {MOMENT}"},
        {"maker": f"Lê Thị Ví Dụ {MOMENT}"},
        {"corrections": (replace(CORRECTION, reason=f"bản ký lúc {MOMENT} sai ngày"),)},
        {"decisions": (replace(ORDER.decisions[0], role_label=f"Tổ trưởng {MOMENT}"), ORDER.decisions[1])},
    ],
)
def test_a_time_that_somebody_wrote_is_no_further_decision(told: dict[str, Any]) -> None:
    order = replace(plan_order(), **told)
    made, more = BytesIO(), BytesIO()
    certify(order, made)
    certify(replace(order, decisions=(*order.decisions, ORDER.decisions[1])), more)

    check_certificate(made.getvalue(), order, 0, frames_of(made.getvalue()), signed=True)
    with pytest.raises(CertificateDiffers):
        check_certificate(more.getvalue(), order, 0, frames_of(more.getvalue()), signed=True)


def frames_of(certificate: bytes) -> list[list[Box]]:
    document = open_with_forms(certificate)
    return [boxes_of(document[number]) for number in range(len(document))]


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


@pytest.fixture(scope="module")
def signed() -> bytes:
    return sign_anew(drawn(lesson_plan), Authority.new().signer("Giáo viên"))


def test_a_signed_file_is_checked_with_the_certificate_beside_it(sandbox: Sandbox, signed: bytes) -> None:
    order, made = order_for(signed), BytesIO()
    sealed = certify(order, made)

    checked(sandbox, made.getvalue(), order, sealed, signed, came_signed=True)
    for other in (replace(order, approved_sha256=OTHER_HASH), replace(order, approved_pages=2)):
        with pytest.raises(OfficialDiffersError):
            checked(sandbox, made.getvalue(), other, sealed, signed, came_signed=True)


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        (SWITCHES["nothing to switch"][0], ""),
        (SWITCHES["a field"][0], ""),
        (SWITCHES["a click that hides"][0], "mixed_content"),
        (SWITCHES["a layer that is off when exported"][0], "mixed_content"),
        (SWITCHES["a password"][0], "mixed_content"),
        (SWITCHES["a field with a sign more"][0], "mixed_content"),
        (opening(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), "active_content"),
        (opening(b"<< /S /Launch /F (cmd.exe) >>"), "active_content"),
        (script_behind_a_reference(), "active_content"),
        (script_in_object_stream(), "active_content"),
        (attachment(), "embedded_files"),
        (attached_to_a_page(), "embedded_files"),
    ],
)
def test_what_the_gate_refuses_of_a_signed_file_is_not_filed_either(
    sandbox: Sandbox, document: bytes, refused: str
) -> None:
    approved = sign_anew(document, Authority.new().signer("Giáo viên"))
    order, made = order_for(approved), BytesIO()
    sealed = certify(order, made)

    with pytest.raises(OfficialDiffersError, match=refused) if refused else nullcontext():
        checked(sandbox, made.getvalue(), order, sealed, approved, came_signed=True)


def test_a_file_without_a_signature_is_never_filed_as_it_came(sandbox: Sandbox) -> None:
    made = BytesIO()
    sealed = certify(plan_order(), made)

    with pytest.raises(OfficialDiffersError, match="signature"):
        checked(sandbox, made.getvalue(), plan_order(), sealed, came_signed=True)


def test_very_long_names_and_titles_are_no_difference(sandbox: Sandbox) -> None:
    long = "Kế hoạch bài dạy môn Tiếng Việt lớp 3 bộ sách Kết nối tri thức với cuộc sống " * 8
    order = order_for(PLAN, approved_pages=3, title=long.strip(), maker="Công Tằng Tôn Nữ " * 6)

    sealed, official = sealed_in(sandbox, PLAN, order)

    checked(sandbox, official, order, sealed)


def test_an_official_without_a_size_in_its_trailer_is_written_with_one(sandbox: Sandbox) -> None:
    document = hard("trailer-without-size")
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
