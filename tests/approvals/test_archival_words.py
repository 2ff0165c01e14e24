"""Where an official PDF is no PDF/A its record's page says why, and what helps next time."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from pikepdf import Dictionary, Name

from app.approvals.archival_words import archival_note
from app.context import Context
from app.people.models import User
from app.records.models import OfficialFile
from app.running.worker import run_worker
from tests.browsing import signed_in
from tests.conftest import Cast
from tests.tree.steps import sign_off

Pdf = Callable[..., bytes]


def in_courier(document: bytes) -> bytes:
    """Write a word in a font that the file only names."""
    target = BytesIO()
    with pikepdf.open(BytesIO(document)) as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
        pdf.pages[0].Resources.Font.F9 = font
        pdf.docinfo["/Producer"] = "Microsoft® Word 2019"
        pdf.pages[0].contents_add(b"BT /F9 12 Tf 100 20 Td (Trang) Tj ET")
        pdf.save(target)
    return target.getvalue()


def page_of(app: Flask, context: Context, cast: Cast, document: bytes) -> str:
    record = sign_off(context, cast, document)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        email = session.get_one(User, record.owner_id).email
    return signed_in(app, email).get(f"/ho-so/{record.id}").text


def test_the_page_names_the_font_that_is_missing_and_the_option_of_word(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    page = page_of(app, context, cast, in_courier(pdf("Bài 1")))
    assert "phông chữ Courier không nằm trong tệp" in page
    assert "ISO 19005-1" in page


def test_the_page_of_an_archival_official_says_what_it_is(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    page = page_of(app, context, cast, pdf("Bài 1"))
    assert "PDF/A-2b" in page
    assert "ISO 19005-1" not in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("pikepdf:embedded: font is not embedded; fonts not embedded: Arial, Symbol", "Arial, Symbol"),
        ("not examined: too complex, or PDF/A would look different", "trông khác đi"),
        ("not examined: too complex, or PDF/A would look different; fonts not embedded: Arial", "Arial"),
        ("ISO_19005_2:6.2.4.3-2: DeviceCMYK 100% black", "màu trong tệp"),
        ("pikepdf:schema-Catalog: unknown key /X", "cấu trúc của tệp"),
        ("pikepdf:schema-ImageXObject: /Alternates", "một hình"),
        ("pikepdf:xmp: cannot read metadata", "thông tin mô tả"),
        ("pikepdf:embedded-file: x", "đính kèm"),
        ("pikepdf:optional-content: x", "các lớp hiển thị"),
        ("pikepdf:content-operands: x", "cách vẽ trang"),
        ("pikepdf:schema-Annot: x", "ghi chú, liên kết"),
        ("pikepdf:depth: x", "điều mà chuẩn PDF/A không cho phép"),
    ],
)
def test_each_reason_has_words_of_its_own(reason: str, said: str) -> None:
    note = archival_note(OfficialFile(pdfa="", pdfa_reason=reason))
    assert note is not None
    assert said in note.detail % note.values
    assert "pikepdf" not in note.detail % note.values


@pytest.mark.parametrize("reason", ["pikepdf:schema-Catalog: x", "pikepdf:xmp: x; fonts not embedded: Arial"])
def test_only_whose_file_word_made_is_told_what_to_choose_in_word(reason: str) -> None:
    by_word = archival_note(OfficialFile(pdfa="", pdfa_reason=f"{reason}; made by Word"))
    by_another = archival_note(OfficialFile(pdfa="", pdfa_reason=reason))
    assert by_word is not None
    assert by_another is not None
    assert by_word.detail == by_another.detail
    assert by_word.values == by_another.values
    assert "Word" in by_word.hint
    assert "Word" not in by_another.hint


def test_a_signed_file_is_no_pdfa_because_it_stays_as_it_is() -> None:
    note = archival_note(OfficialFile(pdfa="", pdfa_reason="filed as it came", certificate_blob="a"))
    assert note is not None
    assert "chữ ký số" in note.detail


def test_nothing_is_said_before_there_is_an_official() -> None:
    assert archival_note(None) is None
    assert archival_note(OfficialFile(pdfa="PDF/A-2b", pdfa_reason="")) is None
