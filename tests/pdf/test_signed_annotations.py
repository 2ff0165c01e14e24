"""A file that came signed is filed as it came, so it is taken only if all readers show and print one look."""

from io import BytesIO

import pytest

from app.pdf.gate_examine import examine
from tests.pdf.disagreeing import FONT
from tests.pdf.signing import Authority, sign_anew
from tests.pdf.written import one_page, stream

LOOK = b"/AP << /N 7 0 R >> "
EMPTY_LOOK = b"/AP << /N 8 0 R >> "
STATES = b"/AP << /N << /Co 7 0 R /Off 7 0 R >> >> "
FORM = b"/AcroForm << /Fields [6 0 R] /DA (/F 12 Tf) >> "
WRITTEN = b"/Subtype /Widget /FT /Tx /T (a) /DA (/F 12 Tf) "
BOX = b"/Subtype /Widget /FT /Btn /T (a) /V /Co "
TAKEN = {
    "a stamp": b"/Subtype /Stamp /F 4 " + LOOK,
    "a locked highlight": b"/Subtype /Highlight /F 132 " + LOOK,
    "a stamp that nobody sees": b"/Subtype /Stamp /F 2 " + LOOK,
    "a note that readers draw": b"/Subtype /Text /F 0 ",
    "a window of a note": b"/Subtype /Popup /Open true ",
    "a link": b"/Subtype /Link ",
    "a link with a thin border": b"/Subtype /Link /BS << /W 2 >> ",
    "a field to be signed": b"/Subtype /Widget /FT /Sig /T (a) /F 4 ",
    "a field to be signed, with an empty look": b"/Subtype /Widget /FT /Sig /T (a) /F 4 " + EMPTY_LOOK,
    "a note with an empty look": b"/Subtype /Text /F 4 " + EMPTY_LOOK,
    "a link with an empty look": b"/Subtype /Link /F 4 " + EMPTY_LOOK,
    "an empty field": WRITTEN + b"/F 4 ",
    "a box that is set": BOX + b"/F 4 /AS /Co " + STATES,
}
REFUSED = {
    "a stamp for the screen": b"/Subtype /Stamp /F 0 " + LOOK,
    "a stamp for paper": b"/Subtype /Stamp /F 36 " + LOOK,
    "a stamp of one size at every zoom": b"/Subtype /Stamp /F 12 " + LOOK,
    "a stamp until it is pointed at": b"/Subtype /Stamp /F 260 " + LOOK,
    "a look for who points at it": b"/Subtype /Widget /FT /Btn /Ff 65536 /T (a) /F 4 "
    b"/AP << /N 7 0 R /R 7 0 R >> ",
    "a note with a look of its own": b"/Subtype /Text /F 4 " + LOOK,
    "a square that readers draw": b"/Subtype /Square /F 4 /IC [1 1 1] ",
    "a line that readers draw": b"/Subtype /Line /F 4 /L [0 0 90 90] /BS << /W 40 >> ",
    "a link with a look": b"/Subtype /Link /F 4 " + LOOK,
    "a link with a broad border": b"/Subtype /Link /Border [0 0 40] /C [1 1 1] ",
    "a watermark": b"/Subtype /Watermark /F 4 " + LOOK,
    "a kind that readers do not know": b"/Subtype /Unknown /F 4 " + LOOK,
    "a value without a look": WRITTEN + b"/F 4 /V (9.000.000) ",
    "a field that is not printed": WRITTEN + b"/F 0 /V (1) " + LOOK,
    "a field to be signed, with a look": b"/Subtype /Widget /FT /Sig /T (a) /F 4 " + LOOK,
    "a field to be signed, with a look for who points at it": b"/Subtype /Widget /FT /Sig /T (a) /F 4 "
    b"/AP << /N 8 0 R /R 7 0 R >> ",
    "a field to be signed, with a look that breaks off": b"/Subtype /Widget /FT /Sig /T (a) /F 4 "
    b"/AP << /N 9 0 R >> ",
    "a field to be signed, with a picture": b"/Subtype /Widget /FT /Sig /T (a) /F 4 /AP << /N 10 0 R >> ",
    "a field to be signed, with no other look": b"/Subtype /Widget /FT /Sig /T (a) /F 4 /AP << /R 7 0 R >> ",
    "a box of which no state is said": BOX + b"/F 4 " + STATES,
    "a box with one look": BOX + b"/F 4 /AS /Co " + LOOK,
}


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


def judged(annotation: bytes, authority: Authority) -> dict[str, object]:
    resources = b"/Resources << /Font << /F 5 0 R >> >>"
    look = stream(b"BT /F 12 Tf 2 4 Td (1) Tj ET", b"/Subtype /Form /BBox [0 0 100 40] " + resources)
    empty = stream(b"% DSBlank\nq 0 0 100 40 re W n Q", b"/Subtype /Form /BBox [0 0 100 40]")
    broken_off = stream(b"[ q 0 0 9 9 re f", b"/Subtype /Form /BBox [0 0 100 40]")
    picture = stream(b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI", b"/Subtype /Form /BBox [0 0 1 1]")
    document = one_page(
        resources + b" /Annots [6 0 R]",
        FORM if b"/Widget" in annotation else b"",
        content=b"BT /F 24 Tf 20 100 Td (9.000.000) Tj ET",
        more={
            5: FONT,
            6: b"<< /Type /Annot /Rect [20 90 70 120] " + annotation + b">>",
            7: look,
            8: empty,
            9: broken_off,
            10: picture,
        },
    )
    return examine(BytesIO(sign_anew(document, authority.signer("Giáo viên"))), {"max_pages": 9}, None)


@pytest.mark.parametrize("name", TAKEN)
def test_what_all_readers_show_and_print_alike_is_taken_as_signed(name: str, authority: Authority) -> None:
    answer = judged(TAKEN[name], authority)
    assert answer.get("refused") is None
    assert answer["signed"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_readers_show_or_print_otherwise_is_refused(name: str, authority: Authority) -> None:
    assert judged(REFUSED[name], authority).get("refused") == "mixed_content"
