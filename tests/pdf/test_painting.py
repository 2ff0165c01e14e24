"""What each reader paints in its own way is written as it was read, or refused."""

import io

import pikepdf
import pytest

from app.pdf.painting import leaves_painting
from app.pdf.rewriting import open_foreign, rewritten
from tests.pdf.test_gate_scan import judged
from tests.pdf.written import raw_pdf, stream

LESS, MORE = b"thuong 1.000.000 dong", b"thuong 9.000.000 dong"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
INVERTED = b"<< /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>"
HIDDEN_BY_A_FORM = stream(
    b"1 g 0 90 300 40 re f 0 g BT /F1 14 Tf 20 100 Td (" + LESS + b") Tj ET",
    b"/Type /XObject /Subtype /Form /Resources << /Font << /F1 5 0 R >> >>",
)


def line(words: bytes, height: int = 100) -> bytes:
    return b"BT /F1 14 Tf 20 %d Td (%s) Tj ET\n" % (height, words)


def page(content: bytes, resources: bytes = b"", more: bytes | None = None) -> bytes:
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> " + resources + b" >> >>",
            4: stream(content),
            5: FONT,
            **({6: more} if more else {}),
        }
    )


SETTLED = {
    "a form without the box it is cut to": page(
        line(MORE) + b"/X Do", b"/XObject << /X 6 0 R >>", HIDDEN_BY_A_FORM
    ),
    "blend modes to choose from": page(
        b"q /D gs 0 g " + line(MORE) + b"Q", b"/ExtGState << /D << /BM [/Nonsense /Multiply] >> >>"
    ),
    "another colour for plain grey": page(
        b"0 g " + line(LESS), b"/ColorSpace << /DefaultGray [/Indexed /DeviceGray 1 <ff00>] >>"
    ),
    "grey that is no grey": page(
        b"0 g " + line(LESS),
        b"/ColorSpace << /DefaultGray [/CalGray << /WhitePoint [0.95 1 1.09] /Gamma 0.0001 >>] >>",
    ),
    "a profile that is none": page(
        b"/S cs 0 0 0 scn " + line(LESS),
        b"/ColorSpace << /S [/ICCBased 6 0 R] >>",
        stream(b"no profile", b"/N 3 /Alternate /DeviceRGB"),
    ),
}
REFUSED = {
    f"a function between colour and paper ({key})": page(
        b"/G gs 1 g " + line(LESS) + b"0 g " + line(MORE, 60),
        b"/ExtGState << /G << /%s %s >> >>" % (key.encode(), INVERTED),
    )
    for key in ("TR", "TR2")
} | {
    "colourants that are none": page(
        b"/S cs 1 scn " + line(MORE) + b"0 g " + line(LESS, 60),
        b"/ColorSpace << /S [/DeviceN [/None] /DeviceGray " + INVERTED + b"] >>",
    )
}
SETTLED |= {
    "a form whose kind stands elsewhere": raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
            4: stream(line(MORE) + b"/X Do"),
            5: FONT,
            6: HIDDEN_BY_A_FORM.replace(b"/Subtype /Form", b"/Subtype 7 0 R"),
            7: b"/Form",
        }
    ),
    "a box beyond all integers": page(
        line(LESS) + b"/X Do",
        b"/XObject << /X 6 0 R >>",
        HIDDEN_BY_A_FORM.replace(
            b"/Subtype /Form", b"/Subtype /Form /BBox [-2147483649 -2147483649 2147483649 2147483649]"
        ),
    ),
    "a palette of a colourant that is none": page(
        b"/S cs 1 scn " + line(MORE) + b"0 g " + line(LESS, 60),
        b"/ColorSpace << /S [/Indexed [/Separation /None /DeviceGray " + INVERTED + b"] 1 <00ff>] >>",
    ),
    "a calibration used by its name": page(
        b"/S cs 0 scn " + line(LESS),
        b"/ColorSpace << /S [/CalGray << /WhitePoint [0.95 1 1.09] /Gamma 1000 >>] >>",
    ),
    "white that is black": page(
        b"0 0 0 rg " + line(LESS),
        b"/ColorSpace << /DefaultRGB [/CalRGB << /WhitePoint [0.95 1 1.09]"
        b" /Matrix [0 0 0 0 0 0 0 0 0] >>] >>",
    ),
    "a profile that is only begun": page(
        b"/S cs 0 0 0 scn " + line(LESS),
        b"/ColorSpace << /S [/ICCBased 6 0 R] >>",
        stream(bytes(16) + b"RGB " + bytes(16) + b"acsp" + bytes(90), b"/N 3 /Alternate /DeviceRGB"),
    ),
}
REFUSED |= {
    "graphics states in a stream": page(
        b"/G gs " + line(MORE) + b"0 g " + line(LESS, 60),
        b"/ExtGState 6 0 R",
        stream(b"", b"/G << /ca 0 >>"),
    ),
}
SETTLED |= {
    "a palette without its colours": page(
        b"/S cs 1 scn " + line(MORE) + b"0 g " + line(LESS, 60),
        b"/ColorSpace << /S [/Indexed /DeviceRGB (x) 5] >>",
    ),
}
USUAL = {
    "a form with its box": page(
        line(LESS) + b"/X Do",
        b"/XObject << /X 6 0 R >>",
        HIDDEN_BY_A_FORM.replace(b"/Subtype /Form", b"/Subtype /Form /BBox [0 0 300 200]"),
    ),
    "a function that changes nothing": page(
        b"/G gs " + line(LESS), b"/ExtGState << /G << /TR /Identity /TR2 /Default >> >>"
    ),
    "one blend mode": page(b"/D gs " + line(LESS), b"/ExtGState << /D << /BM /Multiply >> >>"),
    "a calibrated grey": page(
        b"0 g " + line(LESS),
        b"/ColorSpace << /DefaultGray [/CalGray << /WhitePoint [0.95 1 1.09] /Gamma 2.2 >>] >>",
    ),
    "a usual calibration": page(
        b"0 0 0 rg " + line(LESS),
        b"/ColorSpace << /DefaultRGB [/CalRGB << /WhitePoint [0.9505 1 1.089] /Gamma [2.22 2.22 2.22]"
        b" /Matrix [0.4124 0.2126 0.0193 0.3576 0.7152 0.1192 0.1805 0.0722 0.9505] >>] >>",
    ),
    "a colourant beside one that is none": page(
        b"/S cs 1 0 scn " + line(LESS),
        b"/ColorSpace << /S [/DeviceN [/Black /None] /DeviceGray 6 0 R] >>",
        stream(b"{ pop 1 exch sub }", b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]"),
    ),
    "a colourant with a name": page(
        b"/S cs 1 scn " + line(LESS),
        b"/ColorSpace << /S [/Separation /Gold /DeviceGray " + INVERTED + b"] >>",
    ),
}


@pytest.mark.parametrize("name", SETTLED)
def test_what_was_read_is_all_that_any_reader_can_paint(name: str) -> None:
    assert judged(SETTLED[name]) == "accept"
    with open_foreign(SETTLED[name]) as pdf:
        assert leaves_painting(pdf)
        written = rewritten(pdf)
    with pikepdf.open(io.BytesIO(written)) as pdf:
        assert not leaves_painting(pdf)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_as_it_was_read_is_refused(name: str) -> None:
    assert judged(REFUSED[name]) == "mixed_content"


@pytest.mark.parametrize("name", USUAL)
def test_what_is_usual_stays(name: str) -> None:
    assert judged(USUAL[name]) == "accept"
    with open_foreign(USUAL[name]) as pdf:
        assert not leaves_painting(pdf)


def test_what_two_pages_share_is_settled_once() -> None:
    state = b"/Resources << /Font << /F1 5 0 R >> /ExtGState << /G 6 0 R >> >>"
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R " + state + b" >>"
    document = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 7 0 R] /Count 2 >>",
            3: leaf,
            4: stream(b"/G gs 0 g " + line(LESS)),
            5: FONT,
            6: b"<< /TR << /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1 >> >>",
            7: leaf,
        }
    )
    assert judged(document) == "accept"
