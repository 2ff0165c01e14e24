"""One reading: what a reader shows before the rewriting is what it shows after, or the file is refused."""

from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

from app.pdf.gate_examine import examine
from app.pdf.page_objects import open_with_forms
from app.pdf.rehearsal import ReadingsDiffer, Rehearsal
from app.pdf.rewriting import reading_of
from tests.pdf.disagreeing import ALIKE, DISAGREEING, hidden_object, page_saying, saying, update
from tests.pdf.hard import hard
from tests.pdf.sealing import changed, drawn, lesson_plan, official_of, text_of
from tests.pdf.written import one_page, pages, stream

HARD_MIXED = (
    "h84-generation-shadow",
    "h85-xref-duplicate-entry",
    "h97-e2e-shown-vs-sealed",
    "shown-B-sealed-A-padding",
    "shown-B-sealed-A-xref19",
)
HARD_TAKEN = (
    "count-missing",
    "count-two-billion",
    "trailer-without-size",
    "honest-shared-empty-page-node",
)


def judged(document: bytes) -> dict[str, object]:
    return examine(BytesIO(document), {"max_pages": 500}, None)


@pytest.mark.parametrize("name", HARD_MIXED)
def test_a_hard_sample_that_readers_disagree_about_is_refused(name: str) -> None:
    assert judged(hard(name)).get("refused") == "mixed_content"


@pytest.mark.parametrize("name", DISAGREEING)
def test_a_file_that_readers_disagree_about_is_refused(name: str) -> None:
    assert judged(DISAGREEING[name]()).get("refused") == "mixed_content"


@pytest.mark.parametrize("name", HARD_TAKEN)
def test_an_odd_hard_sample_is_taken_and_its_official_is_sound(name: str) -> None:
    assert_sealed_as_read(hard(name))


@pytest.mark.parametrize("name", ALIKE)
def test_an_odd_file_that_all_read_alike_is_taken_and_its_official_is_sound(name: str) -> None:
    assert_sealed_as_read(ALIKE[name]())


def turned(rotation: int | Decimal) -> bytes:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = rotation

    return changed(drawn(lesson_plan), turn)


@pytest.mark.parametrize("rotation", [0, 90, 270, 360, 450, -90, -450, 45, -45, 100, Decimal("180.0")])
def test_a_page_turned_in_any_way_is_taken_and_its_official_is_sound(rotation: int | Decimal) -> None:
    assert_sealed_as_read(turned(rotation))


@pytest.mark.parametrize("rotation", [36_000_000_090, -36_000_000_090, 2**31 + 90, 2**32 + 180, 2**62])
def test_a_page_turned_too_often_is_refused_or_can_be_sealed(rotation: int) -> None:
    document = turned(rotation)
    verdict = judged(document)
    assert verdict.get("refused") in {None, "mixed_content", "damaged_pdf"}
    if "refused" not in verdict:
        assert_sealed_as_read(document)


def assert_sealed_as_read(document: bytes) -> None:
    verdict = judged(document)
    assert "refused" not in verdict, verdict
    official = official_of(document)
    with official.open() as pdf:
        count = len(pdf.pages)
        assert pdf.check_pdf_syntax() == []
        assert int(pdf.trailer.Size) > count
        assert int(pdf.Root.Pages.Count) == count == official.answer["pages"]
    shown = text_of(document, 0)
    assert shown in text_of(official.data, 0)


def test_the_newest_version_of_a_page_is_the_one_that_is_sealed() -> None:
    document = update(page_saying(b"Ban cu"), {4: saying(b"Ban moi")})
    assert "Ban moi" in str(judged(document)["text"])
    assert "Ban moi" in text_of(official_of(document).data, 0)


@pytest.mark.parametrize("name", ALIKE)
def test_a_rewriting_is_the_same_every_time(name: str) -> None:
    assert reading_of(ALIKE[name]()) == reading_of(ALIKE[name]())


def test_a_count_beyond_all_numbers_is_damage() -> None:
    document = page_saying(b"1", tree=b"/Count 99999999999999999999")
    assert judged(document).get("refused") == "damaged_pdf"


def compare(one: bytes, other: bytes) -> bool:
    """Compare two files as two readings of one; tell whether no ink was seen."""
    rehearsal = Rehearsal(open_with_forms(one), open_with_forms(other))
    rehearsal.compare()
    return rehearsal.blank


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (page_saying(b"1.000.000"), page_saying(b"1.000.001")),
        (
            page_saying(b"1.000.000").replace(b"/F 24 Tf", b"/F 05 Tf"),
            page_saying(b"7").replace(b"/F 24", b"/F 05"),
        ),
        (page_saying(b"1"), page_saying(b"1").replace(b"[0 0 300 200]", b"[0 0 300 201]")),
        (pages(2), pages(3)),
        (one_page(content=b"0.5 g 0 0 9 9 re f"), one_page(content=b"0.52 g 0 0 9 9 re f")),
    ],
    ids=["one digit", "one small word", "the size", "a page more", "a shade of grey"],
)
def test_a_difference_is_seen(one: bytes, other: bytes) -> None:
    with pytest.raises(ReadingsDiffer):
        compare(one, other)


def meaning(word: bytes) -> bytes:
    """Return a page that shows an "a" and says that the letter means `word`, in hexadecimal digits."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    return one_page(
        b"/Resources << /Font << /F 5 0 R >> >>",
        content=b"BT /F 12 Tf 20 20 Td (a) Tj ET",
        more={5: font, 6: mapping_of(word)},
    )


def mapping_of(word: bytes) -> bytes:
    return stream(
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"1 beginbfchar <61> <" + word + b"> endbfchar endcmap"
    )


def test_another_text_with_the_same_look_is_seen() -> None:
    assert not compare(meaning(b"0031"), meaning(b"0031"))
    with pytest.raises(ReadingsDiffer, match="text"):
        compare(meaning(b"0031"), meaning(b"0039"))


def test_a_file_whose_readers_find_another_text_with_the_same_look_is_refused() -> None:
    """Blanks behind the end let pdfium rebuild the file and find the other meaning of the letter."""
    whole, _ = hidden_object(meaning(b"0031"), 6, mapping_of(b"0039"))
    assert judged(whole).get("text") == "1"
    assert judged(whole + b" " * 5000).get("refused") == "mixed_content"


def scanned(shade: bytes, filters: bytes = b"", data: bytes | None = None) -> bytes:
    """A page that is one photograph of 16 million pixels, too large to be drawn by the gate."""
    size = b"/Width 4000 /Height 4000 /ColorSpace /DeviceGray /BitsPerComponent 1 "
    photograph = stream(
        data or b"\x00" * 1_999_999 + shade, b"/Type /XObject /Subtype /Image " + size + filters
    )
    return one_page(
        b"/Resources << /XObject << /I 5 0 R >> >>",
        content=b"q 200 0 0 200 0 0 cm /I Do Q 1 0 0 rg 20 20 9 9 re f",
        more={5: photograph},
    )


def test_a_photograph_too_large_to_draw_is_compared_as_it_is_packed() -> None:
    assert not compare(scanned(b"\x01"), scanned(b"\x01"))
    with pytest.raises(ReadingsDiffer, match="photographs"):
        compare(scanned(b"\x01"), scanned(b"\x02"))


def test_a_large_photograph_that_is_packed_otherwise_is_the_same_photograph() -> None:
    document = scanned(b"\x01")
    assert "refused" not in judged(document)
    assert not compare(document, reading_of(document))


def test_what_lies_over_a_large_photograph_is_compared_too() -> None:
    with pytest.raises(ReadingsDiffer, match="look"):
        compare(scanned(b"\x01"), scanned(b"\x01").replace(b"1 0 0 rg 20", b"0 1 0 rg 20"))


def test_a_page_of_a_format_that_pdfium_cannot_draw_is_not_called_blank() -> None:
    size = b"/Type /XObject /Subtype /Image /Width 9 /Height 9 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    document = one_page(
        b"/Resources << /XObject << /I 5 0 R >> >>",
        content=b"200 0 0 200 0 0 cm /I Do",
        more={5: stream(b"no codestream", size + b"/Filter /JPXDecode")},
    )
    assert "refused" not in judged(document)
