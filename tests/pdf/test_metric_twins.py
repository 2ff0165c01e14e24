"""Fonts that are named but not embedded get their twin where the letters stay the same, and only there."""

from collections.abc import Callable
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfbase.pdfmetrics import stringWidth

from app.pdf.checking import Claim, check_official
from app.pdf.metric_twins import load_twins, standard_face, with_twins
from app.pdf.page_objects import open_with_forms
from app.pdf.sandbox import Sandbox
from app.pdf.twin_looks import difference_by_twins
from tests.pdf.sealing import official_of, order_for
from tests.pdf.test_seal import sealed_in

TEXT = b"Diem 9,8 (gioi) - lop 3A: 'Tap doc' `b`"


def standard(name: str) -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(f"/{name}"))


def word_font(name: str, **changes: Any) -> Dictionary:
    """Return a font as word processors write one that they do not embed; the style follows from the name."""
    plain = "Helvetica" if "Arial" in name else "Times-Roman"
    heavy = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold"}[plain]
    face = heavy if "Bold" in name else plain
    widths = [round(stringWidth(chr(code), face, 1000)) for code in range(32, 123)]
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name(f"/{name}"), Flags=32)
    font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name(f"/{name}"))
    font.Encoding, font.FontDescriptor, font.Widths = Name.WinAnsiEncoding, descriptor, Array(widths)
    font.FirstChar, font.LastChar = 32, 122
    for key, value in changes.items():
        font[f"/{key}"] = value
    return font


def page_in(font: Dictionary, text: bytes = TEXT, *, turned: int = 0) -> bytes:
    """Return a page of lines in `font`."""
    escaped = text.replace(b"(", rb"\(").replace(b")", rb"\)")
    lines = b"".join(b"(%s) Tj T* " % escaped for _ in range(20))
    target = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Rotate = turned
        page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
        page.Contents = pdf.make_stream(b"BT /F1 12 Tf 16 TL 85 760 Td " + lines + b"ET")
        pdf.save(target)
    return target.getvalue()


STANDARD_FACES = [standard_face(style) for style in load_twins()]
WORD_FACES = [
    "TimesNewRomanPSMT",
    "ArialMT",
    "TimesNewRomanPS-BoldMT",
    "Arial,Bold",
    "Times New Roman",
    "Arial",
]


@pytest.mark.parametrize("turned", [0, 90])
@pytest.mark.parametrize(
    ("make", "name"),
    [(standard, name) for name in STANDARD_FACES] + [(word_font, name) for name in WORD_FACES],
)
def test_a_face_that_has_a_twin_makes_a_checked_pdfa(
    sandbox: Sandbox, make: Callable[[str], Dictionary], name: str, turned: int
) -> None:
    document = page_in(make(name), turned=turned)
    order = order_for(document)

    sealed, official = sealed_in(sandbox, document, order)

    assert (sealed.pdfa, sealed.pdfa_reason) == ("PDF/A-2b", "")
    with TemporaryFile() as source, TemporaryFile() as made:
        source.write(document)
        made.write(official)
        check_official(sandbox, source, made, Claim(order, sealed.stamp_box))


def glyph_numbers() -> Dictionary:
    inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.ArialMT, DW=500)
    inner.CIDSystemInfo = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    inner.FontDescriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.ArialMT, Flags=32)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.ArialMT)
    font.Encoding, font.DescendantFonts = Name("/Identity-H"), Array([inner])
    return font


@pytest.mark.parametrize(
    "font",
    [
        glyph_numbers(),
        standard("Symbol"),
        standard("Courier"),
        word_font("ArialNarrow"),
        word_font("Arial-Black"),
        word_font("ABCDEF+ArialMT"),
        word_font("ArialMT", FontDescriptor=Dictionary(Type=Name.FontDescriptor, Flags=4)),
        word_font("ArialMT", Encoding=Name("/Identity-H")),
        word_font("ArialMT", Encoding=Dictionary(Differences=Array([65, Name.B]))),
        word_font(
            "ArialMT", Encoding=Dictionary(BaseEncoding=Name.WinAnsiEncoding, Differences=Array([Name.B]))
        ),
    ],
    ids=[
        "glyph numbers",
        "symbols",
        "courier",
        "narrow",
        "black",
        "subset",
        "symbolic",
        "cmap",
        "no base",
        "no code",
    ],
)
def test_a_font_whose_letters_are_not_settled_by_its_encoding_is_left(font: Dictionary) -> None:
    assert with_twins(page_in(font, b"AB")) is None


@pytest.mark.parametrize(
    ("font", "text"),
    [
        (word_font("ArialMT", Widths=Array([900] * 91)), b"ABC"),
        (standard("Times-Roman"), b"\xb4\xb4"),
        (
            word_font(
                "ArialMT",
                Encoding=Dictionary(
                    BaseEncoding=Name.WinAnsiEncoding, Differences=Array([65, Name.ohorn, Name.uhorn])
                ),
            ),
            b"AB",
        ),
        (standard("Helvetica"), b"\x81\x82"),
    ],
    ids=["other widths", "a letter of another width", "letters the twin lacks", "codes without a letter"],
)
def test_what_the_twin_would_show_otherwise_prevents_pdfa(font: Dictionary, text: bytes) -> None:
    document = page_in(font, text)

    answer = official_of(document, order_for(document)).answer

    assert answer["pdfa"] is None
    assert answer["pdfa_reason"]


def test_a_changed_letter_keeps_its_name() -> None:
    encoding = Dictionary(BaseEncoding=Name.WinAnsiEncoding, Differences=Array([65, Name.B]))
    document = page_in(word_font("ArialMT", Encoding=encoding), b"AAAA")
    embedded = with_twins(document)

    assert embedded is not None
    assert difference_by_twins(open_with_forms(document)[0], open_with_forms(embedded)[0]) is None
    assert open_with_forms(embedded)[0].get_textpage().get_text_range(0, 4) == "BBBB"


def _other_text(pdf: pikepdf.Pdf) -> None:
    _write(pdf, b"BT /F1 12 Tf 85 760 Td (Other) Tj ET")


def _moved(pdf: pikepdf.Pdf) -> None:
    _write(pdf, b"BT /F1 12 Tf 86 760 Td (WWWW) Tj ET")


def _unseen(pdf: pikepdf.Pdf) -> None:
    _write(pdf, b"BT /F1 12 Tf 3 Tr 85 760 Td (WWWW) Tj ET")


def _rule(pdf: pikepdf.Pdf) -> None:
    _write(pdf, b"BT /F1 12 Tf 85 760 Td (WWWW) Tj ET 0.9 G 100 100 m 200 100 l S")


def _write(pdf: pikepdf.Pdf, content: bytes) -> None:
    pdf.pages[0].Contents = pdf.make_stream(content)


@pytest.mark.parametrize("change", [_other_text, _moved, _unseen, _rule])
def test_a_page_that_looks_otherwise_with_twins_is_told(change: Callable[[pikepdf.Pdf], None]) -> None:
    with pikepdf.open(BytesIO(page_in(standard("Times-Bold")))) as pdf:
        _write(pdf, b"BT /F1 12 Tf 85 760 Td (WWWW) Tj ET")
        before, after = BytesIO(), BytesIO()
        pdf.save(before)
        change(pdf)
        pdf.save(after)

    pages = (open_with_forms(each.getvalue())[0] for each in (before, after))
    assert difference_by_twins(*pages)
