"""Orders, documents and measuring tools for the tests of sealing."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from app.pdf.frame import Box
from app.pdf.orders import SealDecision, SealOrder
from app.pdf.seal import seal_document
from app.pdf.typeface import REGULAR, load_fonts

APPROVED = SealDecision(
    "Đã duyệt", "Nguyễn Thị Mẫu", "Tổ trưởng Tổ 1", "2026-11-19T08:03:27+00:00", decider="head"
)
SIGNED_OFF = SealDecision(
    action_label="Đã ký duyệt",
    name="Trần Văn Thử",
    role_label="Phó Hiệu trưởng",
    at="2026-11-20T18:30:05+00:00",
    capacity="KT.",
    on_behalf_of="Hiệu trưởng",
    decider="principal",
)
ORDER = SealOrder(
    school="Trường Tiểu học A",
    record_code="KD-7F3K9-Q2M4X",
    check_url="https://kyduyet.example/kiem-tra/KD-7F3K9-Q2M4X",
    record_type="Kế hoạch bài dạy",
    title="Kế hoạch bài dạy tuần 12",
    period="Tuần 12, năm học 2026-2027",
    maker="Lê Thị Ví Dụ",
    approved_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    approved_pages=1,
    decisions=(APPROVED, SIGNED_OFF),
    superior="Ủy ban nhân dân xã Mẫu",
    department="Tổ 1",
    class_name="3A",
    subject="Tiếng Việt",
)
SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
A4 = (595.0, 842.0)
SCALE = 2.0


def accepted_samples() -> list[str]:
    """Return the names of the sample PDFs that the gate must accept; none without their folder."""
    if not SAMPLES.exists():
        return []
    with (SAMPLES / "verdicts.csv").open(encoding="utf-8") as verdicts:
        return [row["file"] for row in csv.DictReader(verdicts) if row["verdict"] == "accept"]


@dataclass(frozen=True)
class Official:
    """What sealing made of a document."""

    data: bytes
    answer: dict[str, Any]

    @property
    def box(self) -> Box:
        """Where the stamp is seen on page 1, in points from its bottom left corner."""
        left, bottom, right, top = self.answer["stamp_box"]
        return left, bottom, right, top

    def open(self) -> pikepdf.Pdf:
        return pikepdf.open(BytesIO(self.data))


def official_of(document: bytes, order: SealOrder = ORDER, *, examine: bool = True) -> Official:
    output = BytesIO()
    arguments = {"order": order.to_json(), "examine": examine}
    answer = seal_document(BytesIO(document), arguments, output)
    return Official(output.getvalue(), dict(answer))


def order_for(document: bytes, **changes: Any) -> SealOrder:
    return replace(ORDER, approved_sha256=sha256(document).hexdigest(), **changes)


def drawn(draw: Callable[[Canvas], None], size: tuple[float, float] = A4, pages: int = 1) -> bytes:
    """Return a PDF on each page of which `draw` drew."""
    load_fonts()
    target = BytesIO()
    canvas = Canvas(target, pagesize=size, initialFontName=REGULAR, invariant=1)  # type: ignore[arg-type]
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def lesson_plan(canvas: Canvas) -> None:
    """Text with the margins an administrative document has, down to the foot of the page."""
    canvas.setFont(REGULAR, 12)
    for number in range(45):
        text = f"{number}. Học sinh đọc, viết và kể lại đoạn văn theo nhóm, sau đó trình bày trước lớp."
        canvas.drawString(85, 775 - 16 * number, text)


def changed(document: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Return `document` after `change` worked on it."""
    target = BytesIO()
    with pikepdf.open(BytesIO(document)) as pdf:
        change(pdf)
        pdf.save(target)
    return target.getvalue()


def with_content(content: bytes, document: bytes | None = None) -> bytes:
    """Return a page whose content is exactly `content`."""

    def replace_content(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(content)

    return changed(document or drawn(lesson_plan), replace_content)


def picture(data: bytes, page: int = 0) -> Image.Image:
    """Return a page as a reader sees it, `SCALE` pixels to the point."""
    pdf = pdfium.PdfDocument(data)
    pdf.init_forms()
    try:
        seen: Image.Image = pdf[page].render(scale=SCALE).to_pil()
        return seen.convert("RGB")
    finally:
        pdf.close()


def pixels(box: Box, height: float, air: int = 2) -> tuple[int, int, int, int]:
    """Return a seen box as pixels of a picture of a page that is `height` points high."""
    left, bottom, right, top = (edge * SCALE for edge in box)
    high = height * SCALE
    return int(left) - air, int(high - top) - air, int(right) + air + 1, int(high - bottom) + air + 1


def differs_at(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    assert one.size == other.size
    difference = ImageChops.difference(one, other).convert("L").point([0] * 9 + [255] * 247)
    return difference.getbbox()


def letter_boxes(data: bytes, page: int = 0) -> list[Box]:
    """Return the generous box of every letter of a page, in its own coordinates."""
    pdf = pdfium.PdfDocument(data)
    try:
        text = pdf[page].get_textpage()
        return [_loose_box(text, number) for number in range(text.count_chars())]
    finally:
        pdf.close()


def _loose_box(text: pdfium.PdfTextPage, number: int) -> Box:
    box = pdfium_c.FS_RECTF()
    assert pdfium_c.FPDFText_GetLooseCharBox(text, number, box)
    return box.left, box.bottom, box.right, box.top


def text_of(data: bytes, page: int) -> str:
    """Return the text of a page, its lines joined by single spaces."""
    pdf = pdfium.PdfDocument(data)
    try:
        return " ".join(pdf[page].get_textpage().get_text_bounded().split())
    finally:
        pdf.close()


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def with_smooth_picture() -> bytes:
    """Return a page with a picture of few pixels that asks to be drawn smoothly."""

    def add_picture(pdf: pikepdf.Pdf) -> None:
        dots = pdf.make_stream(bytes([0, 255, 0, 255, 0, 255]), Type=pikepdf.Name.XObject)
        dots.Subtype, dots.ColorSpace = pikepdf.Name.Image, pikepdf.Name.DeviceGray
        dots.Width, dots.Height, dots.BitsPerComponent, dots.Interpolate = 3, 2, 8, True
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(Dots=dots)
        pdf.pages[0].contents_add(b"q 300 0 0 200 100 30 cm /Dots Do Q")

    return changed(drawn(lambda canvas: canvas.drawString(90, 700, "Hình")), add_picture)
