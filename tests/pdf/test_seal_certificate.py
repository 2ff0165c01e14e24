"""The certificate page: everything decided is on it, however long the names and the history."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest
import segno
from pikepdf import Array, Name

from app.pdf.orders import SealCorrection, SealDecision, SealOrder, SealVersion
from app.pdf.qr import draw_qr, modules
from app.pdf.seal import certify
from app.pdf.typeface import BOLD, MISSING_LETTER, REGULAR, fit, load_fonts, printable, text_width, wrap
from tests.pdf.sealing import (
    APPROVED,
    ORDER,
    SCALE,
    SIGNED_OFF,
    drawn,
    lesson_plan,
    official_of,
    picture,
    text_of,
)

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
LONG_NAME = "Công Tằng Tôn Nữ Hoàng Nguyễn Thị Phương Khánh "

CAPTION_HEIGHT, NAME_HEIGHT = 54.0, 44.0


def official_pages(official: bytes) -> int:
    with pikepdf.open(BytesIO(official)) as pdf:
        return len(pdf.pages)


def certificate_text(official: bytes) -> str:
    return " ".join(text_of(official, page) for page in range(1, official_pages(official)))


def test_school_record_owner_and_every_decision_are_on_it() -> None:
    text = certificate_text(official_of(drawn(lesson_plan)).data)

    for part in (
        "ỦY BAN NHÂN DÂN XÃ MẪU",
        "TRƯỜNG TIỂU HỌC A",
        "KD-7F3K9-Q2M4X",
        "Kế hoạch bài dạy tuần 12",
        "Tuần 12, năm học 2026-2027",
        "Lê Thị Ví Dụ",
        "Tổ trưởng Tổ 1",
        "KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG",
        "https://kyduyet.example/kiem-tra/KD-7F3K9-Q2M4X",
    ):
        assert part in text


CORRECTION = SealCorrection(
    number=17,
    requested_by="Lê Thị Ví Dụ",
    requested_at="2026-11-12T08:00:00+00:00",
    consented_by="Trần Văn Thử",
    consented_as="KT. HIỆU TRƯỞNG",
    consented_at="2026-11-13T20:00:00+00:00",
    reason="Sai số liệu ở trang 2",
)


def test_each_versions_hand_and_its_correction_are_on_it() -> None:
    versions = (
        SealVersion(1, "Lê Thị Ví Dụ", "Giáo viên", "2026-11-10T08:03:27+00:00"),
        SealVersion(2, LONG_NAME.strip(), "", "2026-11-13T20:03:27+00:00", correction=17),
    )
    order = replace(ORDER, versions=versions, corrections=(CORRECTION,), version=2)
    text = certificate_text(official_of(drawn(lesson_plan), order).data)

    assert "Lần nộp thứ 1: Lê Thị Ví Dụ, Giáo viên, 15:03:27 10/11/2026" in text
    assert f"{LONG_NAME.strip()}, 03:03:27 14/11/2026, theo phiếu sửa chữa số 17" in text
    assert (
        "Lê Thị Ví Dụ đề nghị ngày 12/11/2026; KT. HIỆU TRƯỞNG Trần Văn Thử đồng ý ngày 14/11/2026." in text
    )
    assert "Lý do: Sai số liệu ở trang 2" in text
    assert SealOrder.from_json(order.to_json()) == order


def test_forty_versions_go_on_over_as_many_pages_as_they_take() -> None:
    versions = tuple(
        SealVersion(n, LONG_NAME * 2, "Giáo viên", "2026-11-10T08:03:27+00:00") for n in range(1, 41)
    )
    text = certificate_text(official_of(drawn(lesson_plan), replace(ORDER, versions=versions)).data)
    assert all(f"Lần nộp thứ {n}:" in text for n in range(1, 41))


def test_times_are_those_of_vietnam() -> None:
    text = certificate_text(official_of(drawn(lesson_plan)).data)

    assert "15:03:27 19/11/2026 +07:00" in text
    assert "01:30:05 21/11/2026 +07:00" in text


def test_the_hash_of_the_approved_bytes_is_in_groups_of_eight() -> None:
    text = certificate_text(official_of(drawn(lesson_plan)).data)

    assert "9f86d081 884c7d65 9a2feaa0 c55ad015 a3bf4f1b 2b0b822c d15d6c15 b0f00a08" in text


@pytest.mark.parametrize("count", range(1, 13))
def test_every_decision_of_a_long_history_has_its_row(count: int) -> None:
    decisions = tuple(replace(APPROVED, name=f"Người duyệt thứ {number}.") for number in range(count))

    official = official_of(drawn(lesson_plan), replace(ORDER, decisions=decisions))

    text = certificate_text(official.data)
    assert all(decision.name in text for decision in decisions)
    assert official.answer["pages"] == (2 if count <= 4 else 3)
    assert official.answer["pdfa"] == "PDF/A-2b", official.answer["pdfa_reason"]


@pytest.mark.parametrize("count", range(1, 13))
def test_the_signatures_never_stand_alone_on_a_page(count: int) -> None:
    official = official_of(drawn(lesson_plan), replace(ORDER, decisions=(APPROVED,) * count)).data

    pages = [text_of(official, page) for page in range(1, official_pages(official))]
    (last,) = (page for page in pages if "IV. Chữ ký số" in page)
    assert "III. Xác thực" in last


def test_the_stamp_shows_the_last_decisions_and_counts_the_others() -> None:
    decisions = (*[replace(APPROVED, name=f"Thứ {number}") for number in range(5)], SIGNED_OFF)

    text = text_of(official_of(drawn(lesson_plan), replace(ORDER, decisions=decisions)).data, 0)

    assert "Trần Văn Thử" in text
    assert "và 3 lượt khác, xem phiếu ký duyệt" in text
    assert "Thứ 2" not in text


@pytest.mark.parametrize(
    ("capacity", "stands_for", "own"),
    [
        ("KT.", "Hiệu trưởng", "Phó Hiệu trưởng"),
        ("TUQ.", "Hiệu trưởng", "Phó Hiệu trưởng"),
        ("TUQ.", "Tổ trưởng Tổ 1", "Tổ phó Tổ 1"),
    ],
)
def test_stamp_and_certificate_say_for_whom_somebody_signed(capacity: str, stands_for: str, own: str) -> None:
    decision = replace(SIGNED_OFF, capacity=capacity, on_behalf_of=stands_for, role_label=own)

    official = official_of(drawn(lesson_plan), replace(ORDER, decisions=(decision,))).data

    assert f"{capacity} {stands_for.upper()}, {own}" in " ".join(text_of(official, 0).split())
    assert f"{capacity} {stands_for.upper()} {own.upper()} {decision.name}" in certificate_text(official)


IN_OWN_RIGHT = replace(SIGNED_OFF, capacity="", on_behalf_of="", role_label="Hiệu trưởng")
FOR_THE_HEAD = replace(APPROVED, capacity="TUQ.", on_behalf_of="Tổ trưởng Tổ 1", role_label="Giáo viên")
OWNER_SPACE = ("NGƯỜI LẬP HỒ SƠ", "Lê Thị Ví Dụ")


@pytest.mark.parametrize(
    ("decisions", "head", "principal"),
    [
        (
            (APPROVED, IN_OWN_RIGHT),
            ("TỔ TRƯỞNG TỔ 1", "Nguyễn Thị Mẫu"),
            ("HIỆU TRƯỞNG", "Trần Văn Thử"),
        ),
        (
            (APPROVED, SIGNED_OFF),
            ("TỔ TRƯỞNG TỔ 1", "Nguyễn Thị Mẫu"),
            ("KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "Trần Văn Thử"),
        ),
        (
            (FOR_THE_HEAD, replace(SIGNED_OFF, capacity="TUQ.")),
            ("TUQ. TỔ TRƯỞNG TỔ 1 GIÁO VIÊN", "Nguyễn Thị Mẫu"),
            ("TUQ. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "Trần Văn Thử"),
        ),
        (
            (SIGNED_OFF,),
            ("TỔ TRƯỞNG CHUYÊN MÔN", "(hồ sơ không qua bước này)"),
            ("KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "Trần Văn Thử"),
        ),
    ],
    ids=["in their own right", "KT.", "TUQ.", "the head skipped"],
)
def test_each_signature_field_is_below_the_capacity_and_above_the_name_of_who_decided(
    decisions: tuple[SealDecision, ...], head: tuple[str, str], principal: tuple[str, str]
) -> None:
    official = BytesIO()

    certify(replace(ORDER, decisions=decisions), official)

    assert spaces_of(official.getvalue()) == {
        "ky_nguoi_lap": OWNER_SPACE,
        "ky_to_truong": head,
        "ky_hieu_truong": principal,
    }


def test_a_long_post_and_a_long_name_stay_with_their_own_signature_field() -> None:
    department = "Tổ Khoa học tự nhiên và xã hội, Công nghệ"
    decision = replace(
        FOR_THE_HEAD, name=LONG_NAME.strip(), on_behalf_of=f"Tổ trưởng {department}", role_label="Giáo viên"
    )
    official = BytesIO()

    certify(replace(ORDER, decisions=(decision, SIGNED_OFF)), official)

    spaces = spaces_of(official.getvalue())
    assert spaces["ky_to_truong"] == (f"TUQ. TỔ TRƯỞNG {department.upper()} GIÁO VIÊN", LONG_NAME.strip())
    assert spaces["ky_hieu_truong"] == ("KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "Trần Văn Thử")


def spaces_of(official: bytes) -> dict[str, tuple[str, str]]:
    """Return of each signature field what is written right above and right below it."""
    pdf = pdfium.PdfDocument(official)
    try:
        with pikepdf.open(BytesIO(official)) as fields:
            return {
                str(field.T): words_around(pdf[number], [float(edge) for edge in field.Rect.as_list()])
                for number, page in enumerate(fields.pages)
                for field in page.get(Name.Annots, Array()).as_list()
            }
    finally:
        pdf.close()


def words_around(page: pdfium.PdfPage, rect: list[float]) -> tuple[str, str]:
    left, bottom, right, top = rect
    text = page.get_textpage()
    above = text.get_text_bounded(left - 4, top, right + 4, top + CAPTION_HEIGHT)
    below = text.get_text_bounded(left - 4, bottom - NAME_HEIGHT, right + 4, bottom)
    words = " ".join(above.split())
    return words.rpartition("(nếu có) ")[2], " ".join(below.split())


def test_very_long_names_wrap_and_stay_on_the_page() -> None:
    decision = SealDecision(
        "Đã duyệt", LONG_NAME * 3, LONG_NAME * 5, "2026-11-19T08:03:27Z", "TUQ.", LONG_NAME * 4
    )
    order = replace(
        ORDER,
        school="Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở " * 3,
        superior="Ủy ban nhân dân xã " * 9,
        title="Kế hoạch bài dạy " * 80,
        maker="Nguyễn" * 80,
        check_url="https://kyduyet.example/" + "kiem-tra/" * 20,
        decisions=(decision,) * 12,
    )

    official = official_of(drawn(lesson_plan), order)

    with official.open() as pdf:
        fields = [field for page in list(pdf.pages)[1:] for field in page.get(Name.Annots, [])]
    assert official.answer["pages"] > 3
    assert len(fields) == 3
    assert official.answer["pdfa"] == "PDF/A-2b"


def test_empty_parts_leave_no_label() -> None:
    order = replace(ORDER, superior="", department="", class_name="", subject="")

    text = certificate_text(official_of(drawn(lesson_plan), order).data)

    assert not [label for label in ("Lớp:", "Môn học:", "Tổ chuyên môn:") if label in text]


def test_the_certificate_of_a_signed_file_stands_alone() -> None:
    output = BytesIO()

    sealed = certify(ORDER, output)

    text = text_of(output.getvalue(), 0)
    assert (sealed.pages, sealed.pdfa, sealed.stamp_place) == (1, "PDF/A-2b", None)
    assert sealed.size == len(output.getvalue())
    assert "Tệp đã có chữ ký số nên được lưu nguyên vẹn" in text
    assert "9f86d081" in text


def test_certifying_twice_gives_the_same_bytes() -> None:
    assert certify(ORDER, BytesIO()) == certify(ORDER, BytesIO())


def test_both_fonts_have_every_vietnamese_letter() -> None:
    assert set(VIETNAMESE + VIETNAMESE.upper()) <= load_fonts()


def test_a_letter_the_fonts_lack_becomes_a_mark_they_have() -> None:
    assert printable("Toán 数\n và\tTiếng Viê\u0323t 🐍") == "Toán \ufffd và Tiếng Việt \ufffd"
    assert load_fonts() >= {MISSING_LETTER}


def test_lines_are_no_wider_than_asked_and_lose_nothing() -> None:
    text = LONG_NAME * 4 + "Nguyễn" * 30

    lines = wrap(text, BOLD, 9, 120)

    assert max(text_width(line, BOLD, 9) for line in lines) <= 120
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_text_with_too_many_lines_ends_in_an_ellipsis() -> None:
    lines = wrap(LONG_NAME * 10, REGULAR, 9, 120, most=3)

    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_a_text_shrinks_before_it_is_shortened() -> None:
    width = text_width("Hiệu trưởng", REGULAR, 10)

    assert fit("Hiệu trưởng", REGULAR, 10, width, least=6) == ("Hiệu trưởng", 10)
    assert fit("Hiệu trưởng", REGULAR, 10, width * 0.75, least=6) == ("Hiệu trưởng", 7.5)
    assert fit("Hiệu trưởng", REGULAR, 10, width * 0.4, least=6)[0].endswith("…")


def test_the_qr_code_is_that_of_the_check_page() -> None:
    reference = segno.make(ORDER.check_url, micro=False, error="m", boost_error=False, mask=2)

    assert modules(ORDER.check_url) == tuple(bytes(row) for row in reference.matrix)


def test_every_module_of_the_qr_code_is_drawn_in_its_place() -> None:
    rows = modules(ORDER.check_url)

    seen = picture(drawn(lambda canvas: draw_qr(canvas, ORDER.check_url, 100, 200, 330))).convert("1")

    module = 330 / len(rows) * SCALE
    left, top = 100 * SCALE, (842 - 200 - 330) * SCALE
    middles = [(number + 0.5) * module for number in range(len(rows))]
    read = tuple(bytes(seen.getpixel((int(left + x), int(top + y))) == 0 for x in middles) for y in middles)
    assert read == rows
