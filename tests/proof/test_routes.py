"""The check page: what a stranger is told of a code and of a file, and what he is not told."""

import hashlib
import io
import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.approvals.actions import Decision, act
from app.clock import today
from app.context import Context
from app.db import now
from app.people.account_queries import Place
from app.people.accounts import administrator_of, set_places
from app.people.authority import authority_of
from app.people.delegations import Mandate, Term, delegate
from app.people.models import Role
from app.proof.queries import code_of_file
from app.records.models import OfficialFile, Record
from app.tree.filing import proof_of
from tests.browsing import signed_in, token_of
from tests.handing_in import decide, hand_in, hand_in_again
from workflows.model import Action

Cast = SimpleNamespace
Pdf = Callable[..., bytes]
UNKNOWN = "KD-0000-0000-0000"
OFFICIAL, CERTIFICATE = b"%PDF-1.7 official", b"%PDF-1.7 certificate"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def signed_off(context: Context, cast: Cast, content: bytes, title: str = "Kế hoạch mật") -> Record:
    record = hand_in(context, cast.teacher, content, title=title).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    return record


def sealed(
    context: Context, record: Record, official: bytes = OFFICIAL, certificate: bytes | None = None
) -> None:
    """Put the row of an official file in place, as sealing does after a sign-off."""
    with context.database.transaction() as session:
        current = session.get_one(Record, record.id)
        session.add(
            OfficialFile(
                record_id=current.id,
                turn=current.turn,
                school_id=current.school_id,
                version=current.version,
                sha256=digest(official),
                size=len(official),
                pages=1,
                blob=f"official/{digest(official)}",
                pdfa="",
                certificate_sha256=digest(certificate) if certificate else None,
            )
        )


def filed(
    context: Context, record: Record, official: bytes = OFFICIAL, certificate: bytes | None = None
) -> None:
    """Seal a record and call it filed, as filing does once the store holds the file."""
    sealed(context, record, official, certificate)
    with context.database.transaction() as session:
        current = session.get_one(Record, record.id)
        row = session.get_one(OfficialFile, (current.id, current.turn))
        row.filed_at = now()
        proof = proof_of(row)
        act(session, None, Decision(current.id, Action.FILE, current.turn, current.sha256, proof=proof))


@pytest.fixture
def record(context: Context, cast: Cast, pdf: Pdf) -> Record:
    """A record of school A that was approved, signed off, sealed and filed."""
    made = signed_off(context, cast, pdf("bản đã duyệt"))
    filed(context, made, certificate=CERTIFICATE)
    return made


def upload(client: FlaskClient, path: str, content: bytes) -> TestResponse:
    form = {"csrf_token": token_of(client.get("/kiem-tra")), "file": (io.BytesIO(content), "tep.pdf")}
    return client.post(path, data=form)


def test_a_stranger_reads_who_signed_when_and_with_what_authority(
    client: FlaskClient, record: Record, cast: Cast
) -> None:
    page = client.get(f"/kiem-tra/{record.code}")

    assert page.status_code == 200
    for shown in (
        "Trường Tiểu học A",
        cast.head.name,
        cast.principal.name,
        "Tổ trưởng",
        "Hiệu trưởng",
        "+07:00",
    ):
        assert shown in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_deputy_is_shown_with_the_authority_he_signed_for(
    client: FlaskClient, context: Context, cast: Cast, pdf: Pdf
) -> None:
    with context.database.transaction() as session:
        delegate(session, cast.principal, Mandate(cast.vice_principal.user_id, "KT.", Term(today(), today())))
        admin = administrator_of(session, cast.records_admin)
        department = next(post.department_id for post in cast.head.posts)
        set_places(session, admin, cast.teacher2.user_id, {Place(Role.DEPUTY_HEAD, department)})
    with context.database.transaction() as session:
        deputies = [authority_of(session, each.user_id) for each in (cast.teacher2, cast.vice_principal)]
    record = hand_in(context, cast.teacher, pdf("ký thay")).record
    for deputy, action in zip(deputies, (Action.APPROVE, Action.SIGN_OFF), strict=True):
        decide(context, deputy, record, action)

    browser = signed_in(client.application, cast.teacher.email)
    for path in (f"/kiem-tra/{record.code}", f"/ho-so/{record.id}"):
        page = re.sub("<[^>]+>", "", browser.get(path).text)
        assert "KT. Tổ trưởng (Tổ phó " in page, path
        assert "KT. Hiệu trưởng (Phó Hiệu trưởng)" in page, path


def test_whoever_signs_by_his_own_post_is_named_with_it_once(client: FlaskClient, record: Record) -> None:
    page = re.sub("<[^>]+>", "", client.get(f"/kiem-tra/{record.code}").text)

    assert "Hiệu trưởng (" not in page
    assert "Tổ trưởng (" not in page


def test_a_stranger_reads_neither_title_nor_owner(client: FlaskClient, record: Record, cast: Cast) -> None:
    page = client.get(f"/kiem-tra/{record.code}").text

    assert "Kế hoạch mật" not in page
    assert cast.teacher.name not in page


def test_a_code_typed_carelessly_leads_to_its_own_address(client: FlaskClient, record: Record) -> None:
    typed = record.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert client.get("/kiem-tra", query_string={"code": typed}).location == f"/kiem-tra/{record.code}"
    assert client.get(f"/kiem-tra/{typed}").location == f"/kiem-tra/{record.code}"


@pytest.mark.parametrize(
    ("content", "verdict", "tone"),
    [
        (OFFICIAL, "official", "good"),
        (CERTIFICATE, "certificate", "good"),
        (OFFICIAL + b"\n", "different", "bad"),
        (b"", "different", "bad"),
    ],
)
def test_a_hash_is_judged_to_the_byte(
    client: FlaskClient, record: Record, content: bytes, verdict: str, tone: str
) -> None:
    answer = client.get(f"/kiem-tra/{record.code}/{digest(content)}.json").json

    assert answer is not None
    assert (answer["verdict"], answer["tone"]) == (verdict, tone)


def test_the_approved_bytes_are_told_from_the_official_ones(
    client: FlaskClient, record: Record, pdf: Pdf
) -> None:
    answer = client.get(f"/kiem-tra/{record.code}/{digest(pdf('bản đã duyệt'))}.json").json

    assert answer is not None
    assert answer["verdict"] == "approved"


def test_a_signed_file_that_was_filed_untouched_is_the_official_one(
    client: FlaskClient, context: Context, cast: Cast, pdf: Pdf
) -> None:
    content = pdf("đã có chữ ký số")
    record = signed_off(context, cast, content)
    filed(context, record, official=content, certificate=CERTIFICATE)

    answer = client.get(f"/kiem-tra/{record.code}/{digest(content)}.json").json

    assert answer is not None
    assert answer["verdict"] == "official"


def test_a_version_that_was_returned_was_never_signed(
    client: FlaskClient, context: Context, cast: Cast, pdf: Pdf
) -> None:
    first = hand_in(context, cast.teacher, pdf("bản nháp")).record
    decide(context, cast.head, first, Action.RETURN, "Sửa lại")
    record = signed_off_again(context, cast, first, pdf("bản sửa"))

    answer = client.get(f"/kiem-tra/{record.code}/{digest(pdf('bản nháp'))}.json").json

    assert answer is not None
    assert answer["verdict"] == "different"


def test_an_upload_is_judged_like_a_hash_and_nothing_of_it_stays(
    client: FlaskClient, context: Context, record: Record
) -> None:
    before = files_kept(context)

    right = upload(client, f"/kiem-tra/{record.code}", OFFICIAL)
    wrong = upload(client, f"/kiem-tra/{record.code}", OFFICIAL + b" ")

    assert "Đúng là tệp đã ký." in right.text
    assert "KHÔNG phải tệp đã ký" in wrong.text
    assert files_kept(context) == before


def test_a_file_without_a_code_is_found_by_its_bytes(client: FlaskClient, record: Record) -> None:
    by_upload = upload(client, "/kiem-tra", OFFICIAL)
    by_hash = client.get(f"/kiem-tra/tep/{digest(OFFICIAL)}.json").json

    assert record.code in by_upload.text
    assert "Đúng là tệp đã ký." in by_upload.text
    assert by_hash is not None
    assert (by_hash["verdict"], by_hash["url"]) == ("official", f"/kiem-tra/{record.code}")


def test_a_file_that_was_never_signed_is_not_found(
    client: FlaskClient, context: Context, cast: Cast, pdf: Pdf
) -> None:
    content = pdf("chưa ai duyệt")
    waiting = hand_in(context, cast.teacher, content).record

    answer = client.get(f"/kiem-tra/tep/{digest(content)}.json").json

    assert answer is not None
    assert (answer["verdict"], answer["code"]) == ("unknown_file", None)
    assert waiting.code not in upload(client, "/kiem-tra", content).text


def test_the_code_of_an_unsigned_record_is_answered_like_a_code_that_does_not_exist(
    client: FlaskClient, context: Context, cast: Cast, pdf: Pdf
) -> None:
    waiting = hand_in(context, cast.teacher, pdf("chưa ký")).record

    unsigned, unknown = client.get(f"/kiem-tra/{waiting.code}"), client.get(f"/kiem-tra/{UNKNOWN}")

    assert unsigned.status_code == unknown.status_code == 404
    assert unsigned.text.replace(waiting.code, UNKNOWN) == unknown.text


def test_the_answer_to_a_hash_has_the_same_keys_for_known_and_unknown_codes(
    client: FlaskClient, record: Record
) -> None:
    known = client.get(f"/kiem-tra/{record.code}/{digest(b'x')}.json")
    unknown = client.get(f"/kiem-tra/{UNKNOWN}/{digest(b'x')}.json")

    assert known.json is not None
    assert unknown.json is not None
    assert known.status_code == unknown.status_code == 200
    assert known.json.keys() == unknown.json.keys()
    assert unknown.json["verdict"] == "unknown_code"


@pytest.mark.parametrize("typed", ["không phải mã", "../../etc", "KD-7F3K"])
def test_what_is_no_code_is_answered_on_the_same_page(client: FlaskClient, typed: str) -> None:
    page = client.get("/kiem-tra", query_string={"code": typed})

    assert page.status_code == 404
    assert "Không có hồ sơ đã ký nào mang mã này." in page.text


@pytest.mark.parametrize("sha256", ["abc", "Z" * 64, "A" * 64])
def test_what_is_no_hash_is_not_found(client: FlaskClient, sha256: str) -> None:
    assert client.get(f"/kiem-tra/{UNKNOWN}/{sha256}.json").status_code == 404
    assert client.get(f"/kiem-tra/tep/{sha256}.json").status_code == 404


def test_sending_the_form_without_a_file_says_so(client: FlaskClient) -> None:
    form = {"csrf_token": token_of(client.get("/kiem-tra"))}

    assert client.post("/kiem-tra", data=form).status_code == 422


def signed_off_again(context: Context, cast: Cast, record: Record, content: bytes) -> Record:
    hand_in_again(context, cast.teacher, content, record)
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    return record


def files_kept(context: Context) -> list[str]:
    return sorted(str(path) for path in context.settings.data_dir.rglob("*") if path.is_file())


def test_what_anybody_may_ask_of_a_file_reads_no_whole_table(context: Context) -> None:
    asked: list[tuple[str, object]] = []

    def note(*call: object) -> None:
        asked.append((str(call[2]), call[3]))

    event.listen(context.database.engine, "before_cursor_execute", note)
    with context.database.transaction() as session:
        assert code_of_file(session, digest(b"unknown")) is None
    event.remove(context.database.engine, "before_cursor_execute", note)
    ((statement, values),) = asked
    with context.database.engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())  # type: ignore[arg-type]
    assert "Seq Scan" not in plan
