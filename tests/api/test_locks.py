"""Locks through the API: who closes and opens, and what a closed period refuses."""

from typing import Any

import pytest

from tests.api.conftest import Call, Caller, code_of
from tests.conftest import Cast

PERIOD = "2026-2027/W12"


def closing(**more: object) -> dict[str, object]:
    return {"record_type": "KHBD", "period": PERIOD, "reason": "Hết hạn nộp"} | more


def close(caller: Caller, **more: object) -> dict[str, Any]:
    response = caller.post("/locks", closing(**more))
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json
    return made


def test_a_locked_period_takes_no_upload_until_it_is_opened(call: Call, cast: Cast, pdf: Any) -> None:
    principal, teacher = call(cast.principal), call(cast.teacher)
    made = close(principal)
    assert (made["period"], made["record_type"], made["locked_by_name"]) == (PERIOD, "KHBD", "Hiệu trưởng A")
    refused = teacher.upload("/records", pdf(), record_type="KHBD", period=PERIOD)
    assert code_of(refused) == (409, "locked")
    assert "Tuần 12" in refused.json["detail"]
    assert "Hiệu trưởng A" in refused.json["detail"]
    assert teacher.get("/locks").json["items"] == [made]
    assert principal.ask("DELETE", f"/locks/{made['id']}?reason=Nộp bù").status_code == 204
    assert teacher.get("/locks").json["items"] == []
    (lifted,) = teacher.get("/locks?state=lifted").json["items"]
    assert lifted["lift_reason"] == "Nộp bù"
    teacher.hand_in(pdf())


def test_decisions_versions_and_withdrawals_are_refused_and_not_offered(
    call: Call, cast: Cast, pdf: Any
) -> None:
    teacher, head, principal = call(cast.teacher), call(cast.head), call(cast.principal)
    first, returned = teacher.hand_in(pdf("một"), title="một"), teacher.hand_in(pdf("hai"), title="hai")
    returned = head.decide(returned, "return", comment="Sai tuần").json
    lock = close(principal, record_type=None, period="2026-2027/HK1")
    path = f"/records/{returned['id']}/versions"
    for refused in (
        head.decide(first, "approve"),
        head.decide(first, "return", comment="Sai"),
        teacher.decide(first, "withdraw"),
        teacher.upload(path, pdf("hai mới")),
    ):
        assert code_of(refused) == (409, "locked")
    for caller, record in ((head, first), (teacher, first), (teacher, returned)):
        assert caller.get(f"/records/{record['id']}").json["actions"] == []
    assert all(item["actions"] == [] for item in head.get("/queue").json["items"])
    assert code_of(teacher.decide(first, "approve")) == (403, "not_allowed")
    assert principal.ask("DELETE", f"/locks/{lock['id']}").status_code == 204
    assert head.decide(first, "approve").status_code == 200
    assert teacher.upload(path, pdf("hai mới")).status_code == 201


def test_of_a_bulk_decision_only_what_is_locked_is_refused(call: Call, cast: Cast, pdf: Any) -> None:
    teacher, head = call(cast.teacher), call(cast.head)
    closed, free = teacher.hand_in(pdf("một")), teacher.hand_in(pdf("hai"), period="2026-2027/W13")
    close(call(cast.principal))
    items = [{"id": each["id"], "turn": 1, "sha256": each["sha256"]} for each in (closed, free)]
    results = head.post("/decisions", {"action": "approve", "items": items}).json["results"]
    assert [(each["ok"], each.get("code")) for each in results] == [(False, "locked"), (True, None)]


@pytest.mark.parametrize("period", ["2026-2027/M11", "2026-2027/HK1", "2026-2027"])
def test_a_lock_holds_for_every_period_inside_it(call: Call, cast: Cast, pdf: Any, period: str) -> None:
    close(call(cast.principal), period=period)
    refused = call(cast.teacher).upload("/records", pdf(), record_type="KHBD", period=PERIOD)
    assert code_of(refused) == (409, "locked")


def test_a_lock_holds_for_no_other_type_period_or_school(call: Call, cast: Cast, pdf: Any) -> None:
    close(call(cast.principal))
    teacher = call(cast.teacher)
    teacher.hand_in(pdf("tuần sau"), period="2026-2027/W13")
    year = teacher.upload("/records", pdf("sổ"), record_type="SCN", period="2026-2027")
    assert year.status_code == 201, year.text
    call(cast.b_teacher).hand_in(pdf("trường B"))


def test_the_office_locks_only_on_the_principals_order(call: Call, cast: Cast) -> None:
    for office in (call(cast.clerk), call(cast.records_admin)):
        assert code_of(office.post("/locks", closing())) == (422, "order_required")
        made = close(office, ordered="Lệnh 12/2026")
        assert made["ordered"] == "Lệnh 12/2026"
        assert code_of(office.ask("DELETE", f"/locks/{made['id']}")) == (422, "order_required")
        assert office.ask("DELETE", f"/locks/{made['id']}?ordered=Lệnh 13").status_code == 204


def test_what_cannot_be_locked_is_refused(call: Call, cast: Cast) -> None:
    principal = call(cast.principal)
    close(principal)
    for caller, body, refused in (
        (principal, closing(), (409, "already_locked")),
        (principal, closing(period="2026-2027/W60"), (422, "bad_period")),
        (principal, closing(period="tuần 12"), (422, "bad_period")),
        (principal, closing(record_type="SCN"), (422, "bad_period")),
        (principal, closing(record_type="KHAC"), (422, "unknown_record_type")),
        (principal, closing(reason=" "), (422, "reason_required")),
        (principal, {"record_type": "KHBD"}, (422, "invalid_request")),
        (call(cast.teacher), closing(), (403, "not_allowed")),
        (call(cast.head), closing(), (403, "not_allowed")),
        (call(cast.vice_principal), closing(), (403, "not_allowed")),
        (call(cast.officer), closing(), (403, "not_allowed")),
    ):
        assert code_of(caller.post("/locks", body)) == refused, body


def test_a_lock_is_lifted_once_by_those_who_may_and_hidden_from_strangers(call: Call, cast: Cast) -> None:
    principal = call(cast.principal)
    path = f"/locks/{close(principal)['id']}"
    assert code_of(call(cast.b_principal).ask("DELETE", path)) == (404, "not_found")
    assert call(cast.b_principal).get("/locks").json["items"] == []
    assert code_of(call(cast.teacher).ask("DELETE", path)) == (403, "not_allowed")
    assert principal.ask("DELETE", path).status_code == 204
    assert code_of(principal.ask("DELETE", path)) == (409, "not_now")
    assert code_of(principal.ask("DELETE", f"/locks/{2**31}")) == (404, "not_found")


def test_a_list_of_many_records_asks_what_is_closed_as_often_as_a_list_of_one(
    call: Call, cast: Cast, pdf: Any, statements: list[str]
) -> None:
    teacher = call(cast.teacher)
    close(call(cast.principal), period="2026-2027/M10")
    teacher.hand_in(pdf("một"), title="một")
    statements.clear()
    assert len(teacher.get("/records").json["items"]) == 1
    for_one = len(statements)
    for number in range(4):
        teacher.hand_in(pdf(f"thêm {number}"), period=f"2026-2027/W2{number}")
    statements.clear()
    assert len(teacher.get("/records").json["items"]) == 5
    assert len(statements) == for_one
