"""Signed means signed: the same rule in gate, page images and seal, held against pyHanko's opinion."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from app.pdf.cms import NotCms, is_intact
from app.pdf.gate_examine import examine
from app.pdf.rewriting import open_foreign, reading_of
from app.pdf.signatures import is_signed
from tests.pdf.disagreeing import page_saying, saying, update
from tests.pdf.hard import hard
from tests.pdf.sealing import changed, official_of, text_of
from tests.pdf.signing import Authority, sign_anew
from tests.pdf.written import one_page

UNSIGNED = (
    "h94-false-signature",
    "h95-false-signature-anywhere",
    "pdf-signature-cleared",
    "pdf-reader-extended",
)
MARK = b"/ByteRange [0 10 20 30] /Contents <00>"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


@pytest.fixture(scope="module")
def signed(authority: Authority) -> bytes:
    return sign_anew(page_saying(b"Ke hoach"), authority.signer("Giáo viên"))


def counts(document: bytes) -> bool:
    with open_foreign(document) as pdf:
        return is_signed(pdf, document)


def judged(document: bytes) -> dict[str, object]:
    return examine(BytesIO(document), {"max_pages": 500}, None)


def assert_stamped_and_said(document: bytes) -> None:
    answer = judged(document)
    assert (answer["signed"], answer["resembles_signed"]) == (False, True)
    official = official_of(document)
    assert official.answer["stamp_place"] is not None
    assert b"/ByteRange" not in official.data
    with official.open() as pdf:
        assert "/Perms" not in pdf.Root
        assert all(Name.V not in field for field in pdf.Root.AcroForm.Fields.as_list())


@pytest.mark.parametrize("name", UNSIGNED)
def test_a_hard_sample_that_only_resembles_a_signed_file_is_stamped(name: str) -> None:
    assert_stamped_and_said(hard(name))


FALSE = {
    "no field holds it": one_page(more={5: b"<< /Type /Sig " + MARK + b" >>"}),
    "any dictionary": one_page(more={5: b"<< " + MARK + b" >>"}),
    "usage rights": one_page(catalog=b"/Perms << /UR3 5 0 R >>", more={5: b"<< /Type /Sig " + MARK + b" >>"}),
    "a certification that no field holds": one_page(
        catalog=b"/Perms << /DocMDP 5 0 R >>", more={5: b"<< /Type /Sig " + MARK + b" >>"}
    ),
    "a field of text holds it": one_page(
        b"/Annots [6 0 R]",
        b"/AcroForm << /Fields [6 0 R] >>",
        more={
            5: b"<< /Type /Sig " + MARK + b" >>",
            6: b"<< /Subtype /Widget /FT /Tx /T (a) /V 5 0 R /Rect [0 0 9 9] >>",
        },
    ),
    "nothing is in it": one_page(
        b"/Annots [6 0 R]",
        b"/AcroForm << /Fields [6 0 R] /SigFlags 3 >>",
        more={
            5: b"<< /Type /Sig /Filter /Adobe.PPKLite " + MARK + b" >>",
            6: b"<< /Subtype /Widget /FT /Sig /T (a) /V 5 0 R /Rect [0 0 9 9] >>",
        },
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_only_resembles_a_signature_is_stamped(name: str) -> None:
    assert_stamped_and_said(FALSE[name])


def test_a_true_signature_counts_and_the_file_stays_as_it_came(signed: bytes, authority: Authority) -> None:
    assert [status.intact for status in authority.judge(signed)] == [True]
    answer = judged(signed)
    assert (answer["signed"], answer["resembles_signed"]) == (True, False)
    assert reading_of(signed) == signed
    assert official_of(signed).answer == {"signed": True}


def test_a_second_signature_on_top_of_the_first_counts(signed: bytes, authority: Authority) -> None:
    assert counts(sign_anew(signed, authority.signer("Tổ trưởng"), field="ChuKy2"))


def test_a_changed_byte_breaks_a_signature(signed: bytes) -> None:
    assert_stamped_and_said(signed.replace(b"(Ke hoach)", b"(Ke ho4ch)", 1))


def test_a_changed_signature_is_broken(signed: bytes) -> None:
    start = signed.index(b"/Contents <") + 11
    assert not counts(signed[:start] + b"3003020101" + signed[start + 10 :])


@pytest.mark.parametrize("shift", [(1, 0, 0, 0), (0, -1, 0, 0), (0, 0, 1, -1), (0, 0, 0, -8), (0, 0, 0, 8)])
def test_a_range_that_covers_something_else_is_no_signature(signed: bytes, shift: tuple[int, ...]) -> None:
    start = signed.index(b"/ByteRange [") + 12
    end = signed.index(b"]", start)
    numbers = [int(number) + by for number, by in zip(signed[start:end].split(), shift, strict=True)]
    moved = b" ".join(b"%d" % number for number in numbers).ljust(end - start)
    assert not counts(signed[:start] + moved[: end - start] + signed[end:])


@pytest.mark.parametrize(
    "numbers", [b"[]", b"[0 1]", b"[0 1 2 (x)]", b"[0 1.5 2 3]", b"[-1 -1 -1 -1]", b"(x)"]
)
def test_a_range_of_nonsense_is_no_signature(numbers: bytes) -> None:
    assert not counts(FALSE["nothing is in it"].replace(b"[0 10 20 30]", numbers))


def test_a_page_changed_after_the_signature_is_not_what_was_signed(signed: bytes) -> None:
    assert_stamped_and_said(update(signed, {4: saying(b"Ban khac")}))


def test_a_change_after_the_signature_that_nobody_sees_leaves_it(signed: bytes) -> None:
    assert counts(update(signed, {19: b"<< /Note (x) >>"}))


def test_a_signature_deep_in_the_tree_of_fields_counts(authority: Authority) -> None:
    def nest(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(Dictionary(FT=Name.Sig, T="ky", Type=Name.Annot, Subtype=Name.Widget))
        field.Rect = Array([0, 0, 90, 40])
        pdf.pages[0].Annots = Array([field])
        inner = pdf.make_indirect(Dictionary(T="bo", Kids=[field]))
        outer = pdf.make_indirect(Dictionary(T="to", Kids=[inner]))
        field.Parent, inner.Parent = inner, outer
        pdf.Root.AcroForm = Dictionary(Fields=[outer])

    document = changed(page_saying(b"Ke hoach"), nest)
    assert counts(sign_anew(document, authority.signer("Giáo viên"), field="to.bo.ky"))


def test_the_look_of_a_broken_signature_stays_on_the_page(signed: bytes) -> None:
    broken = signed.replace(b"(Ke hoach)", b"(Ke ho4ch)", 1)
    with official_of(broken).open() as pdf:
        kinds = [str(each.Subtype) for each in pdf.pages[0].Annots.as_list()]
    assert kinds == ["/Stamp"]
    assert "ho4ch" in text_of(official_of(broken).data, 0)


def test_a_signed_file_goes_through_the_checks_of_all_others(authority: Authority) -> None:
    hidden = page_saying(b"1", catalog=b"/OCProperties << /OCGs [9 0 R] /D << /OFF [9 0 R] >> >>")
    layer = update(
        hidden,
        {9: b"<< /Type /OCG /Name (x) >>", 4: _in_layer(b"9.000.000"), 3: _page_with_layer()},
    )
    assert judged(sign_anew(layer, authority.signer("Giáo viên"))).get("refused") == "mixed_content"


def _in_layer(words: bytes) -> bytes:
    content = (
        b"BT /F 24 Tf 20 100 Td (1.000.000) Tj ET /OC /L BDC BT /F 24 Tf 20 50 Td (%s) Tj ET EMC" % words
    )
    return b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


def _page_with_layer() -> bytes:
    resources = b"/Resources << /Font << /F 5 0 R >> /Properties << /L 9 0 R >> >>"
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R " + resources + b" >>"


@pytest.mark.parametrize(
    "junk", [b"", b"0", b"\x30\x80", b"\x30\x03\x02\x01\x01", b"\x30\x84\xff\xff\xff\xff", b"\x00" * 9]
)
def test_junk_is_no_cms(junk: bytes) -> None:
    with pytest.raises(NotCms):
        is_intact(junk, b"")
