"""Corrections through the API, from the request to the slip."""

from datetime import timedelta
from typing import Any

import pytest

from app.context import Context
from app.db import now
from app.running.worker import run_worker
from tests.api.conftest import Call, Caller, code_of
from tests.conftest import Cast

REASON = "Ghi nhầm ngày dạy ở trang 1"


@pytest.fixture
def filed(context: Context, call: Call, cast: Cast, pdf: Any) -> dict[str, Any]:
    """Bring a lesson plan into the tree, and close its week."""
    record = call(cast.teacher).hand_in(pdf("bản có lỗi"))
    file_again(context, call, cast, record)
    body = {"record_type": "KHBD", "period": record["period"], "reason": "Hết hạn"}
    assert call(cast.principal).post("/locks", body).status_code == 201
    return now_is(call(cast.teacher), record)


def file_again(context: Context, call: Call, cast: Cast, record: dict[str, Any]) -> None:
    """Decide twice and let the worker file."""
    approved = call(cast.head).decide(record, "approve")
    assert approved.status_code == 200, approved.text
    assert call(cast.principal).decide(approved.json, "sign_off").status_code == 200
    run_worker(context, wait=False)


def now_is(caller: Caller, record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/records/{record['id']}").json
    return found


def ask(call: Call, cast: Cast, record: dict[str, Any]) -> dict[str, Any]:
    response = call(cast.teacher).post("/corrections", {"record": record["id"], "reason": REASON})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json
    return made


def until(**later: int) -> str:
    return (now() + timedelta(**(later or {"days": 3}))).isoformat()


def consent(caller: Caller, made: dict[str, Any], moment: str = "") -> Any:
    body = {"action": "consent", "until": moment or until()}
    return caller.post(f"/corrections/{made['id']}/decisions", body)


def test_a_correction_from_the_request_to_the_slip(
    context: Context, call: Call, cast: Cast, pdf: Any, filed: dict[str, Any]
) -> None:
    teacher, principal = call(cast.teacher), call(cast.principal)
    versions, old = f"/records/{filed['id']}/versions", filed["official"]
    assert code_of(teacher.upload(versions, pdf("bản đã sửa"))) == (409, "locked")

    made = ask(call, cast, filed)
    path = f"/corrections/{made['id']}"
    assert (made["state"], made["record"], made["old_version"]) == ("requested", filed["id"], 1)
    assert code_of(teacher.upload(versions, pdf("bản đã sửa"))) == (409, "locked")
    opened = consent(principal, made)
    assert (opened.status_code, opened.json["state"]) == (200, "open")
    assert code_of(teacher.post(f"{path}/witnesses", {})) == (409, "not_now")
    assert now_is(teacher, filed)["actions"] == ["resubmit"]

    assert code_of(teacher.upload(versions, pdf("bản có lỗi"))) == (409, "duplicate")
    again = teacher.upload(versions, pdf("bản đã sửa"))
    assert (again.status_code, again.json["state"], again.json["version"]) == (201, "submitted", 2)
    assert again.json["official"] == old
    file_again(context, call, cast, again.json)
    refiled = now_is(teacher, filed)
    assert refiled["state"] == "filed"
    assert refiled["official"]["path"] != old["path"]

    for witness in (cast.teacher, cast.principal, cast.records_admin):
        answer = call(witness).post(f"{path}/witnesses", {})
        assert answer.status_code == 200, answer.text
    closed = answer.json
    assert (closed["state"], closed["ending"]) == ("closed", "witnessed")
    assert (closed["new_version"], closed["new_sha256"]) == (2, refiled["sha256"])
    assert {each["part"] for each in closed["witnesses"]} == {"requester", "leader", "administrator"}
    assert code_of(teacher.upload(versions, pdf("bản ba"))) == (409, "locked")

    slip = teacher.get(f"{path}/slip.pdf")
    assert (slip.status_code, slip.mimetype) == (200, "application/pdf")
    assert slip.data.startswith(b"%PDF")


def test_it_closes_with_the_filing_when_all_have_confirmed_before(
    context: Context, call: Call, cast: Cast, pdf: Any, filed: dict[str, Any]
) -> None:
    made = ask(call, cast, filed)
    consent(call(cast.principal), made)
    again = call(cast.teacher).upload(f"/records/{filed['id']}/versions", pdf("bản đã sửa")).json
    for witness in (cast.teacher, cast.vice_principal, cast.records_admin):
        answer = call(witness).post(f"/corrections/{made['id']}/witnesses", {})
        assert answer.json["state"] == "open"
    file_again(context, call, cast, again)
    assert call(cast.teacher).get(f"/corrections/{made['id']}").json["ending"] == "witnessed"


def test_a_later_version_makes_confirmations_void_and_each_confirms_one_part(
    call: Call, cast: Cast, pdf: Any, filed: dict[str, Any]
) -> None:
    teacher, made = call(cast.teacher), ask(call, cast, filed)
    consent(call(cast.principal), made)
    witnesses, versions = f"/corrections/{made['id']}/witnesses", f"/records/{filed['id']}/versions"
    second = teacher.upload(versions, pdf("bản hai")).json
    assert teacher.post(witnesses, {}).status_code == 200
    assert code_of(teacher.post(witnesses, {})) == (409, "already_confirmed")
    assert call(cast.principal).post(witnesses, {}).status_code == 200
    assert code_of(call(cast.vice_principal).post(witnesses, {})) == (409, "already_confirmed")
    assert code_of(call(cast.head).post(witnesses, {})) == (403, "not_allowed")
    returned = call(cast.head).decide(second, "return", comment="Còn sai")
    assert returned.status_code == 200
    third = teacher.upload(versions, pdf("bản ba"))
    assert third.status_code == 201
    seen = {"version": 2, "sha256": second["sha256"]}
    assert code_of(call(cast.vice_principal).post(witnesses, seen)) == (409, "stale")
    confirmed = call(cast.vice_principal).post(witnesses, {})
    assert [(each["part"], each["version"]) for each in confirmed.json["witnesses"]] == [
        ("requester", 2),
        ("leader", 2),
        ("leader", 3),
    ]


def test_a_refused_request_says_why_and_another_may_follow(
    call: Call, cast: Cast, filed: dict[str, Any]
) -> None:
    made, principal = ask(call, cast, filed), call(cast.principal)
    path = f"/corrections/{made['id']}/decisions"
    assert code_of(principal.post(path, {"action": "refuse"})) == (422, "comment_required")
    refused = principal.post(path, {"action": "refuse", "comment": "Không sai"}).json
    assert (refused["state"], refused["comment"]) == ("refused", "Không sai")
    assert code_of(consent(principal, made)) == (409, "not_now")
    assert call(cast.teacher).get("/corrections?state=refused").json["items"] == [refused]
    assert call(cast.teacher).get(f"/corrections/{made['id']}/slip.pdf").status_code == 200
    ask(call, cast, filed)


def test_what_cannot_be_asked_is_refused(call: Call, cast: Cast, pdf: Any, filed: dict[str, Any]) -> None:
    teacher = call(cast.teacher)
    fresh = call(cast.teacher).hand_in(pdf("mới"), period="2026-2027/W13")
    for caller, record, reason, refused in (
        (teacher, filed["id"], " ", (422, "reason_required")),
        (teacher, fresh["id"], REASON, (409, "not_now")),
        (teacher, "không có", REASON, (404, "not_found")),
        (call(cast.head), filed["id"], REASON, (403, "not_allowed")),
        (call(cast.principal), filed["id"], REASON, (403, "not_allowed")),
        (call(cast.officer), filed["id"], REASON, (403, "not_allowed")),
        (call(cast.teacher2), filed["id"], REASON, (404, "not_found")),
        (call(cast.b_principal), filed["id"], REASON, (404, "not_found")),
    ):
        answer = caller.post("/corrections", {"record": record, "reason": reason})
        assert code_of(answer) == refused
    ask(call, cast, filed)
    again = teacher.post("/corrections", {"record": filed["id"], "reason": REASON})
    assert code_of(again) == (409, "already_asked")


def test_only_the_principal_consents_and_only_for_a_time_to_come(
    call: Call, cast: Cast, filed: dict[str, Any]
) -> None:
    made = ask(call, cast, filed)
    for caller, refused in (
        (cast.teacher, (403, "not_allowed")),
        (cast.head, (403, "not_allowed")),
        (cast.vice_principal, (403, "not_allowed")),
        (cast.records_admin, (403, "not_allowed")),
        (cast.teacher2, (404, "not_found")),
        (cast.officer, (404, "not_found")),
        (cast.b_principal, (404, "not_found")),
    ):
        assert code_of(consent(call(caller), made)) == refused, caller.name
    principal = call(cast.principal)
    for moment in (until(seconds=-1), until(days=31), "mai"):
        assert code_of(consent(principal, made, moment)) == (422, "bad_until")
    body = {"action": "consent"}
    assert code_of(principal.post(f"/corrections/{made['id']}/decisions", body)) == (422, "bad_until")
    day = (now() + timedelta(days=3)).date().isoformat()
    assert consent(principal, made, day).json["until"].startswith(f"{day}T16:59:59")


@pytest.mark.parametrize("path", ["", "/slip.pdf"])
def test_strangers_learn_nothing_of_a_correction(
    call: Call, cast: Cast, filed: dict[str, Any], path: str
) -> None:
    made = ask(call, cast, filed)
    for stranger in (cast.teacher2, cast.b_principal, cast.officer):
        assert code_of(call(stranger).get(f"/corrections/{made['id']}{path}")) == (404, "not_found")
        assert call(stranger).get("/corrections").json["items"] == []
    assert code_of(call(cast.b_principal).post(f"/corrections/{made['id']}/witnesses", {})) == (
        404,
        "not_found",
    )
