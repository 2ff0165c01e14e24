"""Embeds the metric twin where Times New Roman, Arial or a standard face like them is named, not embedded.

Which letter a code stands for is settled by the encoding alone, before and after; fonts whose codes are
glyph numbers of a font that is not there (Identity-H) are left. Widths stay as they are: the check of
PDF/A refuses every code in use whose width is not the twin's, or which the twin cannot show.
"""

import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFontFile

from app.pdf.font_programs import fonts_of, is_named_only

_NAME = re.compile(
    r"/(?P<family>timesnewroman(ps)?|times|arial|helvetica)(mt)?[-,]?(regular|roman|normal)?"
    r"(?P<bold>bold)?[-,]?(?P<italic>italic|oblique)?(mt)?"
)
_SYMBOLIC, _NONSYMBOLIC, _SERIF, _ITALIC = 4, 32, 2, 64
"""Flags of a font descriptor, ISO 32000-1, table 123."""
_WESTERN = ("/WinAnsiEncoding", "/MacRomanEncoding")
_ABSENT = ".notdef"
# Read here, since a sandbox child can load nothing later.
_ENCODINGS: dict[str, list[str | None]] = {
    f"/{name}": list(pdfmetrics.Encoding(name).vector)
    for name in ("StandardEncoding", "WinAnsiEncoding", "MacRomanEncoding")
}

_Style = tuple[bool, bool, bool]
"""Serif, bold, italic."""


@dataclass(frozen=True)
class Twin:
    """A face that may be embedded, with the measures of one that not everybody may embed."""

    name: str
    style: _Style
    program: bytes
    metrics: dict[str, float]
    box: tuple[float, ...]

    widths: dict[str, int]
    """Of each letter in the standard face, in thousandths of the size."""


@cache
def load_twins() -> dict[_Style, Twin]:
    """Read the eight faces once; a sandbox child can open no file by itself."""
    choices = (False, True)
    styles = [(serif, bold, italic) for serif in choices for bold in choices for italic in choices]
    return {style: _load(style) for style in styles}


def _load(style: _Style) -> Twin:
    serif, bold, italic = style
    variant = ("Bold" if bold else "") + ("Italic" if italic else "") or "Regular"
    name = f"KyDuyetTwin{'Serif' if serif else 'Sans'}-{variant}"
    program = (Path(__file__).parent / "fonts" / f"{name}.ttf").read_bytes()
    face = TTFontFile(BytesIO(program))
    metrics = {
        "/Ascent": face.ascent,
        "/Descent": face.descent,
        "/CapHeight": face.capHeight,
        "/ItalicAngle": face.italicAngle,
        "/StemV": face.stemV,
    }
    widths = dict(pdfmetrics.getTypeFace(standard_face(style)).glyphWidths)
    rounded = {key: round(value) for key, value in metrics.items()}
    return Twin(name, style, program, rounded, tuple(face.bbox), widths)


def standard_face(style: _Style) -> str:
    """Return the face among the fourteen standard ones that has the measures of a twin."""
    serif, bold, italic = style
    variant = ("Bold" if bold else "") + (("Italic" if serif else "Oblique") if italic else "")
    if not variant:
        return "Times-Roman" if serif else "Helvetica"
    return f"{'Times' if serif else 'Helvetica'}-{variant}"


def with_twins(document: bytes) -> bytes | None:
    """Return `document` with twins embedded, None if none of its fonts gets one."""
    with pikepdf.open(BytesIO(document)) as pdf:
        # The seal drops them too: many programs list a standard face that no page uses.
        pdf.remove_unreferenced_resources()
        if not embed_twins(pdf):
            return None
        written = BytesIO()
        pdf.save(written)
        return written.getvalue()


def embed_twins(pdf: pikepdf.Pdf) -> int:
    """Embed twins into `pdf` where its fonts allow it; return how many fonts got one."""
    descriptors: dict[str, pikepdf.Object] = {}
    embedded = 0
    for font in list(fonts_of(pdf)):
        twin, letters = _twin_of(font), _letters(font)
        if twin is None or letters is None:
            continue
        if twin.name not in descriptors:
            descriptors[twin.name] = _descriptor(pdf, twin)
        _settle(font, twin, letters)
        font.FontDescriptor = descriptors[twin.name]
        font.BaseFont = Name(f"/{twin.name}")
        embedded += 1
    return embedded


def _twin_of(font: pikepdf.Object) -> Twin | None:
    """Return the twin of a font that is named and not embedded."""
    name = font.get(Name.BaseFont)
    known = isinstance(name, Name) and _NAME.fullmatch(str(name).replace(" ", "").lower())
    descriptor = font.get(Name.FontDescriptor, Dictionary())
    if not known or not isinstance(descriptor, Dictionary):
        return None
    if not is_named_only(font) or int(descriptor.get("/Flags", 0)) & _SYMBOLIC:
        return None
    serif = known["family"].startswith("times")
    return load_twins()[serif, known["bold"] is not None, known["italic"] is not None]


def _letters(font: pikepdf.Object) -> list[str] | None:
    """Return the name of the letter of each of the 256 codes, None where the font itself settles that."""
    encoding = font.get(Name.Encoding)
    differences = encoding.get("/Differences", Array()) if isinstance(encoding, Dictionary) else Array()
    base = encoding.get("/BaseEncoding") if isinstance(encoding, Dictionary) else encoding
    if base is None and font.Subtype == Name.Type1:
        base = Name.StandardEncoding
    elif not isinstance(base, Name) or str(base) not in _WESTERN:
        return None
    letters = [letter or _ABSENT for letter in _ENCODINGS[str(base)]]
    return _changed(letters, differences) if isinstance(differences, Array) else None


def _changed(letters: list[str], differences: pikepdf.Object) -> list[str] | None:
    code = -1
    for entry in differences.as_list():
        if isinstance(entry, Name):
            if not 0 <= code < len(letters):
                return None
            letters[code] = str(entry)[1:]
            code += 1
        elif isinstance(entry, int):
            code = entry
        else:
            return None
    return letters


def _settle(font: pikepdf.Object, twin: Twin, letters: list[str]) -> None:
    """Write encoding and widths as a TrueType font has them; a standard face may come without."""
    if font.Subtype == Name.Type1:
        font.Encoding = _western(letters)
    if not isinstance(font.get(Name.Widths), Array):
        font.FirstChar, font.LastChar = 0, len(letters) - 1
        font.Widths = Array([twin.widths.get(letter, 0) for letter in letters])
    font.Subtype = Name.TrueType


def _western(letters: list[str]) -> pikepdf.Object:
    """Return the encoding with these letters, said as PDF/A wants it of TrueType fonts."""
    differences: list[int | pikepdf.Object] = []
    western = _ENCODINGS["/WinAnsiEncoding"]
    for code, (letter, usual) in enumerate(zip(letters, western, strict=True)):
        if letter not in (usual, _ABSENT):
            differences += [code, Name(f"/{letter}")]
    if not differences:
        return Name.WinAnsiEncoding
    return Dictionary(Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=Array(differences))


def _descriptor(pdf: pikepdf.Pdf, twin: Twin) -> pikepdf.Object:
    serif, _, italic = twin.style
    program = pdf.make_stream(twin.program, Length1=len(twin.program))
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name(f"/{twin.name}"), FontFile2=program)
    descriptor.Flags = _NONSYMBOLIC | (_SERIF if serif else 0) | (_ITALIC if italic else 0)
    descriptor.FontBBox = Array([round(edge) for edge in twin.box])
    for key, value in twin.metrics.items():
        descriptor[key] = value
    return pdf.make_indirect(descriptor)
