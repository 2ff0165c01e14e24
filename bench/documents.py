"""Documents for measuring: three pages of Vietnamese words, about 118 KB each, every one different."""

import io
import random
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_FONT = Path(__file__).parent.parent / "app/pdf/fonts/NotoSans-Regular.ttf"
_WORDS = """
kế hoạch bài dạy tuần môn toán tiếng việt đạo đức khoa học lịch sử địa lý âm nhạc mỹ thuật thể chất hoạt động
trải nghiệm mục tiêu năng lực phẩm chất chuẩn bị đồ dùng học sinh giáo viên hướng dẫn luyện tập vận dụng khởi
động khám phá đánh giá nhận xét điều chỉnh sau tiết dạy phân số phép cộng trừ nhân chia đoạn văn câu chuyện
""".split()  # noqa: SIM905 -- a list of words is easier to read as a text
_SIZE = 118_000
_MARGIN = 50


def lesson_plan(number: int) -> bytes:
    """Return a lesson plan that no other number gives; its word `so<number>` finds it."""
    if "Bench" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Bench", str(_FONT)))
    words = random.Random(number)
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4, pageCompression=0, invariant=True)
    for page in range(3):
        _fill(canvas, words, f"Kế hoạch bài dạy so{number} trang {page + 1}")
        canvas.showPage()
    canvas.save()
    content = made.getvalue()
    return content + b"%" + b"-" * max(0, _SIZE - len(content) - 8) + b"\n%%EOF\n"


def _fill(canvas: Canvas, words: random.Random, heading: str) -> None:
    width, top = A4
    y = top - _MARGIN
    canvas.setFont("Bench", 13)
    canvas.drawString(_MARGIN, y, heading)
    canvas.setFont("Bench", 9)
    y -= 24
    while y > _MARGIN:
        text = " ".join(words.choice(_WORDS) for _ in range(80))
        for line in simpleSplit(text, "Bench", 9, width - 2 * _MARGIN):
            canvas.drawString(_MARGIN, y, line)
            y -= 12.2
