"""Screen and paper: what a layer, a flag or a field could show to one reader alone is refused or settled."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Name

from app.pdf.annotations import HIDDEN, INVISIBLE, NO_VIEW, NO_ZOOM, PRINT, TOGGLE_NO_VIEW, flags_of
from app.pdf.gate_examine import examine
from app.pdf.page_objects import open_with_forms
from app.pdf.rehearsal import page_picture
from app.pdf.rewriting import reading_of
from tests.pdf.disagreeing import FONT, page_saying
from tests.pdf.hard import hard
from tests.pdf.sealing import official_of
from tests.pdf.written import one_page, raw_pdf, stream

HARD_MIXED = (
    "h91-ocg-screen-print",
    "pdf-print-differs-from-view",
    "pdf-hidden-layer",
    "h93-form-needappearances",
)


def verdict(document: bytes) -> str:
    return str(examine(BytesIO(document), {"max_pages": 500}, None).get("refused", "accept"))


@pytest.mark.parametrize("name", HARD_MIXED)
def test_a_hard_sample_that_shows_this_here_and_that_there_is_refused(name: str) -> None:
    assert verdict(hard(name)) == "mixed_content"


def test_the_official_of_the_hard_sample_prints_the_note_that_was_read() -> None:
    document = hard("pdf-annotation-only-on-screen")
    assert verdict(document) == "accept"
    with official_of(document).open() as pdf:
        assert flags_of(pdf.pages[0].Annots[0]) & PRINT


def layered(group: bytes, start: bytes, *, listed: bool = True) -> bytes:
    """Return a page with words of its own and words in a layer (object 6)."""
    catalog = b"/OCProperties << /OCGs [6 0 R 7 0 R] /D << " + start + b" >> >>" if listed else b""
    words = b"BT /F 24 Tf 20 100 Td (Chung) Tj ET /OC /L BDC BT /F 24 Tf 20 60 Td (Lop) Tj ET EMC"
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R "
            b"/Resources << /Font << /F 5 0 R >> /Properties << /L 7 0 R >> >> >>",
            4: stream(words),
            5: FONT,
            6: b"<< /Type /OCG /Name (Lop) >>",
            7: group,
        }
    )


GROUP = b"<< /Type /OCG /Name (Lop) "
MEMBER = b"<< /Type /OCMD /OCGs [6 0 R] "
LAYERS = {
    "on": (layered(GROUP + b">>", b""), "accept"),
    "on by name": (layered(GROUP + b">>", b"/ON [7 0 R] /BaseState /OFF"), "accept"),
    "on everywhere by usage": (
        layered(GROUP + b"/Usage << /View << /ViewState /ON >> /Print << /PrintState /ON >> >> >>", b""),
        "accept",
    ),
    "off": (layered(GROUP + b">>", b"/OFF [7 0 R]"), "mixed_content"),
    "off by the base state": (layered(GROUP + b">>", b"/BaseState /OFF"), "mixed_content"),
    "off on the screen by usage": (
        layered(GROUP + b"/Usage << /View << /ViewState /OFF >> >> >>", b""),
        "mixed_content",
    ),
    "hidden by a policy": (layered(MEMBER + b"/P /AllOff >>", b""), "mixed_content"),
    "shown by a policy": (layered(MEMBER + b"/P /AllOn >>", b""), "accept"),
    "hidden by a policy of a layer that is off": (
        layered(MEMBER + b"/P /AnyOn >>", b"/OFF [6 0 R]"),
        "mixed_content",
    ),
    "off, and no catalogue lists it": (
        layered(GROUP + b"/Usage << /View << /ViewState /OFF >> >> >>", b"", listed=False),
        "mixed_content",
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_that_hides_something_is_refused_and_no_other_is_left_to_be_switched(name: str) -> None:
    document, expected = LAYERS[name]
    assert verdict(document) == expected
    with pikepdf.open(BytesIO(reading_of(document))) as pdf:
        assert "/OCProperties" not in pdf.Root
        assert set(pdf.pages[0].Resources.Properties.L.keys()) == {"/Type", "/Name"}


def test_a_layer_that_is_off_on_paper_is_printed_as_it_was_read() -> None:
    group = GROUP + b"/Usage << /Print << /PrintState /OFF >> >> >>"
    document = layered(group, b"/AS [<< /Event /Print /OCGs [6 0 R] /Category [/Print] >>]")
    assert verdict(document) == "accept"
    with official_of(document).open() as pdf:
        assert "/Usage" not in pdf.pages[0].Resources.Properties.L


@pytest.mark.parametrize(("start", "is_mask"), [(b"", False), (b"/OFF [7 0 R]", True)])
def test_a_picture_of_a_layer_that_is_off_is_taken_out(start: bytes, is_mask: bool) -> None:
    picture = b"/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /OC 7 0 R"
    document = one_page(
        b"/Resources << /XObject << /I 6 0 R >> >>",
        b"/OCProperties << /OCGs [7 0 R] /D << " + start + b" >> >>",
        content=b"0 0 40 40 re f q 90 0 0 90 90 90 cm /I Do Q",
        more={6: stream(b"\x00", picture), 7: b"<< /Type /OCG /Name (Lop) >>"},
    )
    assert verdict(document) == "accept"
    with official_of(document).open() as pdf:
        shown = pdf.pages[0].Resources.XObject.I
        assert "/OC" not in shown
        assert bool(shown.get("/ImageMask", False)) is is_mask


def test_a_picture_has_no_alternate_for_paper_left() -> None:
    other = b"/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    document = one_page(
        b"/Resources << /XObject << /I 6 0 R >> >>",
        content=b"q 90 0 0 90 90 90 cm /I Do Q",
        more={
            6: stream(b"\x00", other + b" /Alternates [<< /Image 7 0 R /DefaultForPrinting true >>]"),
            7: stream(b"\x80", other),
        },
    )
    assert b"/Alternates" not in reading_of(document)


def annotated(kind: bytes, flags: int, size: int = 150) -> bytes:
    look = stream(b"0 0 %d %d re f" % (size, size), b"/Subtype /Form /BBox [0 0 %d %d]" % (size, size))
    annotation = b"<< /Type /Annot /Subtype /%s /F %d /Rect [0 0 %d %d] /AP << /N 6 0 R >> >>"
    return one_page(
        b"/Annots [5 0 R]",
        content=b"0 0 1 rg 180 180 9 9 re f",
        more={5: annotation % (kind, flags, size, size), 6: look},
    )


@pytest.mark.parametrize(
    ("kind", "flags", "expected", "left"),
    [
        (b"FreeText", 0, "accept", PRINT),
        (b"FreeText", PRINT, "accept", PRINT),
        (b"FreeText", INVISIBLE, "accept", PRINT),
        (b"FreeText", TOGGLE_NO_VIEW | PRINT, "accept", PRINT),
        (b"Stamp", 0, "accept", PRINT),
        (b"Text", 0, "accept", PRINT),
        (b"FreeText", HIDDEN, "accept", None),
        (b"FreeText", HIDDEN | PRINT, "accept", None),
        (b"FreeText", NO_VIEW, "accept", None),
        (b"FreeText", NO_VIEW | PRINT, "mixed_content", PRINT),
        (b"Widget", PRINT, "mixed_content", PRINT),
    ],
)
def test_an_annotation_is_on_paper_what_it_is_on_the_screen(
    kind: bytes, flags: int, expected: str, left: int | None
) -> None:
    document = annotated(kind, flags)
    assert verdict(document) == expected
    with pikepdf.open(BytesIO(reading_of(document))) as pdf:
        assert [flags_of(each) for each in pdf.pages[0].Annots.as_list()] == ([] if left is None else [left])


@pytest.mark.parametrize("size", [20, 64])
def test_no_page_is_read_with_the_icon_of_a_sticky_note(size: int) -> None:
    document = annotated(b"Text", 0, size=size)
    assert verdict(document) == "accept"
    with pikepdf.open(BytesIO(reading_of(document))) as pdf:
        assert len(pdf.pages[0].Annots) == 0


def test_a_note_covers_no_words_on_the_screen_that_are_printed() -> None:
    """Its own look, white with other digits, was taken for the icon of a note."""
    look = stream(b"1 g 0 0 56 14 re f 0 g 2 2 8 8 re f", b"/Subtype /Form /BBox [0 0 56 14]")
    note = b"<< /Type /Annot /Subtype /Text /F 0 /Rect [18 98 74 112] /Contents (x) /AP << /N 6 0 R >> >>"
    words = b"BT /F 12 Tf 20 100 Td (9.000.000) Tj ET"
    bare = one_page(FONTS, content=words, more={7: FONT})
    document = one_page(FONTS + b" /Annots [5 0 R]", content=words, more={5: note, 6: look, 7: FONT})
    assert verdict(document) == "accept"
    assert reading_shown(document) == reading_shown(bare)


def reading_shown(document: bytes) -> bytes:
    return page_picture(open_with_forms(reading_of(document))[0]).tobytes()


FONTS = b"/Resources << /Font << /F 7 0 R >> >>"
ON_PAPER = ("/Circle", "/FreeText", "/Highlight", "/Ink", "/Square", "/Squiggly", "/StrikeOut", "/Underline")
"""What pdfium draws without a look in the file."""
ELSEWHERE = ("/Line", "/Polygon", "/PolyLine", "/Caret", "/Stamp", "/Redact", "/Watermark", "/Unknown")
"""What only other readers draw."""


def without_look(kind: str, flags: int) -> bytes:
    """Return an annotation that covers words and leaves its look to the reader."""
    annotation = (
        b"<< /Type /Annot /Subtype %s /F %d /Rect [15 90 180 125] /C [1 0 0] /IC [1 1 1] /Contents (1) "
        b"/DA (/Helv 20 Tf 0 g) /QuadPoints [15 125 180 125 15 90 180 90] /InkList [[15 90 180 125]] "
        b"/L [15 90 180 125] /Vertices [15 90 180 125 15 125] /BS << /W 30 >> >>"
    )
    return one_page(
        FONTS + b" /Annots [5 0 R]",
        content=b"BT /F 24 Tf 20 100 Td (9.000.000) Tj ET",
        more={5: annotation % (kind.encode(), flags), 7: FONT},
    )


@pytest.mark.parametrize("kind", ON_PAPER)
@pytest.mark.parametrize("flags", [0, PRINT, INVISIBLE, NO_ZOOM])
def test_a_look_that_readers_make_themselves_is_written_into_the_official(kind: str, flags: int) -> None:
    document = without_look(kind, flags)
    assert verdict(document) == "accept"
    with official_of(document).open() as pdf:
        (stamp,) = pdf.pages[0].Annots.as_list()
        assert stamp.Subtype == Name.Stamp
        assert stamp.F == PRINT
        assert isinstance(stamp.AP.N, pikepdf.Stream)


@pytest.mark.parametrize("kind", ON_PAPER)
def test_what_readers_would_draw_on_paper_alone_is_refused(kind: str) -> None:
    assert verdict(without_look(kind, NO_VIEW | PRINT)) == "mixed_content"


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_what_was_not_read_because_only_other_readers_draw_it_goes(kind: str) -> None:
    document = without_look(kind, PRINT)
    assert verdict(document) == "accept"
    with pikepdf.open(BytesIO(reading_of(document))) as pdf:
        assert len(pdf.pages[0].Annots) == 0


def test_a_link_stays_without_the_border_that_only_other_readers_draw() -> None:
    document = without_look("/Link", PRINT)
    assert verdict(document) == "accept"
    with pikepdf.open(BytesIO(reading_of(document))) as pdf:
        (link,) = pdf.pages[0].Annots.as_list()
        assert link.Subtype == Name.Link
        assert link.Border == pikepdf.Array([0, 0, 0])
        assert "/BS" not in link


def test_no_other_part_of_a_page_is_printed_than_is_shown() -> None:
    document = page_saying(b"1", catalog=b"/ViewerPreferences << /PrintArea /MediaBox /HideMenubar true >>")
    with pikepdf.open(BytesIO(reading_of(document))) as pdf:
        assert set(pdf.Root.ViewerPreferences.keys()) == {"/HideMenubar"}


def form(field: bytes, look: bytes, *, redraw: bool = False, listed: bool = True) -> bytes:
    resources = b"/Resources << /Font << /F 5 0 R >> >>"
    catalog = (
        b"/AcroForm << /Fields [%s] /NeedAppearances %s /DR << /Font << /F 5 0 R >> >> /DA (/F 12 Tf) >>"
        % (
            b"6 0 R" if listed else b"",
            b"true" if redraw else b"false",
        )
    )
    return one_page(
        b"/Annots [6 0 R] " + resources,
        catalog,
        content=b"BT /F 12 Tf 20 150 Td (Phieu) Tj ET",
        more={
            5: FONT,
            6: b"<< /Type /Annot /Subtype /Widget /T (a) /F 4 /Rect [20 20 180 50] /DA (/F 12 Tf 0 g) "
            b"/AP << /N 7 0 R >> " + field + b" >>",
            8: b"(9)",
            7: stream(look, b"/Type /XObject /Subtype /Form /BBox [0 0 160 30] " + resources),
        },
    )


def written(words: bytes) -> bytes:
    return b"/Tx BMC q BT /F 12 Tf 2 9 Td (" + words + b") Tj ET Q EMC"


PAIRS = b"/FT /Ch /Ff 131072 /Opt [[(1) (Mot)] [(2) (Hai)]] "
FIELDS = {
    "text as shown": (b"/FT /Tx /V (1.000.000 d)", written(b"1.000.000 d"), "accept"),
    "text spaced as a comb": (b"/FT /Tx /V (1234)", written(b"1 2 3 4"), "accept"),
    "text otherwise": (b"/FT /Tx /V (9.000.000 d)", written(b"1.000.000 d"), "mixed_content"),
    "text in another object": (b"/FT /Tx /V 8 0 R", written(b"1"), "mixed_content"),
    "no value, but words": (b"/FT /Tx", written(b"1.000.000 d"), "mixed_content"),
    "a value, but no words": (b"/FT /Tx /V (1)", b"", "mixed_content"),
    "a rich value as shown": (b"/FT /Tx /V (Mot) /RV (<p>M<b>ot</b></p>)", written(b"Mot"), "accept"),
    "a rich value otherwise": (b"/FT /Tx /V (Mot) /RV (<p>Hai</p>)", written(b"Mot"), "mixed_content"),
    "a choice as shown": (PAIRS + b"/V (1)", written(b"Mot"), "accept"),
    "a choice otherwise": (PAIRS + b"/V (2)", written(b"Mot"), "mixed_content"),
}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "unlisted"])
def test_a_field_shows_what_it_holds_or_the_file_is_refused(name: str, listed: bool) -> None:
    field, look, expected = FIELDS[name]
    document = form(field, look, listed=listed)
    assert verdict(document) == expected


def test_a_look_without_words_that_is_to_be_drawn_anew_is_taken() -> None:
    """LibreOffice writes forms like this one; every reader draws the value."""
    assert verdict(form(b"/FT /Tx /V (Lan)", b"/Tx BMC EMC", redraw=True)) == "accept"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (b"/AS /Co /V /Co", "accept"),
        (b"/AS /Off /V /Off", "accept"),
        (b"/AS /Off", "accept"),
        (b"/AS /Co /V /Off", "mixed_content"),
        (b"/AS /Off /V /Co", "mixed_content"),
    ],
)
def test_a_box_is_drawn_as_it_is_set_or_the_file_is_refused(states: bytes, expected: str) -> None:
    box = form(b"/FT /Btn " + states, b"0 0 20 20 re f")
    assert verdict(box.replace(b"/N 7 0 R", b"/N << /Co 7 0 R /Off 7 0 R >>")) == expected


def test_the_values_of_fields_are_in_the_text() -> None:
    answer = examine(
        BytesIO(form(b"/FT /Tx /V (Ho Thi Lan)", written(b"Ho Thi Lan"))), {"max_pages": 9}, None
    )
    assert answer["text"] == "Phieu\nHo Thi Lan"


@pytest.mark.parametrize("kind", [b"/FT /Btn", b"/FT /Btn /Ff 65536", b"/FT /Btn /Ff 32768"])
def test_a_button_that_readers_draw_anew_is_taken_and_draws_the_same_in_the_official(kind: bytes) -> None:
    field = kind + b" /AS /Co /V /Co /MK << /CA (4) /BG [0.9 0.9 1] /BC [0 0 0] >>"
    document = form(field, b"0 0 20 20 re f", redraw=True)
    document = document.replace(b"/N 7 0 R", b"/N << /Co 7 0 R /Off 7 0 R >>")
    assert verdict(document) == "accept"
    with official_of(document).open() as pdf:
        assert "/NeedAppearances" not in pdf.Root.AcroForm


def test_a_field_without_a_look_prints_what_it_holds() -> None:
    document = form(b"/FT /Tx /V (Lan)", b"").replace(b"/AP << /N 7 0 R >>", b"")
    assert verdict(document) == "accept"
    with official_of(document).open() as pdf:
        assert b"Lan" in pdf.pages[0].Annots[0].AP.N.read_bytes()
