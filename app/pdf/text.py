"""The text of a PDF as the search wants it: composed letters, no control characters, bounded."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from ctypes import c_double
from itertools import groupby

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from app.encodings.fonts import FontEncoding, encoding_of_font
from app.encodings.legacy import encoding_of
from app.encodings.syllables import is_syllable
from app.pdf.letters import LINE_HYPHEN, Run, runs_of
from app.pdf.lines import Line, Piece, lines_of

MAX_TEXT_CHARACTERS = 300_000
PAGE_BREAK = "\f"
"""Stands between the texts of two pages."""
MOST_LETTERS = 20_000
"""How many letters of a document are looked at one by one; what is beyond is taken as pdfium reads it."""
_FEW_LETTERS = 250
"""On a page with so few pdfium cannot tell well where a line ends, and it costs little to look."""
_MOST_BOXES = 5_000
_MOST_BESIDE = 100
_KERNING = 0.3
"""How far neighbours reach into each other without being torn, in parts of the smaller one."""
_Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
_BROKEN_HYPHEN = "\ufffe"
"""How pdfium writes a hyphen at the end of a line into its text."""
# PostgreSQL stores no NUL, UTF-8 no lone surrogates.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SOFT_HYPHEN = re.compile("\u00ad\n?")
_BROKEN_WORD = re.compile(f"([^\\W\\d_]*)[{LINE_HYPHEN}{_BROKEN_HYPHEN}]\n?([^\\W\\d_]*)")
_OLD_SIGNS = re.compile(
    "[A-Za-z\u00c0-\u00ff][\u00a1-\u00a6\u00a8-\u00b9\u00bb-\u00be\u00d7\u00f7]|[\u00a7\u00a8\u00a9\u00ae\u00b5-\u00b9][A-Za-z]"
    "|[a-z\u00df-\u00ff][\u00c0-\u00d6\u00d8-\u00de]"
    "|[\u00c4-\u00c7\u00cb\u00ce\u00cf\u00d0-\u00d1\u00d6\u00d8\u00db\u00dc\u00de-\u00df\u00e4-\u00e7\u00eb\u00ee-\u00f1\u00f6\u00f8\u00fb\u00fc\u00fe\u00ff]"
    "|[\uf020-\uf0ff]"
)
"""What Vietnamese in Unicode does not hold and text for the old fonts nearly always does."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


class TextReader:
    """Takes the pages of a document one after the other; `text` is then what the search wants."""

    def __init__(self, limit: int = MAX_TEXT_CHARACTERS) -> None:
        self._limit = limit
        self._missing = limit
        self._letters_left = MOST_LETTERS
        self._pieces: list[str] = []

    def take(self, page: pdfium.PdfTextPage, text: str) -> None:
        """Take the next page, of which pdfium reads `text`."""
        if self._missing <= 0:
            return
        letters = page.count_chars()
        if letters <= self._letters_left and _needs_letters(page, text):
            self._letters_left -= letters
            text = _rebuilt(runs_of(page))
        text = clean(_with_whole_words(text))
        self._pieces.append(text[: self._missing])
        self._missing -= len(text) + 1

    @property
    def text(self) -> str:
        """The text of all pages, NFC, a form feed between them, cut at the limit; empty if none has any."""
        text = PAGE_BREAK.join(self._pieces)[: self._limit].rstrip()
        return text if text.strip() else ""


def _needs_letters(page: pdfium.PdfTextPage, text: str) -> bool:
    """Tell whether a page has to be read letter by letter: its lines are torn, or its fonts are old ones."""
    if _RIGHT_TO_LEFT.search(text):
        return False
    if len(text) <= _FEW_LETTERS:
        return True
    return bool(_OLD_SIGNS.search(text)) or _has_overlapping_boxes(page)


def _has_overlapping_boxes(page: pdfium.PdfTextPage) -> bool:
    """Tell whether two pieces of text, of one object each, reach into each other."""
    count = pdfium_c.FPDFText_CountRects(page.raw, 0, -1)
    if count > _MOST_BOXES:
        return False
    beside: list[_Box] = []
    for box in sorted(_boxes(page, count), key=lambda each: each[1]):
        beside = [other for other in beside if other[3] > box[1]][-_MOST_BESIDE:]
        if any(_reach_into(box, other) for other in beside):
            return True
        beside.append(box)
    return False


def _boxes(page: pdfium.PdfTextPage, count: int) -> Iterator[_Box]:
    left, top, right, bottom = (c_double() for _ in range(4))
    for number in range(count):
        pdfium_c.FPDFText_GetRect(page.raw, number, left, top, right, bottom)
        yield left.value, bottom.value, right.value, top.value


def _reach_into(one: _Box, other: _Box) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    least = min(one[2] - one[0], one[3] - one[1], other[2] - other[0], other[3] - other[1])
    return min(wide, high) > _KERNING * least


def _rebuilt(runs: list[Run]) -> str:
    encodings = _encodings(runs)
    text = "\n".join(_in_unicode(line, encodings) for line in lines_of(runs))
    # pdfium gives letters beyond the 65,536th in halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _encodings(runs: Iterable[Run]) -> dict[str, FontEncoding]:
    """Return the old encodings of the fonts of a page, told from their names, else from their text."""
    texts: dict[str, list[str]] = defaultdict(list)
    for run in runs:
        texts[run.font].append(run.text)
    found = {font: encoding_of_font(font) or _judged(" ".join(text)) for font, text in texts.items()}
    return {font: encoding for font, encoding in found.items() if encoding}


def _judged(text: str) -> FontEncoding | None:
    encoding = encoding_of([text])
    return FontEncoding(encoding.name) if encoding else None


def _in_unicode(line: Line, encodings: dict[str, FontEncoding]) -> str:
    """Return the text of a line; words that run through several pieces of one encoding are decoded whole."""

    def encoding(piece: Piece) -> FontEncoding | None:
        return encodings.get(piece[1])

    decoded = []
    for old, pieces in groupby(line.pieces(), key=encoding):
        text = "".join(piece for piece, _ in pieces)
        # In TCVN3 what looks like a hyphen at the end of a line is nearly always the letter ư.
        decoded.append(old.decoded(text.replace(LINE_HYPHEN, "-")) if old else text)
    return "".join(decoded)


def _with_whole_words(text: str) -> str:
    """Join words that were divided at the end of a line."""
    text = _SOFT_HYPHEN.sub("", text.replace("\r\n", "\n"))
    is_broken = LINE_HYPHEN in text or _BROKEN_HYPHEN in text
    return _BROKEN_WORD.sub(_joined, text) if is_broken else text


def _joined(found: re.Match[str]) -> str:
    """Keep the hyphen of a word like Ê-đi-xơn, whose parts are syllables; that of exam-ple is no letter."""
    before, after = found.groups()
    return f"{before}-{after}" if is_syllable(before) and is_syllable(after) else before + after


def clean(text: str) -> str:
    """Compose the letters (NFC), drop what cannot be stored, and end lines with a single newline."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text.replace("\r\n", "\n")))
