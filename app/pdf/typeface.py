"""The two embedded Vietnamese fonts, and how text is measured, broken and shortened in them."""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "KyDuyetSans"
BOLD = "KyDuyetSans-Bold"
ELLIPSIS = "…"
MISSING_LETTER = "\ufffd"

_ROUNDING = 0.01

_FILES = {REGULAR: "NotoSans-Regular.ttf", BOLD: "NotoSans-Bold.ttf"}


@cache
def load_fonts() -> frozenset[str]:
    """Register both fonts with reportlab once, and return the letters that both can show."""
    folder = Path(__file__).parent / "fonts"
    faces = []
    for name, file_name in _FILES.items():
        font = TTFont(name, str(folder / file_name))
        pdfmetrics.registerFont(font)
        faces.append(font.face)
    return frozenset.intersection(*(frozenset(map(chr, face.charToGlyph)) for face in faces))


def printable(text: str) -> str:
    """Return `text` in NFC on one line, with a replacement mark for each letter the fonts lack.

    PDF/A forbids drawing a missing glyph, and a reader should see that a letter is missing.
    """
    known = load_fonts()
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(letter if letter in known else MISSING_LETTER for letter in line)


def text_width(text: str, font: str, size: float) -> float:
    """Return how wide `text` is, in points."""
    load_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def fit(text: str, font: str, size: float, width: float, least: float) -> tuple[str, float]:
    """Return `text` and a size at which it is at most `width` wide.

    The size shrinks to `least`; after that the end of the text gives way to an ellipsis.
    """
    text = printable(text)
    natural = text_width(text, font, size)
    if natural <= width + _ROUNDING:
        return text, size
    shrunk = max(least, size * width / natural)
    return shorten(text, font, shrunk, width), shrunk


def shorten(text: str, font: str, size: float, width: float) -> str:
    """Return `text`, or as much of its beginning as fits into `width` with an ellipsis."""
    if text_width(text, font, size) <= width + _ROUNDING:
        return text
    while text and text_width(text + ELLIPSIS, font, size) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrap(text: str, font: str, size: float, width: float, most: int = 100) -> list[str]:
    """Break `text` into lines at most `width` wide; words that are too long are cut.

    At most `most` lines come back, the last one ending in an ellipsis if something is left over.
    """
    lines: list[str] = []
    words = printable(text).split(" ")
    while words and len(lines) < most:
        lines.append(_take_line(words, font, size, width))
    if words:
        lines[-1] = shorten(f"{lines[-1]} {' '.join(words)}", font, size, width)
    return lines


def _take_line(words: list[str], font: str, size: float, width: float) -> str:
    line = words.pop(0)
    if text_width(line, font, size) > width:
        return _cut_word(line, words, font, size, width)
    while words and text_width(f"{line} {words[0]}", font, size) <= width:
        line = f"{line} {words.pop(0)}"
    return line


def _cut_word(word: str, words: list[str], font: str, size: float, width: float) -> str:
    kept = len(word)
    while kept > 1 and text_width(word[:kept], font, size) > width:
        kept -= 1
    words.insert(0, word[kept:])
    return word[:kept]
