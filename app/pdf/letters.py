"""The letters of a page as pdfium finds them: where each stands on its line, in runs of one text object."""

import ctypes
import math
import unicodedata
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

LINE_HYPHEN = "\x02"
"""What pdfium gives for a hyphen at the end of a line, after which it begins no further line."""
_LONGEST_NAME = 128
_BACKWARDS = 0.3
"""In sizes of the font; kerning moves letters back by less."""
_UPRIGHT = 0.01
_STEEP = 0.3
"""About 45° a box says nothing of the width of its letter."""
_LINE_BREAKS = (0x0A, 0x0D)


@dataclass(slots=True)
class Letter:
    """A letter and its extent along the direction of its line, in points."""

    text: str
    start: float
    end: float
    is_drawn: bool = True
    """False for a space that only pdfium's judgement put there."""

    @property
    def is_mark(self) -> bool:
        """Whether it stands over or under another letter."""
        return bool(unicodedata.combining(self.text))


@dataclass(slots=True)
class Run:
    """Letters of one text object, one behind the other."""

    font: str
    size: float
    """The height of the font in points, as it is drawn."""
    angle: float
    """The direction of the line, in radians."""
    across: float
    """How far the line is from the origin, at a right angle to its direction."""
    begins_line: bool
    """Whether pdfium begins a line with it."""
    spaced: bool
    """Whether pdfium finds a space before it."""
    letters: list[Letter] = field(default_factory=list)
    end: float = -math.inf
    """Where the letter that reaches farthest ends."""

    @property
    def start(self) -> float:
        """Where the first letter begins."""
        return self.letters[0].start

    @property
    def text(self) -> str:
        """The letters of the run as they follow each other."""
        return "".join(letter.text for letter in self.letters)

    def add(self, letter: Letter) -> None:
        """Put a letter behind the others."""
        self.letters.append(letter)
        self.end = max(self.end, letter.end)


def runs_of(page: pdfium.PdfTextPage) -> list[Run]:
    """Return the runs of a page in the order of its content.

    A run ends with its text object, with a line of pdfium's, or where the next letter stands further back.
    """
    reader = _Reader(page)
    for number in range(page.count_chars()):
        reader.take(number)
    return reader.runs


class _Reader:
    def __init__(self, page: pdfium.PdfTextPage) -> None:
        self.runs: list[Run] = []
        self._page = page.raw
        self._holder: int | None = None
        self._begins_line = True
        self._spaced = False

    def take(self, number: int) -> None:
        """Take the letter of that number."""
        code = pdfium_c.FPDFText_GetUnicode(self._page, number)
        if pdfium_c.FPDFText_IsGenerated(self._page, number):
            self._begins_line |= code in _LINE_BREAKS
            self._spaced = True
        elif code:
            self._take_drawn(number, chr(code))

    def _take_drawn(self, number: int, text: str) -> None:
        drawn_by = pdfium_c.FPDFText_GetTextObject(self._page, number)
        holder = ctypes.cast(drawn_by, ctypes.c_void_p).value
        if self._begins_line or holder != self._holder:
            self._begin(number, drawn_by)
        self._holder = holder
        run = self.runs[-1]
        letter = self._letter(number, text, run)
        if run.letters and letter.start < run.letters[-1].start - _BACKWARDS * run.size:
            run = self._begin(number, drawn_by)
        elif run.letters and self._spaced:
            run.add(Letter(" ", run.letters[-1].end, run.letters[-1].end, is_drawn=False))
        run.add(letter)
        self._begins_line, self._spaced = text == LINE_HYPHEN, False

    def _begin(self, number: int, drawn_by: object) -> Run:
        angle, size = self._angle_and_size(number, drawn_by)
        x, y = self._origin(number)
        across = y * math.cos(angle) - x * math.sin(angle)
        run = Run(_font(drawn_by), size, angle, across, self._begins_line, self._spaced)
        self.runs.append(run)
        return run

    def _angle_and_size(self, number: int, drawn_by: object) -> tuple[float, float]:
        size, matrix = ctypes.c_float(), pdfium_c.FS_MATRIX()
        pdfium_c.FPDFTextObj_GetFontSize(drawn_by, size)
        pdfium_c.FPDFText_GetMatrix(self._page, number, matrix)
        turned = math.copysign(1, size.value)
        angle = math.atan2(turned * matrix.b, turned * matrix.a)
        return angle, abs(size.value) * math.hypot(matrix.c, matrix.d) or 1.0

    def _origin(self, number: int) -> tuple[float, float]:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(self._page, number, x, y)
        return x.value, y.value

    def _letter(self, number: int, text: str, run: Run) -> Letter:
        x, y = self._origin(number)
        cos, sin = math.cos(run.angle), math.sin(run.angle)
        start = x * cos + y * sin
        if unicodedata.combining(text):
            start = self._middle_of_ink(number, cos, sin, start)
            return Letter(text, start, start)
        box = pdfium_c.FS_RECTF()
        pdfium_c.FPDFText_GetLooseCharBox(self._page, number, box)
        if min(abs(cos), abs(sin)) > _UPRIGHT:
            return Letter(text, start, start + _width(box, abs(cos), abs(sin), run.size))
        end = max(u * cos + v * sin for u in (box.left, box.right) for v in (box.bottom, box.top))
        return Letter(text, start, max(start, end))

    def _middle_of_ink(self, number: int, cos: float, sin: float, otherwise: float) -> float:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        found = pdfium_c.FPDFText_GetCharBox(self._page, number, left, right, bottom, top)
        if not found or left.value == right.value:
            return otherwise
        return ((left.value + right.value) * cos + (bottom.value + top.value) * sin) / 2


def _width(box: pdfium_c.FS_RECTF, cos: float, sin: float, size: float) -> float:
    """Return the width of a letter from the upright box around it, which is wider where a line is slanted."""
    wide, high = box.right - box.left, box.top - box.bottom
    slant = cos * cos - sin * sin
    if abs(slant) < _STEEP:
        return size / 2
    return float(min(max(0.0, (wide * cos - high * sin) / slant), 1.5 * size))


def _font(drawn_by: object) -> str:
    font = pdfium_c.FPDFTextObj_GetFont(drawn_by)
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    pdfium_c.FPDFFont_GetBaseFontName(font, name, _LONGEST_NAME)
    return name.value.decode("utf-8", "replace")
