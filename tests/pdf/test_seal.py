"""The official PDF as a whole: what is kept, what is added, and that it is the same every time."""

import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, replace
from io import BytesIO
from tempfile import TemporaryFile

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, pdfa

from app.pdf.orders import OrderError, SealOrder
from app.pdf.sandbox import Sandbox
from app.pdf.seal import Sealed, WrongBytesError, seal
from tests.pdf.sealing import (
    ORDER,
    SAMPLES,
    SIGNED_OFF,
    accepted_samples,
    changed,
    differs_at,
    drawn,
    lesson_plan,
    official_of,
    order_for,
    picture,
    text_of,
)


def sealed_in(sandbox: Sandbox, document: bytes, order: SealOrder) -> tuple[Sealed, bytes]:
    with TemporaryFile() as source, TemporaryFile() as official:
        source.write(document)
        sealed = seal(sandbox, source, order, official)
        official.seek(0)
        return sealed, official.read()


def page_fonts(pdf: pikepdf.Pdf, number: int) -> list[pikepdf.Object]:
    return list(pdf.pages[number].Resources.Font.as_dict().values())


def test_the_sandbox_seals_what_was_approved(sandbox: Sandbox) -> None:
    document = drawn(lesson_plan, pages=3)

    sealed, official = sealed_in(sandbox, document, order_for(document, approved_pages=3))

    assert (sealed.pages, sealed.size, sealed.pdfa, sealed.pdfa_reason) == (4, len(official), "PDF/A-2b", "")
    assert "PHIẾU KÝ DUYỆT" in text_of(official, 3)


def test_other_bytes_than_the_approved_ones_are_not_sealed(sandbox: Sandbox) -> None:
    document = drawn(lesson_plan)

    with pytest.raises(WrongBytesError):
        sealed_in(sandbox, document + b"\n", order_for(document))


def test_sealing_twice_gives_the_same_bytes(sandbox: Sandbox) -> None:
    document = drawn(lesson_plan)
    order = order_for(document)

    first, _ = sealed_in(sandbox, document, order)
    second, _ = sealed_in(sandbox, document, order)

    assert first == second


def test_the_clock_of_the_machine_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    def date_without_zone(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/CreationDate"] = "D:20261118070000"

    document = changed(drawn(lesson_plan), date_without_zone)
    officials = set()
    for zone in ("UTC0", "EST5"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        officials.add(official_of(document).data)
    monkeypatch.undo()
    time.tzset()

    with pikepdf.open(BytesIO(officials.pop())) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261118070000+07'00"
    assert not officials


def test_another_decision_time_gives_other_bytes() -> None:
    document = drawn(lesson_plan)
    later = replace(SIGNED_OFF, at="2026-11-20T18:30:06+00:00")

    official = official_of(document).data

    assert official != official_of(document, replace(ORDER, decisions=(later,))).data


def test_every_page_is_kept_and_the_certificate_comes_last() -> None:
    document = drawn(lesson_plan, pages=100)

    official = official_of(document)

    assert official.answer["pages"] == 101
    assert all(
        differs_at(picture(document, page), picture(official.data, page)) is None for page in (1, 50, 99)
    )
    assert "PHIẾU KÝ DUYỆT" in text_of(official.data, 100)


def test_outlines_and_links_are_kept() -> None:
    def add_outline_and_link(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Hoạt động khởi động", 1))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[85, 700, 200, 715], Border=[0, 0, 0])
        link.Dest = Array([pdf.pages[1].obj, Name.Fit])
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])

    official = official_of(changed(drawn(lesson_plan, pages=2), add_outline_and_link)).open()

    with official.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Hoạt động khởi động"]
    assert official.pages[0].Annots[0].Dest[0].objgen == official.pages[1].obj.objgen


def test_the_fonts_of_stamp_and_certificate_are_embedded() -> None:
    blank = drawn(lambda canvas: canvas.rect(100, 100, 100, 100))

    official = official_of(blank).open()

    stamp = official.pages[0].Resources.XObject.KyDuyet
    fonts = [*page_fonts(official, 1), *stamp.Resources.Font.as_dict().values()]
    assert len(fonts) >= 4
    assert all(Name.FontFile2 in font.FontDescriptor for font in fonts)


def test_an_honest_document_becomes_pdfa() -> None:
    official = official_of(drawn(lesson_plan))

    report = pdfa.validate_written(BytesIO(official.data), "2b")

    # The check knows no forms at all and says so; nothing else may be found.
    assert [finding.where.split()[-1] for finding in report.findings] == ["/AcroForm"]
    assert not report.violations


def _like_chromium(pdf: pikepdf.Pdf) -> None:
    pdf.Root.MarkInfo = Dictionary(Type=Name.MarkInfo, Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(Type=Name.ViewerPreferences, DisplayDocTitle=True)


def _tabs_as_text(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Tabs = pikepdf.String("S")


def _small_values_apart(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Hoạt động", 0))
    first = pdf.Root.Outlines.First
    first.Title = pdf.make_indirect(pikepdf.String("Hoạt động"))
    pdf.pages[0].Tabs = pdf.make_indirect(Name.S)


def _bookmarks_that_name_their_heading(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Hoạt động", 0))
    pdf.Root.Outlines.First.SE = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.H1))


def _notes_of_a_program(pdf: pikepdf.Pdf) -> None:
    for holder in (pdf.Root, pdf.pages[0].obj):
        holder.PieceInfo = Dictionary(Scan=Dictionary(LastModified="D:20261101", Private=Dictionary()))
        holder.ScanMode = Name.Fast
    photograph = pdf.make_stream(b"\xff" * 3, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    photograph.ColorSpace, photograph.BitsPerComponent, photograph.ColorTransform = Name.DeviceRGB, 8, 0
    pdf.pages[0].Resources.XObject = Dictionary(Im9=photograph)
    pdf.pages[0].contents_add(b"q 9 0 0 9 9 9 cm /Im9 Do Q")


def _numbers_apart(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Rotate = pdf.make_indirect(pikepdf.Object.parse(b"0"))
    pdf.pages[0].StructParents = pdf.make_indirect(pikepdf.Object.parse(b"0"))


def _glyph_numbers_as_they_are(pdf: pikepdf.Pdf) -> None:
    """Put a font with two bytes a letter on the page, whose map from numbers to glyphs is left out."""
    plain = page_fonts(pdf, 0)[0]
    described = plain.FontDescriptor
    inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=described.FontName, DW=1000)
    inner.CIDSystemInfo = Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0)
    inner.FontDescriptor = described
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=described.FontName)
    font.Encoding, font.DescendantFonts = Name("/Identity-H"), [pdf.make_indirect(inner)]
    pdf.pages[0].Resources.Font.F9 = font
    pdf.pages[0].contents_add(b"BT /F9 12 Tf 3 Tr 85 30 Td <0001> Tj ET")


@pytest.mark.parametrize(
    "write",
    [
        _like_chromium,
        _tabs_as_text,
        _small_values_apart,
        _numbers_apart,
        _bookmarks_that_name_their_heading,
        _notes_of_a_program,
        _glyph_numbers_as_they_are,
    ],
)
def test_what_programs_write_otherwise_and_nobody_sees_does_not_prevent_pdfa(
    write: Callable[[pikepdf.Pdf], None],
) -> None:
    official = official_of(changed(drawn(lesson_plan), write))

    assert (official.answer["pdfa"], official.answer["pdfa_reason"]) == ("PDF/A-2b", "")


def test_empty_signature_fields_obey_the_rules_of_pdfa_for_forms() -> None:
    official = official_of(drawn(lesson_plan)).open()

    form = official.Root.AcroForm
    assert set(form.keys()) == {"/Fields"}
    for field in form.Fields.as_list():
        assert (int(field.F), field.FT, set(field.AP.keys())) == (4, Name.Sig, {"/N"})
        assert not {"/A", "/AA", "/V"} & set(field.keys())


def test_a_font_that_is_not_embedded_makes_an_ordinary_pdf_with_the_reason() -> None:
    def use_courier(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Resources.Font.F9 = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
        pdf.pages[0].contents_add(b"BT /F9 12 Tf 100 20 Td (Trang) Tj ET")

    official = official_of(changed(drawn(lesson_plan), use_courier))

    assert official.answer["pdfa"] is None
    assert "not embedded" in official.answer["pdfa_reason"]


def test_an_ordinary_pdf_loses_the_claim_to_be_pdfa_that_it_came_with() -> None:
    def claim(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "1", "B"
        pdf.pages[0].Resources.Font.F9 = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
        pdf.pages[0].contents_add(b"BT /F9 12 Tf 100 20 Td (Trang) Tj ET")

    official = official_of(changed(drawn(lesson_plan), claim))

    with official.open().open_metadata() as metadata:
        assert official.answer["pdfa"] is None
        assert metadata.pdfa_status == ""


def test_a_field_that_waits_for_a_signature_stays_beside_ours() -> None:
    def add_field(pdf: pikepdf.Pdf) -> None:
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T="ky_to_truong", F=4)
        field.Rect = Array([300, 790, 580, 835])
        pdf.pages[0].Annots = Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].Annots)

    official = official_of(changed(drawn(lesson_plan), add_field)).open()

    names = [str(field.T) for field in official.Root.AcroForm.Fields.as_list()]
    assert names == ["ky_to_truong", "ky_nguoi_lap", "ky_to_truong_2", "ky_hieu_truong"]


def test_an_official_pdf_can_be_handed_in_and_sealed_again() -> None:
    once = official_of(drawn(lesson_plan))

    twice = official_of(once.data, replace(ORDER, version=2))

    with twice.open() as pdf:
        assert len(pdf.pages) == 3
        assert len({str(field.T) for field in pdf.Root.AcroForm.Fields.as_list()}) == 6


def test_a_document_that_may_not_be_examined_is_sealed_all_the_same() -> None:
    official = official_of(drawn(lesson_plan), examine=False)

    assert (official.answer["stamp_place"], official.answer["pdfa"]) == ("margin", None)
    assert official.answer["pdfa_reason"] == "not examined: too complex, or PDF/A would look different"


def swollen() -> bytes:
    """Return a small file whose first page has 640 MB of content."""
    target = BytesIO()
    with pikepdf.open(BytesIO(drawn(lesson_plan))) as pdf:
        packed = zlib.compress(b"\x81 " * 5_000_000)
        filters = Array([Name.FlateDecode, Name.RunLengthDecode])
        pdf.pages[0].Contents = pdf.make_stream(packed, Filter=filters)
        pdf.save(target, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return target.getvalue()


def test_a_document_too_heavy_for_the_examination_gets_a_strip(sandbox: Sandbox) -> None:
    heavy = swollen()

    sealed, _ = sealed_in(sandbox, heavy, order_for(heavy))

    assert (sealed.stamp_place, sealed.pdfa) == ("margin", None)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the folder of sample PDFs is not beside the checkout")
@pytest.mark.parametrize("name", accepted_samples())
def test_every_accepted_sample_can_be_sealed(name: str, sandbox: Sandbox) -> None:
    document = (SAMPLES / name).read_bytes()

    sealed, official = sealed_in(sandbox, document, order_for(document))

    pages = len(pdfium.PdfDocument(document))
    assert sealed.pages == pages + 1
    for page in range(1, pages):
        assert differs_at(picture(document, page), picture(official, page)) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"decisions": ()},
        {"approved_sha256": "ABC"},
        {"decisions": ({**asdict(SIGNED_OFF), "at": "2026-11-20T18:30:05"},)},
        {"decisions": ({"name": "Trần Văn Thử"},)},
    ],
)
def test_an_order_that_cannot_be_printed_truthfully_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(OrderError):
        SealOrder.from_json({**ORDER.to_json(), **broken})


def test_an_order_survives_its_way_into_the_sandbox() -> None:
    assert SealOrder.from_json(ORDER.to_json()) == ORDER
