"""The certificate page *Phiếu ký duyệt*: who approved which bytes, and room for three signatures.

It is an official paper, so it is in Vietnamese whatever language its maker reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from app.pdf.frame import Box
from app.pdf.orders import SealDecision, SealOrder
from app.pdf.paper import (
    GREY,
    HEADING,
    INNER,
    LEFT,
    RIGHT,
    SMALL,
    SMALL_LEADING,
    Line,
    Paper,
    page_foot,
    paragraphs_height,
)
from app.pdf.qr import draw_qr
from app.pdf.signers import Signer, signers
from app.pdf.typeface import BOLD, REGULAR, wrap

TITLE = "PHIẾU KÝ DUYỆT"
SIGNED_NOTE = (
    "Tệp đã có chữ ký số nên được lưu nguyên vẹn, không đóng dấu vào trang; phiếu này đi kèm tệp "
    "và chỉ có giá trị với đúng tệp có mã băm nêu trên."
)
STAMPED_NOTE = (
    "Phiếu này là trang cuối của bản chính thức. Mã băm nêu trên là của đúng tệp đã được đọc và duyệt, "
    "trước khi thêm dấu duyệt và phiếu này."
)
_STATE: tuple[Line, ...] = (
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD, 10.0),
    ("Độc lập - Tự do - Hạnh phúc", BOLD, 10.5),
)

_LABEL_WIDTH = 116.0
_SIZE, _LEADING = 10.5, 15.0
_COLUMNS = (26.0, 108.0, 218.0, INNER - 352.0)
_CELL_PADDING = 4.0
# A frame below a heading needs less air than a line of text, whose letters hang from its top.
_TABLE_RISE = 9.0
_SIGNATURE_HEIGHT = 70.0
_GAP = 12.0
"""Between two spaces for signatures."""
FRAME = 2.0
"""What a field keeps from the frame around it."""
_SIGNATURE_WIDTH = (INNER - 2 * _GAP) / 3
_BELOW_PROOF = 9.0
_QR = 84.0
_MAKER = "Người lập"
_DIGEST = "Mã băm SHA-256 của tệp được duyệt:"
_CHECK = "Quét mã QR, hoặc mở địa chỉ sau để kiểm tra tệp:"
_Lines = Sequence[tuple[str, str]]
SIGNATURE_SIZE = (_SIGNATURE_WIDTH - 2 * FRAME, _SIGNATURE_HEIGHT - 2 * FRAME)
"""Width and height of a space for a signature, in points."""


@dataclass(frozen=True)
class SignatureSpace:
    """Where an empty signature field goes: page of the certificate (from 0) and its box in points."""

    page: int
    box: Box


def draw_certificate(canvas: Canvas, order: SealOrder, *, signed: bool) -> tuple[SignatureSpace, ...]:
    """Draw the certificate on as many A4 pages as it takes, ending the last one.

    `signed`: the file came with digital signatures and is kept as it came. Returns the spaces left
    for the signatures of maker, department head and principal.
    """
    sheet = _Certificate(canvas, order)
    sheet.letterhead()
    sheet.record()
    sheet.decisions()
    sheet.proof(signed=signed)
    spaces = sheet.signatures()
    sheet.end()
    return spaces


class _Certificate(Paper):
    def __init__(self, canvas: Canvas, order: SealOrder) -> None:
        super().__init__(canvas, f"{TITLE} · {order.record_code}")
        self._order = order

    def letterhead(self) -> None:
        """The office and school on the left, the state's name and motto on the right, the title below."""
        start = self.y
        self.head_column(RIGHT - 120, 252, _STATE)
        end, self.y = self.y, start
        self.head_column(LEFT + 100, 200, self._organisation())
        self.y = min(self.y, end) - 28
        self.centred(TITLE, BOLD, 16)
        self.y -= 19
        self.centred(f"Mã hồ sơ: {self._order.record_code}", BOLD, 11)
        self.y -= 24

    def _organisation(self) -> list[Line]:
        *superior, school = organisation(self._order)
        return [*((line, REGULAR, 10.0) for line in superior), (school, BOLD, 10.0)]

    def record(self) -> None:
        """What was approved and whose it is."""
        self.heading("I. Hồ sơ")
        for label, values in record_entries(self._order):
            self._field(label, *values, bold=label == _MAKER)
        self.y -= 9

    def _field(self, label: str, *values: str, bold: bool = False) -> None:
        """A label with what it stands for, each value from a new line; none where all are empty."""
        font = BOLD if bold else REGULAR
        room = INNER - _LABEL_WIDTH
        lines = [line for value in filter(None, values) for line in wrap(value, font, _SIZE, room, most=6)]
        if not lines:
            return
        self.need(len(lines) * _LEADING)
        self.canvas.setFont(REGULAR, _SIZE)
        self.canvas.drawString(LEFT, self.y, f"{label}:")
        self.canvas.setFont(font, _SIZE)
        for line in lines:
            self.canvas.drawString(LEFT + _LABEL_WIDTH, self.y, line)
            self.y -= _LEADING
        self.y -= 1

    def decisions(self) -> None:
        """A table row for each decision; the head of the table is repeated on a further page."""
        self.heading("II. Quá trình duyệt")
        self.y += _TABLE_RISE
        self._table_head()
        for number, decision in enumerate(self._order.decisions, start=1):
            cells = _cells(number, decision)
            if self.need(_row_height(cells)):
                self._table_head()
            self._row(cells)
        self.y -= 18

    def _table_head(self) -> None:
        titles = ("STT", "Nội dung", "Người thực hiện", "Thời gian")
        self._row([[(title, BOLD)] for title in titles], shade=True)

    def _row(self, cells: Sequence[Sequence[tuple[str, str]]], *, shade: bool = False) -> None:
        height = _row_height(cells)
        left = LEFT
        for width, lines in zip(_COLUMNS, cells, strict=True):
            self._cell((left, self.y - height, width, height), lines, shade=shade)
            left += width
        self.y -= height

    def _cell(
        self, place: tuple[float, float, float, float], lines: Sequence[tuple[str, str]], *, shade: bool
    ) -> None:
        left, bottom, width, height = place
        self.canvas.setLineWidth(0.5)
        self.canvas.setFillGray(0.93 if shade else 1)
        self.canvas.rect(left, bottom, width, height, fill=1)
        self.canvas.setFillGray(0)
        baseline = bottom + height - _CELL_PADDING - 9
        for text, font in lines:
            self.canvas.setFont(font, SMALL)
            self.canvas.drawString(left + _CELL_PADDING, baseline, text)
            baseline -= SMALL_LEADING

    def proof(self, *, signed: bool) -> None:
        """The hash of the approved bytes, and the way to check them; on one page with the signatures."""
        url = wrap(self._order.check_url, REGULAR, SMALL, INNER - 104, most=4)
        digest = hash_groups(self._order.approved_sha256)
        note = wrap(SIGNED_NOTE if signed else STAMPED_NOTE, REGULAR, SMALL, INNER)
        beside_code = max(_QR + 6, paragraphs_height([_DIGEST], digest, [_CHECK, *url]))
        self.need(HEADING + beside_code + paragraphs_height(note) + _BELOW_PROOF + self._signatures_height())
        self.heading("III. Xác thực")
        top = self.y
        draw_qr(self.canvas, self._order.check_url, RIGHT - _QR, top - _QR + 8, _QR)
        self.paragraph([_DIGEST], REGULAR)
        self.paragraph(digest, BOLD)
        self.paragraph([_CHECK, *url], REGULAR)
        self.y = top - beside_code
        self.paragraph(note, REGULAR)
        self.y -= _BELOW_PROOF

    def _columns(self) -> list[tuple[_Lines, _Lines]]:
        return [_signature_lines(signer, _SIGNATURE_WIDTH) for signer in signers(self._order)]

    def _signatures_height(self) -> float:
        above, below = (max(map(len, lines)) * SMALL_LEADING for lines in zip(*self._columns(), strict=True))
        return above + _SIGNATURE_HEIGHT + below + 24

    def signatures(self) -> tuple[SignatureSpace, ...]:
        """Three frames in a row, each below a post and above a name, left empty for a digital signature."""
        columns, width = self._columns(), _SIGNATURE_WIDTH
        above = max(len(captions) for captions, _ in columns) * SMALL_LEADING
        self.need(self._signatures_height())
        self.heading("IV. Chữ ký số (nếu có)")
        top = self.y - above + 3
        lefts = [LEFT + number * (width + _GAP) for number in range(3)]
        for left, (captions, names) in zip(lefts, columns, strict=True):
            self._centred_lines(left + width / 2, self.y, captions)
            self._centred_lines(left + width / 2, top - _SIGNATURE_HEIGHT - SMALL_LEADING, names)
        return tuple(self._space(left, width, top) for left in lefts)

    def _centred_lines(self, middle: float, baseline: float, lines: Sequence[tuple[str, str]]) -> None:
        for text, font in lines:
            self.canvas.setFont(font, SMALL)
            self.canvas.drawCentredString(middle, baseline, text)
            baseline -= SMALL_LEADING

    def _space(self, left: float, width: float, top: float) -> SignatureSpace:
        bottom = top - _SIGNATURE_HEIGHT
        self.canvas.saveState()
        self.canvas.setStrokeColorRGB(*GREY)
        self.canvas.setLineWidth(0.5)
        self.canvas.setDash(2, 2)
        self.canvas.rect(left, bottom, width, _SIGNATURE_HEIGHT)
        self.canvas.restoreState()
        return SignatureSpace(self.page, (left + FRAME, bottom + FRAME, left + width - FRAME, top - FRAME))


def _signature_lines(signer: Signer, width: float) -> tuple[_Lines, _Lines]:
    """Return the lines above and below a frame of that width, each with its font."""
    above = [
        (line, BOLD) for caption in signer.captions for line in wrap(caption, BOLD, SMALL, width, most=3)
    ]
    font = BOLD if signer.is_person else REGULAR
    return above, [(line, font) for line in wrap(signer.name, font, SMALL, width, most=3)]


def _row_height(cells: Sequence[Sequence[tuple[str, str]]]) -> float:
    return max(len(lines) for lines in cells) * SMALL_LEADING + 2 * _CELL_PADDING


def _cells(number: int, decision: SealDecision) -> list[list[tuple[str, str]]]:
    moment = decision.moment
    font = BOLD if decision.capacity else REGULAR
    person = [each for line in decision.positions for each in _cell_lines(line, font, _COLUMNS[2])]
    person += _cell_lines(decision.name, BOLD, _COLUMNS[2])
    return [
        [(str(number), REGULAR)],
        _cell_lines(decision.action_label, REGULAR, _COLUMNS[1]),
        person,
        [(moment.strftime("%H:%M:%S"), REGULAR), (moment.strftime("%d/%m/%Y +07:00"), REGULAR)],
    ]


def _cell_lines(text: str, font: str, width: float) -> list[tuple[str, str]]:
    return [(line, font) for line in wrap(text, font, SMALL, width - 2 * _CELL_PADDING, most=5)]


def organisation(order: SealOrder) -> list[str]:
    """Return the lines of the letterhead: the office above the school, if it is known, and the school."""
    return [line.upper() for line in ((order.superior, order.school) if order.superior else (order.school,))]


def record_entries(order: SealOrder) -> list[tuple[str, Sequence[str]]]:
    """Return what is printed of the record, its versions and corrections: labels with their lines."""
    entries: list[tuple[str, Sequence[str]]] = [
        ("Loại hồ sơ", [order.record_type]),
        ("Tên hồ sơ", [order.title]),
        ("Thời gian", [order.period]),
        ("Lớp", [order.class_name]),
        ("Môn học", [order.subject]),
        (_MAKER, [order.maker]),
        ("Tổ chuyên môn", [order.department]),
        ("Phiên bản", [f"lần nộp thứ {order.version}, {order.approved_pages} trang"]),
    ]
    entries += [(f"Lần nộp thứ {version.number}", [version.line]) for version in order.versions]
    entries += [("Bàn giao", [handover]) for handover in order.handovers]
    entries += [(f"Sửa chữa số {correction.number}", correction.lines) for correction in order.corrections]
    return [(label, lines) for label, lines in entries if any(lines)]


def foot(record_code: str, number: int) -> str:
    """Return what stands at the foot of a page of the certificate (from 1)."""
    return page_foot(f"{TITLE} · {record_code}", number)


def hash_groups(digest: str) -> list[str]:
    """Return the two lines in which a SHA-256 is printed, in groups of eight digits."""
    groups = [digest[start : start + 8] for start in range(0, 64, 8)]
    return [" ".join(groups[:4]), " ".join(groups[4:])]
