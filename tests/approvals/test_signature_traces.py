"""A file with traces of a signature that does not count is stamped, and everybody concerned is told."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from flask import Flask
from pikepdf import Dictionary, Name

from app.context import Context
from app.people.models import User
from app.people.sign_in import give_token
from app.records.models import Record
from tests.api.conftest import Caller
from tests.browsing import send, signed_in
from tests.conftest import Cast
from tests.handing_in import hand_in, hand_in_again
from tests.pdf.hard import hard
from tests.pdf.written import one_page

SAID = (
    "không có chữ ký số nào có giá trị",
    "quyền sử dụng mà phần mềm Adobe ghi",
    "được đóng dấu duyệt như mọi tệp khác.",
)
SAMPLES = (
    "h94-false-signature",
    "h95-false-signature-anywhere",
    "pdf-reader-extended",
    "pdf-signature-cleared",
)
MARK = b"/ByteRange [0 10 20 30] /Contents <00>"
FIELD = b"<< /Subtype /Widget /FT /Sig /T (a) /Rect [0 0 9 9] "


def filled(value: bytes = b"/V 5 0 R") -> bytes:
    """Return a page with a signature field, which holds no signature that counts."""
    return one_page(
        b"/Annots [6 0 R]",
        b"/AcroForm << /Fields [6 0 R] >>",
        more={5: b"<< /Type /Sig " + MARK + b" >>" if value else b"null", 6: FIELD + value + b" >>"},
    )


def packed() -> bytes:
    """Return what `filled` does with the signature in an object stream, where no search finds it."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(filled())) as pdf:
        pdf.Root.AcroForm.Fields[0].V = pdf.make_indirect(Dictionary(Type=Name.Sig))
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


TRACES: dict[str, Callable[[], bytes]] = {
    "a broken signature": filled,
    "a broken signature in an object stream": packed,
    "a range that no field holds": lambda: one_page(more={5: b"<< " + MARK + b" >>"}),
    "usage rights": lambda: one_page(catalog=b"/Perms << /UR3 << /Type /Sig >> >>"),
}


def answer_to(app: Flask, content: bytes) -> str:
    """Hand a file in by the form as a teacher; return the page that answers."""
    fields = {"record_type": "KHBD", "period": "2026-2027/W12"}
    file = (io.BytesIO(content), "a.pdf", "application/pdf")
    return send(signed_in(app, "gv1@truong-a.example"), "/nop", "/nop", files=[file], **fields).text


def says_so(page: str) -> bool:
    told = {sentence in page for sentence in SAID}
    assert len(told) == 1
    return told.pop()


@pytest.mark.parametrize("name", SAMPLES)
def test_who_hands_in_a_hard_sample_is_told(app: Flask, name: str) -> None:
    assert says_so(answer_to(app, hard(name)))


@pytest.mark.parametrize("name", TRACES)
def test_who_hands_in_traces_of_a_signature_is_told(app: Flask, name: str) -> None:
    assert says_so(answer_to(app, TRACES[name]()))


def test_a_field_that_waits_for_a_signature_is_no_trace(app: Flask) -> None:
    page = answer_to(app, filled(b""))
    assert "answer-good" in page
    assert not says_so(page)


def test_owner_and_deciders_are_told_on_the_records_page(app: Flask, context: Context, cast: Cast) -> None:
    record = hand_in(context, cast.teacher, filled()).record
    for person in ("gv1", "totruong1", "hieutruong"):
        assert says_so(signed_in(app, f"{person}@truong-a.example").get(f"/ho-so/{record.id}").text)


def test_the_api_says_it_of_the_present_version(app: Flask, context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        token, _ = give_token(session, session.get_one(User, cast.teacher.user_id))
    caller = Caller(app.test_client(), token, str(cast.teacher.user_id))
    handed_in = caller.hand_in(filled())
    assert handed_in["signature_traces"] is True
    assert caller.decide(handed_in, "withdraw").status_code == 200
    with context.database.transaction() as session:
        record = session.get_one(Record, handed_in["id"])
    hand_in_again(context, cast.teacher, one_page(), record)
    assert caller.get(f"/records/{handed_in['id']}").json["signature_traces"] is False
    assert [item["signature_traces"] for item in caller.get("/records?owner=me").json["items"]] == [False]
