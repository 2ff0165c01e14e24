"""Fields: of whatever kind, value and look, an official shows in every reader what people read."""

import random
from io import BytesIO

import pikepdf
import pytest

from app.pdf.gate_examine import examine
from app.pdf.page_objects import open_with_forms
from app.pdf.rehearsal import page_picture
from app.pdf.rewriting import reading_of
from tests.pdf.disagreeing import FONT, page_saying
from tests.pdf.signing import Authority, sign_anew
from tests.pdf.written import one_page, stream

LYING_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 9 0 R >>"
LIE = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <31> <0039> endbfchar"
RESOURCES = b"/Resources << /Font << /F 5 0 R >> >>"


def field(entries: bytes, look: bytes, *, font: bytes = FONT, redraw: bytes = b"false") -> bytes:
    """Return a page with one field whose look is in object 7; object 8 is true."""
    return one_page(
        b"/Annots [6 0 R] /Resources << /Font << /G 11 0 R >> >>",
        b"/AcroForm << /Fields [6 0 R] /DR << /Font << /F 5 0 R >> >> /DA (/F 12 Tf 0 g) /NeedAppearances "
        + redraw
        + b" >>",
        content=b"BT /G 12 Tf 20 150 Td (Phieu) Tj ET",
        more={
            5: font,
            6: b"<< /Type /Annot /Subtype /Widget /T (a) /F 4 /Rect [20 20 180 50] /DA (/F 12 Tf 0 g) "
            + entries
            + b" >>",
            7: stream(look, b"/Type /XObject /Subtype /Form /BBox [0 0 160 30] " + RESOURCES),
            8: b"true",
            9: stream(LIE),
            11: FONT,
        },
    )


def saying(words: bytes, before: bytes = b"") -> bytes:
    return b"/Tx BMC q BT /F 12 Tf 2 9 Td " + before + b" (" + words + b") Tj ET Q EMC"


def verdict(document: bytes) -> str:
    return str(examine(BytesIO(document), {"max_pages": 9}, None).get("refused", "accept"))


def assert_nothing_is_left_to_draw(document: bytes) -> None:
    """A stamp with one look is drawn alike by all; what pdfium draws is what it drew before."""
    reading = reading_of(document)
    with pikepdf.open(BytesIO(reading)) as pdf:
        assert pdf.Root.AcroForm.keys() <= {"/Fields", "/DR", "/DA"}
        assert len(pdf.Root.AcroForm.Fields) == 0
        for annotation in pdf.pages[0].get("/Annots", pikepdf.Array()).as_list():
            assert annotation.Subtype == "/Stamp"
            assert set(annotation.AP.keys()) == {"/N"}
            assert isinstance(annotation.AP.N, pikepdf.Stream)
            assert "/Resources" in annotation.AP.N
            assert not {"/FT", "/V", "/RV", "/MK", "/DA", "/Parent", "/AS", "/A", "/AA"} & annotation.keys()
    before, after = open_with_forms(document), open_with_forms(reading)
    assert page_picture(before[0]).tobytes() == page_picture(after[0]).tobytes()


DIFFERING = {
    "a comma": (b"/V (1,0)", b"10"),
    "a sign": (b"/V (-500)", b"500"),
    "another comparison": (b"/V (< 5)", b"> 5"),
    "a full stop elsewhere": (b"/V (15.00)", b"1.500"),
    "a rich value with a comma": (b"/V (10) /RV (<p>1,0</p>)", b"10"),
}


@pytest.mark.parametrize("name", DIFFERING)
def test_a_mark_more_or_less_is_another_value(name: str) -> None:
    entries, shown = DIFFERING[name]
    assert verdict(field(b"/FT /Tx /AP << /N 7 0 R >> " + entries, saying(shown))) == "mixed_content"


def test_escaped_characters_of_a_rich_value_are_no_difference() -> None:
    document = field(b"/FT /Tx /AP << /N 7 0 R >> /V (A & B) /RV (<p>A &amp; B</p>)", saying(b"A & B"))
    assert verdict(document) == "accept"


SETTLED = {
    "letters that a font calls others": (
        b"/FT /Tx /V (9) /AP << /N 7 0 R >>",
        saying(b"1"),
        LYING_FONT,
        b"true",
    ),
    "white letters": (b"/FT /Tx /V (9) /AP << /N 7 0 R >>", saying(b"9", b"1 g"), FONT, b"false"),
    "letters beside the box": (
        b"/FT /Tx /V (9) /AP << /N 7 0 R >>",
        saying(b"9", b"0 90 Td"),
        FONT,
        b"8 0 R",
    ),
    "a password": (b"/FT /Tx /Ff 8192 /V (9) /AP << /N 7 0 R >>", saying(b"1"), FONT, b"8 0 R"),
    "a list": (b"/FT /Ch /Opt [(9)] /V (9) /AP << /N 7 0 R >>", saying(b"1"), FONT, b"true"),
    "a look by state": (b"/FT /Tx /V (9) /AS /On /AP << /N << /On 7 0 R >> >>", saying(b"1"), FONT, b"false"),
    "a button's caption": (
        b"/FT /Btn /Ff 65536 /MK << /CA (9) >> /AP << /N 7 0 R >>",
        saying(b"1"),
        FONT,
        b"8 0 R",
    ),
    "a button without look": (b"/FT /Btn /Ff 65536 /MK << /CA (9) >>", b"", FONT, b"true"),
    "a value without look": (b"/FT /Tx /V (9)", b"", FONT, b"false"),
}


@pytest.mark.parametrize("name", SETTLED)
def test_what_a_field_shows_becomes_a_part_of_its_page(name: str) -> None:
    entries, look, font, redraw = SETTLED[name]
    document = field(entries, look, font=font, redraw=redraw)
    assert verdict(document) == "accept"
    assert_nothing_is_left_to_draw(document)


def random_field(chosen: random.Random) -> bytes:
    words = (b"1.000.000", b"9.000.000", b"10", b"1,0", b"")
    flags = chosen.choice((0, 1, 2, 4096, 8192, 32768, 65536, 131072, 1 << 25))
    kind = chosen.choice((b"/Tx", b"/Ch", b"/Btn", b"/Sig", b"/Zz"))
    value = chosen.choice((b"", b"/V (%s)", b"/V [(%s)]", b"/V /On", b"/DV (%s)", b"/V (1) /RV (<p>%s</p>)"))
    filled = value % chosen.choice(words) if b"%s" in value else value
    looks = (b"", b"/AP << /N 7 0 R >>", b"/AP << /N << /On 7 0 R /Off 7 0 R >> >>", b"/AP << /D 7 0 R >>")
    rest = b"".join(
        each
        for each in (
            b"/AS /On ",
            b"/MK << /CA (9) /BG [1 0 0] >> ",
            b"/Opt [(9.000.000) (10)] ",
            b"/A << >> ",
        )
        if chosen.random() < 0.4
    )
    entries = b"/FT %s /Ff %d %s %s %s" % (kind, flags, filled, chosen.choice(looks), rest)
    return field(
        entries,
        saying(chosen.choice(words), chosen.choice((b"", b"", b"1 g", b"3 Tr", b"0 90 Td"))),
        font=chosen.choice((FONT, FONT, LYING_FONT)),
        redraw=chosen.choice((b"true", b"false", b"8 0 R", b"(x)")),
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_field_of_any_making_is_taken_with_something_left_to_draw(seed: int) -> None:
    chosen = random.Random(seed)
    taken = 0
    for _ in range(30):
        document = random_field(chosen)
        if b"/FT /Sig" not in document and verdict(document) == "accept":
            taken += 1
            assert_nothing_is_left_to_draw(document)
    assert taken > 3


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


def signed(document: bytes, authority: Authority) -> bytes:
    return sign_anew(document, authority.signer("Giáo viên"))


def layered(start: bytes, usage: bytes = b"", content: bytes = b"") -> bytes:
    return one_page(
        b"/Resources << /XObject << /I 6 0 R >> >>",
        b"/OCProperties << /OCGs [7 0 R] /D << " + start + b" >> >>",
        content=b"0 0 40 40 re f q 90 0 0 90 90 90 cm /I Do Q" + content,
        more={
            6: stream(
                b"\x00",
                b"/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /OC 7 0 R",
            ),
            7: b"<< /Type /OCG /Name (Lop) " + usage + b" >>",
        },
    )


def clicking(action: bytes) -> bytes:
    link = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /F 4 /Border [0 0 0] /A << " + action + b" >> >>"
    return one_page(b"/Annots [5 0 R]", content=b"0 0 40 40 re f", more={5: link})


SWITCHES = {
    "a layer that is on": (layered(b""), "accept"),
    "a layer that is on for all uses": (
        layered(b"", b"/Usage << /View << /ViewState /ON >> /Print << /PrintState /ON >> >>"),
        "accept",
    ),
    "a layer that is off": (layered(b"/OFF [7 0 R]"), "mixed_content"),
    "a layer that is off by the base state": (layered(b"/BaseState /OFF"), "mixed_content"),
    "a layer that is off when exported": (
        layered(b"", b"/Usage << /Export << /ExportState /OFF >> >>"),
        "mixed_content",
    ),
    "a layer that depends on the zoom": (layered(b"", b"/Usage << /Zoom << /min 3 >> >>"), "mixed_content"),
    "a click that turns the page": (clicking(b"/S /Named /N /NextPage"), "accept"),
    "a click that hides": (clicking(b"/S /Hide /T (a)"), "mixed_content"),
    "a click that switches layers": (clicking(b"/S /SetOCGState /State [/OFF 4 0 R]"), "mixed_content"),
    "a click that resets": (clicking(b"/S /ResetForm"), "mixed_content"),
    "a click that hides, said to be structure": (
        clicking(b"/Type /StructElem /S /Hide /T (a) /P 3 0 R /K 0"),
        "mixed_content",
    ),
    "a click that resets, said to be structure": (clicking(b"/S /ResetForm /Pg 3 0 R"), "mixed_content"),
    "an event that hides, said to be structure": (
        clicking(b"/S /Named /N /NextPage >> /AA << /U << /S /Hide /T (a) /K 0 >>"),
        "mixed_content",
    ),
    "a click that hides, in a list of lists": (
        clicking(b"/S /Named /N /NextPage /Next [[<< /S /Hide /T (a) >>]]"),
        "mixed_content",
    ),
    "a click that hides, written as a stream": (
        one_page(
            b"/Annots [5 0 R]",
            content=b"0 0 40 40 re f",
            more={
                5: b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /F 4 /Border [0 0 0] /A 6 0 R >>",
                6: stream(b"", b"/S /Hide /T (a)"),
            },
        ),
        "mixed_content",
    ),
    "a click that does something else first": (
        clicking(b"/S /Named /N /NextPage /Next [<< /S /Hide /T (a) >>]"),
        "mixed_content",
    ),
    "nothing to switch": (page_saying(b"Ke hoach"), "accept"),
    "a field": (field(b"/FT /Tx /V (9) /AP << /N 7 0 R >>", saying(b"9")), "accept"),
    "a password": (field(b"/FT /Tx /Ff 8192 /V (9) /AP << /N 7 0 R >>", saying(b"1")), "mixed_content"),
    "a field in a font that renames letters": (
        field(b"/FT /Tx /V (9) /AP << /N 7 0 R >>", saying(b"1"), font=LYING_FONT),
        "mixed_content",
    ),
    "a field with unseen letters": (
        field(b"/FT /Tx /V (9) /AP << /N 7 0 R >>", saying(b"9", b"3 Tr")),
        "mixed_content",
    ),
    "a field with letters that are unseen in other words": (
        field(b"/FT /Tx /V (9) /AP << /N 7 0 R >>", saying(b"9", b"3.0 %\n Tr")),
        "mixed_content",
    ),
    "a field whose look breaks off": (
        field(b"/FT /Tx /V (9) /AP << /N 7 0 R >>", saying(b"9") + b" [ 3 Tr"),
        "mixed_content",
    ),
    "a field that speaks of a sum": (
        field(b"/FT /Tx /V (Kinh phi 3 Tr) /AP << /N 7 0 R >>", saying(b"Kinh phi 3 Tr")),
        "accept",
    ),
    "a field that is painted": (
        field(b"/FT /Tx /V (9) /AP << /N 7 0 R >>", saying(b"9", b"0 Tr")),
        "accept",
    ),
    "a field with a sign more": (field(b"/FT /Tx /V (-9) /AP << /N 7 0 R >>", saying(b"9")), "mixed_content"),
}


@pytest.mark.parametrize(
    "action",
    [
        b"/S /Hide /T 5 0 R",
        b"/S /SetOCGState /State [/OFF 4 0 R]",
        b"/S /ResetForm",
        b"/S /Named /N /NextPage /Next [<< /S /Hide /T (a) >>]",
        b"/S /Named /N /NextPage /Next << /S /Hide /T (a) >>",
        b"/S /Hide /T 5 0 R /H true /K 0",
        b"/S /Named /N /NextPage /Next [[<< /S /Hide /T (a) >>]]",
        b"/Type /StructElem /S /Hide /T 5 0 R /P 3 0 R",
        b"/S /SetOCGState /State [/OFF 4 0 R] /Pg 3 0 R",
        b"/S /ResetForm /P 3 0 R",
        b"/S /Named /N /NextPage"
        + b" /Next << /S /Named /N /NextPage" * 12
        + b" /Next << /S /Hide /T (a) >>"
        + b" >>" * 12,
    ],
)
def test_no_click_hides_or_switches_anything_in_what_is_sealed(action: bytes) -> None:
    document = clicking(action)
    assert verdict(document) == "accept"
    reading = reading_of(document)
    assert not any(name in reading for name in (b"/Hide", b"/SetOCGState", b"/ResetForm"))
    assert (b"/NextPage" in reading) is (b"/NextPage" in action)


def test_a_style_may_be_called_as_an_action_is(authority: Authority) -> None:
    element = b"<< /Type /StructElem /S /Hide /P 5 0 R /K [] >>"
    catalog = b"/StructTreeRoot 5 0 R /MarkInfo << /Marked true >>"
    document = one_page(
        catalog=catalog,
        content=b"0 0 40 40 re f",
        more={5: b"<< /Type /StructTreeRoot /K [6 0 R] >>", 6: element},
    )
    assert b"/S /Hide" in reading_of(document)
    assert verdict(signed(document, authority)) == "accept"


@pytest.mark.parametrize("name", SWITCHES)
def test_a_signed_file_leaves_nothing_to_be_switched(name: str, authority: Authority) -> None:
    document, expected = SWITCHES[name]
    assert verdict(signed(document, authority)) == expected
