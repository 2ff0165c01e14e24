"""Records through the API: handing in, the next version, reading, listing, finding."""

import io
import unicodedata
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from app.context import Context
from app.records.models import Record
from tests.api.conftest import Call, Caller, code_of
from tests.api.piles import pile
from tests.conftest import Cast
from tests.pdf import hostile

Pdf = Callable[..., bytes]
PLAN = {"record_type": "KHBD", "period": "2026-2027/W12"}


def test_a_new_record_says_everything_of_the_contract(call: Call, cast: Cast, pdf: Pdf) -> None:
    content = pdf("Phân số", pages=2)
    given = {**PLAN, "title": "Phân số", "class": "4A", "subject": "Toán"}
    response = call(cast.teacher).upload("/records", content, **given)
    record = response.json
    assert response.status_code == 201
    assert response.headers["Location"].endswith(f"/api/v1/records/{record['id']}")
    expected = {
        "school": "truong-a",
        "owner": str(cast.teacher.user_id),
        "owner_name": cast.teacher.name,
        "record_type": "KHBD",
        "title": "Phân số",
        "class": "4A",
        "subject": "Toán",
        "period": "2026-2027/W12",
        "state": "submitted",
        "turn": 1,
        "version": 1,
        "size": len(content),
        "pages": 2,
        "actions": ["withdraw"],
        "official": None,
        "signature_traces": False,
    }
    assert expected.items() <= record.items()
    assert len(record["sha256"]) == 64
    for moment in ("created_at", "updated_at"):
        assert record[moment].endswith("Z")
        assert datetime.fromisoformat(record[moment]).tzinfo is not None


def test_texts_are_trimmed_and_composed(call: Call, cast: Cast, pdf: Pdf) -> None:
    title = unicodedata.normalize("NFD", "  Ôn tập giữa kì ")
    record = call(cast.teacher).hand_in(pdf(), title=title)
    assert record["title"] == "Ôn tập giữa kì"


def test_a_record_without_a_title_is_named_by_type_and_period(call: Call, cast: Cast, pdf: Pdf) -> None:
    assert "Tuần 12" in call(cast.teacher).hand_in(pdf())["title"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"xin chao", "not_pdf"),
        (b"", "empty_file"),
        (hostile.truncated(), "damaged_pdf"),
        (hostile.encrypted("chu", "nguoi"), "encrypted_pdf"),
        (hostile.opening(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "active_content"),
        (hostile.attachment(), "embedded_files"),
        (hostile.no_pages(), "no_pages"),
        (hostile.followed_by_zip(), "mixed_content"),
    ],
)
def test_the_gates_refusals_reach_the_caller(call: Call, cast: Cast, content: bytes, code: str) -> None:
    caller = call(cast.teacher)
    assert code_of(caller.upload("/records", content, **PLAN)) == (422, code)
    assert caller.get("/records?owner=me").json["items"] == []


def test_a_file_beyond_the_limit_is_too_large(call: Call, cast: Cast, pdf: Pdf) -> None:
    caller = call(cast.teacher)
    body = _multipart(pdf() + b"\n" * (20 * 1024 * 1024))
    response = caller.ask("POST", "/records", data=body, content_type="multipart/form-data; boundary=ranh")
    assert code_of(response) == (413, "too_large")
    assert "20 MB" in response.json["detail"]
    assert caller.get("/records?owner=me").json["items"] == []


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"record_type": "KHONG"}, (422, "unknown_record_type")),
        ({"period": "2026-2027"}, (422, "bad_period")),
        ({"period": "2026-2027/W99"}, (422, "bad_period")),
        ({"period": "2026-2027/W36"}, (422, "bad_period")),
        ({"period": "x\u0000"}, (422, "invalid_request")),
        ({"record_type": ""}, (422, "invalid_request")),
        ({"title": "d" * 301}, (422, "invalid_request")),
        ({"class": "d" * 101}, (422, "invalid_request")),
        ({"subject": "hai\ndòng"}, (422, "invalid_request")),
    ],
)
def test_what_is_wrong_with_the_description_is_refused(
    call: Call, cast: Cast, pdf: Pdf, fields: dict[str, str], refused: tuple[int, str]
) -> None:
    assert code_of(call(cast.teacher).upload("/records", pdf(), **{**PLAN, **fields})) == refused


@pytest.mark.parametrize("missing", ["file", "record_type", "period"])
def test_a_missing_part_is_named(call: Call, cast: Cast, pdf: Pdf, missing: str) -> None:
    form: dict[str, object] = {**PLAN, "file": (io.BytesIO(pdf()), "a.pdf")}
    del form[missing]
    response = call(cast.teacher).ask("POST", "/records", data=form, content_type="multipart/form-data")
    assert code_of(response) == (422, "invalid_request")
    assert missing in response.json["detail"]


def test_a_body_that_is_no_form_has_no_file(call: Call, cast: Cast) -> None:
    assert code_of(call(cast.teacher).post("/records", PLAN)) == (422, "invalid_request")


def test_an_officer_and_a_clerk_hand_in_no_lesson_plans(call: Call, cast: Cast, pdf: Pdf) -> None:
    for person in (cast.officer, cast.clerk):
        assert code_of(call(person).upload("/records", pdf(), **PLAN)) == (403, "not_allowed")


def test_same_bytes_are_a_duplicate_and_other_bytes_find_the_slot_taken(
    call: Call, cast: Cast, pdf: Pdf
) -> None:
    caller = call(cast.teacher)
    record = caller.hand_in(pdf("một"))
    again = caller.upload("/records", pdf("một"), **PLAN)
    other = caller.upload("/records", pdf("hai"), **PLAN)
    assert code_of(again) == (409, "duplicate")
    assert code_of(other) == (409, "slot_taken")
    assert record["id"] in other.json["hint"]


def test_a_returned_record_takes_a_new_version_and_waits_again(call: Call, cast: Cast, pdf: Pdf) -> None:
    owner, head = call(cast.teacher), call(cast.head)
    record = owner.hand_in(pdf("bản đầu"))
    returned = head.decide(record, "return", comment="Thiếu mục tiêu bài học").json
    assert (returned["state"], returned["actions"]) == ("returned", [])
    assert owner.get(f"/records/{record['id']}").json["actions"] == ["resubmit"]
    same = owner.upload(f"/records/{record['id']}/versions", pdf("bản đầu"))
    assert code_of(same) == (409, "duplicate")
    response = owner.upload(f"/records/{record['id']}/versions", pdf("bản hai"))
    assert response.status_code == 201
    assert (response.json["state"], response.json["turn"], response.json["version"]) == ("submitted", 3, 2)
    assert response.json == owner.get(f"/records/{record['id']}").json
    assert [item["id"] for item in head.get("/queue").json["items"]] == [record["id"]]


def test_a_withdrawn_record_may_come_back_with_the_same_bytes(call: Call, cast: Cast, pdf: Pdf) -> None:
    owner = call(cast.teacher)
    record = owner.hand_in(pdf())
    assert owner.decide(record, "withdraw").json["state"] == "withdrawn"
    response = owner.upload(f"/records/{record['id']}/versions", pdf())
    assert (response.status_code, response.json["state"], response.json["version"]) == (201, "submitted", 2)


def test_a_withdrawn_record_whose_place_was_taken_stays_out(call: Call, cast: Cast, pdf: Pdf) -> None:
    owner = call(cast.teacher)
    record = owner.hand_in(pdf("cũ"))
    owner.decide(record, "withdraw")
    owner.hand_in(pdf("mới"))
    response = owner.upload(f"/records/{record['id']}/versions", pdf("cũ sửa"))
    assert code_of(response) == (409, "slot_taken")


def test_a_version_while_the_head_reads_is_not_now_and_of_others_not_allowed(
    call: Call, cast: Cast, pdf: Pdf
) -> None:
    owner = call(cast.teacher)
    path = f"/records/{owner.hand_in(pdf())['id']}/versions"
    assert code_of(owner.upload(path, pdf("hai"))) == (409, "not_now")
    assert code_of(call(cast.head).upload(path, pdf("hai"))) == (403, "not_allowed")
    assert code_of(call(cast.teacher2).upload(path, pdf("hai"))) == (404, "not_found")


@pytest.mark.parametrize("unknown", ["khong-phai-uuid", "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_unknown_record_is_not_found(call: Call, cast: Cast, unknown: str) -> None:
    for path in (f"/records/{unknown}", f"/records/{unknown}/events", f"/records/{unknown}/file"):
        assert code_of(call(cast.principal).get(path)) == (404, "not_found")


def test_lists_are_narrowed_by_each_filter(call: Call, cast: Cast, pdf: Pdf) -> None:
    owner = call(cast.teacher)
    plan = owner.hand_in(pdf("một"))
    book = owner.hand_in(pdf("hai"), record_type="SCN", period="2026-2027")
    owner.decide(book, "withdraw")
    principal = call(cast.principal)
    for query, expected in (
        ("", {plan["id"], book["id"]}),
        ("state=submitted", {plan["id"]}),
        ("state=withdrawn", {book["id"]}),
        ("record_type=SCN", {book["id"]}),
        ("record_type=KHONG", set()),
        ("period=2026-2027/W12", {plan["id"]}),
        ("school=truong-a&state=", {plan["id"], book["id"]}),
        ("school=truong-b", set()),
        ("owner=me", set()),
        (f"owner={cast.teacher.user_id}", {plan["id"], book["id"]}),
    ):
        assert ids(principal, f"/records?{query}") == expected, query
    assert ids(owner, "/records?owner=me") == {plan["id"], book["id"]}


@pytest.mark.parametrize(
    "q", ["ke hoach bai", "KẾ HOẠCH", "dau hieu chia het", "Giáo viên Một", "4a toan", "đạo hàm"]
)
def test_words_are_found_with_and_without_accents(call: Call, cast: Cast, pdf: Pdf, q: str) -> None:
    owner = call(cast.teacher)
    content = pdf("Đạo hàm và dấu hiệu chia hết")
    found = owner.hand_in(content, **{"class": "4A", "subject": "Toán"})
    owner.hand_in(pdf("Việc khác"), record_type="SCN", period="2026-2027")
    listed = owner.get("/records", query_string={"q": q}).json["items"]
    assert found["id"] in {item["id"] for item in listed}


@pytest.mark.parametrize("q", ["khong co tu nay", "' | ! & :*", "²", "<script>", "\U0001f600"])
def test_words_that_are_nowhere_find_nothing(call: Call, cast: Cast, pdf: Pdf, q: str) -> None:
    owner = call(cast.teacher)
    owner.hand_in(pdf())
    assert owner.get("/records", query_string={"q": q}).json["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=nhieu", "limit"),
        ("limit=١", "limit"),
        ("next=!!", "next"),
        ("cursor=W10=", "cursor"),
        ("next=WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwieCJd", "next"),
        ("owner=ai-do", "owner"),
        ("state=mat", "state"),
        ("q=a%00b", "q"),
        ("period=" + "9" * 201, "period"),
    ],
)
def test_a_bad_parameter_is_named(call: Call, cast: Cast, query: str, field: str) -> None:
    response = call(cast.teacher).get(f"/records?{query}")
    assert code_of(response) == (422, "invalid_request")
    assert field in response.json["detail"]


def test_pages_join_up_although_records_arrive_in_between(context: Context, call: Call, cast: Cast) -> None:
    pile(context, cast.teacher, 7)
    caller = call(cast.principal)
    before = [item["id"] for item in caller.get("/records").json["items"]]
    first = caller.get("/records?limit=3").json
    pile(context, cast.teacher2, 2)
    second = caller.get("/records", query_string={"limit": 3, "next": first["next"]}).json
    third = caller.get("/records", query_string={"limit": 3, "cursor": second["next"]}).json
    assert [item["id"] for page in (first, second, third) for item in page["items"]] == before
    assert third["next"] is None


def test_records_made_in_one_moment_are_neither_lost_nor_twice(
    context: Context, call: Call, cast: Cast
) -> None:
    pile(context, cast.teacher, 5)
    with context.database.transaction() as session:
        records = session.scalars(select(Record)).all()
        for record in records:
            record.created_at = record.waiting_since = records[0].created_at
    for path in ("/records", "/queue"):
        listed = walk(call(cast.head), path, limit=2)
        assert len(listed) == len(set(listed)) == 5


def test_the_queue_is_oldest_first_and_holds_what_the_caller_may_decide(
    call: Call, cast: Cast, pdf: Pdf
) -> None:
    first = call(cast.teacher).hand_in(pdf("một"))
    second = call(cast.teacher2).hand_in(pdf("hai"))
    call(cast.teacher5).hand_in(pdf("của tổ hai"))
    head = call(cast.head)
    queue = head.get("/queue").json
    assert [item["id"] for item in queue["items"]] == [first["id"], second["id"]]
    assert queue["items"][0]["actions"] == ["approve", "return"]
    assert call(cast.principal).get("/queue").json == {"items": [], "next": None}
    approved = head.decide(first, "approve").json
    (waiting,) = call(cast.principal).get("/queue").json["items"]
    assert waiting["id"] == approved["id"]
    assert waiting["actions"] == ["sign_off", "return"]


def test_a_list_asks_the_database_as_often_for_fifty_as_for_one(
    context: Context, call: Call, cast: Cast, statements: list[str]
) -> None:
    pile(context, cast.teacher, 50)
    for path in ("/records", "/queue"):
        counts = []
        for limit in (1, 50):
            caller = call(cast.head)
            statements.clear()
            assert len(caller.get(f"{path}?limit={limit}").json["items"]) == limit
            counts.append(len(statements))
        assert counts[0] == counts[1]


def test_the_queue_asks_the_database_five_times(
    context: Context, call: Call, cast: Cast, statements: list[str]
) -> None:
    pile(context, cast.teacher, 3)
    head = call(cast.head)
    head.get("/queue")
    statements.clear()
    assert len(head.get("/queue").json["items"]) == 3
    assert len(statements) == 5  # caller, ids, views, standings, closures


def ids(caller: Caller, path: str) -> set[str]:
    return {item["id"] for item in caller.get(path).json["items"]}


def walk(caller: Caller, path: str, limit: int) -> list[str]:
    """Read every page of a list."""
    found: list[str] = []
    following = ""
    while following is not None:
        page = caller.get(path, query_string={"limit": limit, "next": following}).json
        found += [item["id"] for item in page["items"]]
        following = page["next"]
    return found


def _multipart(content: bytes) -> bytes:
    """Write a form by hand: the test client would put so large a one into a file that it never closes."""
    head = b'--ranh\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    return head + content + b"\r\n--ranh--\r\n"
