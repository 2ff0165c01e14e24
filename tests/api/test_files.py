"""The bytes of a record through the API."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from app.context import Context
from app.records.models import OfficialFile
from app.staging.store import new_key
from tests.api.conftest import Call, code_of
from tests.conftest import Cast
from tests.handing_in import uploaded

Pdf = Callable[..., bytes]


def test_the_uploaded_bytes_come_back_as_they_were(call: Call, cast: Cast, pdf: Pdf) -> None:
    content = pdf("Bài một")
    record = call(cast.teacher).hand_in(content)
    for rendition in ("", "?rendition=uploaded"):
        response = call(cast.head).get(f"/records/{record['id']}/file{rendition}")
        assert response.status_code == 200
        assert response.data == content
        assert response.headers["ETag"] == f'"{record["sha256"]}"'
        assert response.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
        assert response.mimetype == "application/pdf"
        assert response.content_length == len(content)


def test_foreign_bytes_are_served_so_that_they_can_do_nothing(call: Call, cast: Cast, pdf: Pdf) -> None:
    caller = call(cast.teacher)
    uploaded_as = "/Tài liệu/Giáo án tuần 12.pdf"
    response = caller.upload("/records", pdf(), uploaded_as, record_type="KHBD", period="2026-2027/W12")
    headers = caller.get(f"/records/{response.json['id']}/file").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["Cache-Control"] == "private, no-cache"
    disposition = headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Gio n tun 12.pdf"; ')
    assert disposition.endswith("filename*=UTF-8''Gi%C3%A1o%20%C3%A1n%20tu%E1%BA%A7n%2012.pdf")


def test_a_name_with_a_line_break_breaks_no_header(call: Call, cast: Cast, pdf: Pdf) -> None:
    caller = call(cast.teacher)
    response = caller.upload(
        "/records", pdf(), 'a"\r\nX-B: c.pdf', record_type="KHBD", period="2026-2027/W12"
    )
    assert response.status_code == 201
    headers = caller.get(f"/records/{response.json['id']}/file").headers
    assert "X-B" not in headers


def test_bytes_the_client_holds_already_are_not_sent_again(call: Call, cast: Cast, pdf: Pdf) -> None:
    caller = call(cast.teacher)
    record = caller.hand_in(pdf())
    path = f"/records/{record['id']}/file"
    held = caller.get(path, headers={"If-None-Match": f'"{record["sha256"]}"'})
    assert (held.status_code, held.data) == (304, b"")
    assert held.headers["ETag"] == f'"{record["sha256"]}"'
    assert caller.get(path, headers={"If-None-Match": '"khac"'}).status_code == 200


def test_a_range_of_the_bytes_may_be_asked_for(call: Call, cast: Cast, pdf: Pdf) -> None:
    content = pdf("Bài một", pages=3)
    caller = call(cast.teacher)
    path = f"/records/{caller.hand_in(content)['id']}/file"
    part = caller.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"


def test_a_range_beyond_the_end_is_refused(call: Call, cast: Cast, pdf: Pdf) -> None:
    caller = call(cast.teacher)
    path = f"/records/{caller.hand_in(pdf())['id']}/file"
    assert code_of(caller.get(path, headers={"Range": "bytes=99999999-"})) == (416, "range_outside")


def test_a_head_request_tells_size_and_hash_without_the_bytes(call: Call, cast: Cast, pdf: Pdf) -> None:
    content = pdf()
    caller = call(cast.teacher)
    record = caller.hand_in(content)
    response = caller.ask("HEAD", f"/records/{record['id']}/file")
    assert (response.status_code, response.data) == (200, b"")
    assert response.content_length == len(content)
    assert response.headers["ETag"] == f'"{record["sha256"]}"'


def test_without_an_official_file_there_is_none_to_get(call: Call, cast: Cast, pdf: Pdf) -> None:
    caller = call(cast.teacher)
    path = f"/records/{caller.hand_in(pdf())['id']}/file"
    for rendition in ("official", "certificate"):
        assert code_of(caller.get(f"{path}?rendition={rendition}")) == (404, "not_found")
    assert code_of(caller.get(f"{path}?rendition=khac")) == (422, "invalid_request")


def test_a_filed_record_shows_and_gives_its_official_file(
    context: Context, call: Call, cast: Cast, pdf: Pdf
) -> None:
    caller = call(cast.teacher)
    record, sealed, slip = caller.hand_in(pdf()), pdf("đã đóng dấu"), pdf("phiếu ký duyệt")
    official, certificate = keep(context, sealed), keep(context, slip)
    with context.database.transaction() as session:
        session.add(filed(record, official, certificate))
    shown = caller.get(f"/records/{record['id']}").json["official"]
    assert shown == {
        "path": "Năm học/KHBD/Tuần 12.pdf",
        "sha256": official["sha256"],
        "size": official["size"],
    }
    for rendition, content in (("official", sealed), ("certificate", slip), ("uploaded", pdf())):
        response = caller.get(f"/records/{record['id']}/file?rendition={rendition}")
        assert response.data == content
        assert response.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'


def test_a_page_is_a_png_of_the_width_asked_for(call: Call, cast: Cast, pdf: Pdf) -> None:
    caller = call(cast.teacher)
    path = f"/records/{caller.hand_in(pdf(pages=2))['id']}/pages"
    response = caller.get(f"{path}/2.png?width=400")
    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert int.from_bytes(response.data[16:20]) == 400
    assert response.headers["Cache-Control"] == "private, no-cache"
    held = caller.get(f"{path}/2.png?width=400", headers={"If-None-Match": response.headers["ETag"]})
    assert held.status_code == 304
    assert int.from_bytes(caller.get(f"{path}/1.png").data[16:20]) == 800


@pytest.mark.parametrize(
    ("page", "refused"),
    [
        ("0.png", (404, "not_found")),
        ("2.png", (404, "not_found")),
        ("mot.png", (404, "not_found")),
        ("1.png?width=99", (422, "invalid_request")),
        ("1.png?width=2001", (422, "invalid_request")),
        ("1.png?width=rong", (422, "invalid_request")),
    ],
)
def test_a_page_or_width_that_does_not_exist_is_refused(
    call: Call, cast: Cast, pdf: Pdf, page: str, refused: tuple[int, str]
) -> None:
    caller = call(cast.teacher)
    record = caller.hand_in(pdf())
    assert code_of(caller.get(f"/records/{record['id']}/pages/{page}")) == refused


def keep(context: Context, content: bytes) -> dict[str, Any]:
    """Put bytes into staging as sealing does."""
    with uploaded(context, content) as upload:
        blob = new_key("official", upload.spool.sha256)
        context.staging.keep(blob, upload.spool.file)
        return {"blob": blob, "sha256": upload.spool.sha256, "size": upload.spool.size}


def filed(record: dict[str, Any], official: dict[str, Any], certificate: dict[str, Any]) -> OfficialFile:
    return OfficialFile(
        record_id=record["id"],
        turn=3,
        school_id=1,
        version=1,
        pages=2,
        pdfa="",
        **official,
        **{f"certificate_{name}": value for name, value in certificate.items()},
        path="Năm học/KHBD/Tuần 12.pdf",
        certificate_path="Năm học/KHBD/Tuần 12 (phiếu ký duyệt).pdf",
        filed_at=record["created_at"],
    )


def test_bytes_that_are_gone_are_told_of_and_not_called_an_error_of_ours(
    call: Call, context: Context, cast: Cast, pdf: Pdf, caplog: pytest.LogCaptureFixture
) -> None:
    caller = call(cast.teacher)
    record = caller.hand_in(pdf("Bài 1"))
    for path in (context.settings.data_dir / "staging/uploads").rglob("*.*"):
        path.unlink()
    for asked in ("file", "pages/1.png"):
        assert code_of(caller.get(f"/records/{record['id']}/{asked}")) == (503, "content_missing")
    assert "accepted bytes are missing" in caplog.text
