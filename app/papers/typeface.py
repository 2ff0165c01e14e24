"""The embedded serif faces of official papers, which have the measures of Times New Roman.

Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, mục I asks for Times New Roman, which not everybody may embed.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app.pdf.typeface import MISSING_LETTER
from app.pdf.typeface import wrap as wrap_line

REGULAR = "KyDuyetSerif"
BOLD = "KyDuyetSerif-Bold"
ITALIC = "KyDuyetSerif-Italic"
BOLD_ITALIC = "KyDuyetSerif-BoldItalic"

_FILES = {
    REGULAR: "KyDuyetSerif-Regular.ttf",
    BOLD: "KyDuyetSerif-Bold.ttf",
    ITALIC: "KyDuyetSerif-Italic.ttf",
    BOLD_ITALIC: "KyDuyetSerif-BoldItalic.ttf",
}
_BY_STYLE = {(False, False): REGULAR, (True, False): BOLD, (False, True): ITALIC, (True, True): BOLD_ITALIC}
_SPACE = re.compile(r"\s+")
_MOST_LINES = 2_000


@cache
def load_serif() -> frozenset[str]:
    """Register the four faces with reportlab once, and return the letters that all of them can show."""
    folder = Path(__file__).parent / "fonts"
    faces = []
    for name, file_name in _FILES.items():
        font = TTFont(name, str(folder / file_name))
        pdfmetrics.registerFont(font)
        faces.append(font.face)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC)
    return frozenset.intersection(*(frozenset(map(chr, face.charToGlyph)) for face in faces))


def face(*, bold: bool, italic: bool) -> str:
    """Return the name under which reportlab knows a face."""
    return _BY_STYLE[bold, italic]


def shown(text: str) -> str:
    """Return `text` in NFC on one line, with a box for each letter the faces lack.

    Unlike what is drawn alone, a part of a paragraph keeps the space at its ends.
    """
    known = load_serif()
    line = _SPACE.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(letter if letter in known else MISSING_LETTER for letter in line)


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break `text` into lines at most `width` points wide, at its own newlines too."""
    return [
        line
        for paragraph in text.split("\n")
        for line in wrap_line(shown(paragraph), font, size, width, most=_MOST_LINES)
    ]
