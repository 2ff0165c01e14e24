"""Signatures: the empty fields are signed one after another, and what came signed is left alone."""

from io import BytesIO
from tempfile import TemporaryFile

import pikepdf
import pytest

from app.pdf.sandbox import Sandbox
from app.pdf.seal import SignedDocumentError, certify, seal
from app.pdf.signature_fields import FIELD_NAMES
from app.pdf.signatures import is_signed
from tests.pdf.sealing import ORDER, changed, drawn, lesson_plan, official_of, order_for, picture, pixels
from tests.pdf.signing import Authority, sign_anew, sign_field


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


def signed_three_times(document: bytes, authority: Authority) -> bytes:
    for number, field in enumerate(FIELD_NAMES):
        document = sign_field(document, authority.signer(f"Người ký {number}"), field, certify=number == 0)
    return document


def test_three_people_sign_one_after_another_and_all_stay_valid(authority: Authority) -> None:
    official = official_of(drawn(lesson_plan)).data

    statuses = authority.judge(signed_three_times(official, authority))

    assert [status.bottom_line for status in statuses] == [True, True, True]


def test_a_changed_byte_under_the_signatures_is_noticed(authority: Authority) -> None:
    signed = bytearray(signed_three_times(official_of(drawn(lesson_plan)).data, authority))
    # In the comment behind the header, where the file stays readable.
    signed[11] ^= 1

    statuses = authority.judge(bytes(signed))

    assert not any(status.intact for status in statuses)


def test_the_certificate_of_a_signed_file_can_be_signed_too(authority: Authority) -> None:
    certificate = BytesIO()
    certify(ORDER, certificate)

    statuses = authority.judge(signed_three_times(certificate.getvalue(), authority))

    assert [status.bottom_line for status in statuses] == [True, True, True]


def test_a_signature_appears_in_the_frame_drawn_for_it(authority: Authority) -> None:
    official = official_of(drawn(lesson_plan))
    with official.open() as pdf:
        left, bottom, right, top = (float(edge) for edge in pdf.pages[-1].Annots[0].Rect.as_list())

    before = picture(official.data, 1)
    after = picture(sign_field(official.data, authority.signer("Người ký"), FIELD_NAMES[0]), 1)

    frame = pixels((left, bottom, right, top), 842, air=0)
    assert before.crop(frame).getextrema() == ((255, 255),) * 3
    assert after.crop(frame).getextrema() != ((255, 255),) * 3


def test_a_document_that_came_signed_is_not_rewritten(sandbox: Sandbox, authority: Authority) -> None:
    document = sign_anew(drawn(lesson_plan), authority.signer("Giáo viên"))

    with TemporaryFile() as source, TemporaryFile() as official:
        source.write(document)
        with pytest.raises(SignedDocumentError):
            seal(sandbox, source, order_for(document), official)
        assert official.seek(0, 2) == 0
        source.seek(0)
        kept = source.read()

    assert kept == document
    assert [status.bottom_line for status in authority.judge(kept)] == [True]


def test_fields_in_a_circle_do_not_hang_the_search() -> None:
    def bend(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(pikepdf.Dictionary(T="vong"))
        field.Kids = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])

    document = changed(drawn(lesson_plan), bend)
    with pikepdf.open(BytesIO(document)) as pdf:
        assert not is_signed(pdf, document)
