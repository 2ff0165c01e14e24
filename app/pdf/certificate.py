"""The certificate page *Phiếu ký duyệt*: who approved which bytes, and room for three signatures.

It is an official paper, so it is in Vietnamese whatever language its maker reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.pdf.frame import Box
from app.pdf.orders import SealDecision, SealOrder
from app.pdf.qr import draw_qr
from app.pdf.typeface import BOLD, REGULAR, fit, text_width, wrap

TITLE = "PHIẾU KÝ DUYỆT"
SIGNED_NOTE = (
    "Tệp đã có chữ ký số nên được lưu nguyên vẹn, không đóng dấu vào trang; phiếu này đi kèm tệp "
    "và chỉ có giá trị với đúng tệp có mã băm nêu trên."
)
STAMPED_NOTE = (
    "Phiếu này là trang cuối của bản chính thức. Mã băm nêu trên là của đúng tệp đã được đọc và duyệt, "
    "trước khi thêm dấu duyệt và phiếu này."
)
SIGNERS = ("NGƯỜI LẬP HỒ SƠ", "TỔ TRƯỞNG CHUYÊN MÔN", "HIỆU TRƯỞNG")

_WIDTH, _HEIGHT = A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 76.0, _WIDTH - 50.0, _HEIGHT - 58.0, 50.0
_INNER = _RIGHT - _LEFT
_LABEL_WIDTH = 116.0
_SIZE, _LEADING = 10.5, 15.0
_SMALL, _SMALL_LEADING = 9.0, 13.0
_COLUMNS = (26.0, 108.0, 218.0, _INNER - 352.0)
_CELL_PADDING = 4.0
_SIGNATURE_HEIGHT = 70.0
_GREY = (0.35, 0.35, 0.35)


@dataclass(frozen=True)
class SignatureSpace:
    """Where an empty signature field goes: page of the certificate (from 0) and its box in points."""

    page: int
    box: Box


def draw_certificate(canvas: Canvas, order: SealOrder, *, signed: bool) -> tuple[SignatureSpace, ...]:
    """Draw the certificate on as many A4 pages as it takes, ending the last one.

    `signed`: the file came with digital signatures and is kept as it came. Returns the spaces left
    for the signatures of owner, department head and principal.
    """
    sheet = _Sheet(canvas, order)
    sheet.letterhead()
    sheet.record()
    sheet.decisions()
    sheet.proof(signed=signed)
    spaces = sheet.signatures()
    sheet.end()
    return spaces


class _Sheet:
    """A place on the present page that moves down as parts are written, and on to further pages."""

    def __init__(self, canvas: Canvas, order: SealOrder) -> None:
        self._canvas = canvas
        self._order = order
        self._page = 0
        self._y = _TOP
        canvas.setPageSize(A4)

    def end(self) -> None:
        """Write the foot of the present page and leave it."""
        text = f"{TITLE} · {self._order.record_code} · trang {self._page + 1}"
        self._canvas.setFillColorRGB(*_GREY)
        self._canvas.setFont(REGULAR, 8)
        self._canvas.drawCentredString((_LEFT + _RIGHT) / 2, 30, text)
        self._canvas.setFillGray(0)
        self._canvas.showPage()

    def _turn(self) -> None:
        self.end()
        self._page += 1
        self._y = _TOP
        self._canvas.setPageSize(A4)

    def _need(self, height: float) -> bool:
        if self._y - height >= _BOTTOM:
            return False
        self._turn()
        return True

    def letterhead(self) -> None:
        """The office and school on the left, the state's name and motto on the right, the title below."""
        start = self._y
        left = self._head_column(_LEFT + 100, 200, self._organisation())
        self._y = start
        state = [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD, 10.0),
            ("Độc lập - Tự do - Hạnh phúc", BOLD, 10.5),
        ]
        self._y = min(left, self._head_column(_RIGHT - 120, 252, state)) - 34
        self._centred(TITLE, BOLD, 16)
        self._y -= 19
        self._centred(f"Mã hồ sơ: {self._order.record_code}", BOLD, 11)
        self._y -= 30

    def _organisation(self) -> list[tuple[str, str, float]]:
        superior = [(self._order.superior.upper(), REGULAR, 10.0)] if self._order.superior else []
        return [*superior, (self._order.school.upper(), BOLD, 10.0)]

    def _head_column(self, middle: float, width: float, parts: Sequence[tuple[str, str, float]]) -> float:
        last = 0.0
        for text, font, size in parts:
            self._canvas.setFont(font, size)
            for line in wrap(text, font, size, width, most=4):
                self._canvas.drawCentredString(middle, self._y, line)
                last = text_width(line, font, size)
                self._y -= 14.5
        rule = min(last, width) * 0.55 / 2
        self._canvas.setLineWidth(0.6)
        self._canvas.line(middle - rule, self._y + 9, middle + rule, self._y + 9)
        return self._y

    def _centred(self, text: str, font: str, size: float) -> None:
        line, fitted = fit(text, font, size, _INNER, 7)
        self._canvas.setFont(font, fitted)
        self._canvas.drawCentredString((_LEFT + _RIGHT) / 2, self._y, line)

    def _heading(self, text: str) -> None:
        self._canvas.setFont(BOLD, 11)
        self._canvas.drawString(_LEFT, self._y, text)
        self._y -= 18

    def record(self) -> None:
        """What was approved and whose it is."""
        order = self._order
        self._heading("I. Hồ sơ")
        self._field("Loại hồ sơ", order.record_type)
        self._field("Tên hồ sơ", order.title)
        self._field("Thời gian", order.period)
        self._field("Lớp", order.class_name)
        self._field("Môn học", order.subject)
        self._field("Người lập", order.owner, bold=True)
        self._field("Tổ chuyên môn", order.department)
        self._field("Phiên bản", f"lần nộp thứ {order.version}, {order.approved_pages} trang")
        self._y -= 9

    def _field(self, label: str, value: str, *, bold: bool = False) -> None:
        if not value:
            return
        font = BOLD if bold else REGULAR
        self._canvas.setFont(REGULAR, _SIZE)
        self._canvas.drawString(_LEFT, self._y, f"{label}:")
        self._canvas.setFont(font, _SIZE)
        for line in wrap(value, font, _SIZE, _INNER - _LABEL_WIDTH, most=6):
            self._canvas.drawString(_LEFT + _LABEL_WIDTH, self._y, line)
            self._y -= _LEADING
        self._y -= 1

    def decisions(self) -> None:
        """A table row for each decision; the head of the table is repeated on a further page."""
        self._heading("II. Quá trình duyệt")
        self._table_head()
        for number, decision in enumerate(self._order.decisions, start=1):
            cells = _cells(number, decision)
            if self._need(_row_height(cells)):
                self._table_head()
            self._row(cells)
        self._y -= 22

    def _table_head(self) -> None:
        titles = ("STT", "Nội dung", "Người thực hiện", "Thời gian")
        self._row([[(title, BOLD)] for title in titles], shade=True)

    def _row(self, cells: Sequence[Sequence[tuple[str, str]]], *, shade: bool = False) -> None:
        height = _row_height(cells)
        left = _LEFT
        for width, lines in zip(_COLUMNS, cells, strict=True):
            self._cell((left, self._y - height, width, height), lines, shade=shade)
            left += width
        self._y -= height

    def _cell(
        self, place: tuple[float, float, float, float], lines: Sequence[tuple[str, str]], *, shade: bool
    ) -> None:
        left, bottom, width, height = place
        self._canvas.setLineWidth(0.5)
        self._canvas.setFillGray(0.93 if shade else 1)
        self._canvas.rect(left, bottom, width, height, fill=1)
        self._canvas.setFillGray(0)
        baseline = bottom + height - _CELL_PADDING - 9
        for text, font in lines:
            self._canvas.setFont(font, _SMALL)
            self._canvas.drawString(left + _CELL_PADDING, baseline, text)
            baseline -= _SMALL_LEADING

    def proof(self, *, signed: bool) -> None:
        """The hash of the approved bytes, and the way to check them."""
        url = wrap(self._order.check_url, REGULAR, _SMALL, _INNER - 104, most=4)
        self._need(130 + _SMALL_LEADING * len(url))
        self._heading("III. Xác thực")
        top = self._y
        draw_qr(self._canvas, self._order.check_url, _RIGHT - 84, top - 76, 84)
        self._paragraph(["Mã băm SHA-256 của tệp được duyệt:"], REGULAR)
        self._paragraph(_hash_groups(self._order.approved_sha256), BOLD)
        self._paragraph(["Quét mã QR, hoặc mở địa chỉ sau để kiểm tra tệp:", *url], REGULAR)
        self._y = min(self._y, top - 90)
        note = SIGNED_NOTE if signed else STAMPED_NOTE
        self._paragraph(wrap(note, REGULAR, _SMALL, _INNER), REGULAR)
        self._y -= 12

    def _paragraph(self, lines: Sequence[str], font: str) -> None:
        self._canvas.setFont(font, _SMALL)
        for line in lines:
            self._canvas.drawString(_LEFT, self._y, line)
            self._y -= _SMALL_LEADING
        self._y -= 3

    def signatures(self) -> tuple[SignatureSpace, ...]:
        """Three captioned frames in a row, each left empty for a digital signature."""
        self._need(_SIGNATURE_HEIGHT + 50)
        self._heading("IV. Chữ ký số (nếu có)")
        gap = 12.0
        width = (_INNER - 2 * gap) / 3
        lefts = [_LEFT + number * (width + gap) for number in range(3)]
        return tuple(self._space(left, width, caption) for left, caption in zip(lefts, SIGNERS, strict=True))

    def _space(self, left: float, width: float, caption: str) -> SignatureSpace:
        bottom = self._y - 10 - _SIGNATURE_HEIGHT
        self._canvas.setFont(BOLD, _SMALL)
        self._canvas.drawCentredString(left + width / 2, self._y, caption)
        self._canvas.saveState()
        self._canvas.setStrokeColorRGB(*_GREY)
        self._canvas.setLineWidth(0.5)
        self._canvas.setDash(2, 2)
        self._canvas.rect(left, bottom, width, _SIGNATURE_HEIGHT)
        self._canvas.restoreState()
        return SignatureSpace(
            self._page, (left + 2, bottom + 2, left + width - 2, bottom + _SIGNATURE_HEIGHT - 2)
        )


def _row_height(cells: Sequence[Sequence[tuple[str, str]]]) -> float:
    return max(len(lines) for lines in cells) * _SMALL_LEADING + 2 * _CELL_PADDING


def _cells(number: int, decision: SealDecision) -> list[list[tuple[str, str]]]:
    moment = decision.moment
    return [
        [(str(number), REGULAR)],
        _cell_lines(decision.action_label, REGULAR, _COLUMNS[1]),
        _cell_lines(decision.name, BOLD, _COLUMNS[2]) + _cell_lines(decision.position, REGULAR, _COLUMNS[2]),
        [(moment.strftime("%H:%M:%S"), REGULAR), (moment.strftime("%d/%m/%Y +07:00"), REGULAR)],
    ]


def _cell_lines(text: str, font: str, width: float) -> list[tuple[str, str]]:
    return [(line, font) for line in wrap(text, font, _SMALL, width - 2 * _CELL_PADDING, most=5)]


def _hash_groups(digest: str) -> list[str]:
    groups = [digest[start : start + 8] for start in range(0, 64, 8)]
    return [" ".join(groups[:4]), " ".join(groups[4:])]
