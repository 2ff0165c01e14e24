"""Decisions through the API: one, many at once, two at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from app.clock import today
from app.context import Context
from tests.api.conftest import Call, Caller, code_of
from tests.api.piles import pile
from tests.conftest import Cast

Pdf = Callable[..., bytes]
OTHER_BYTES = "0" * 64


def test_head_and_principal_decide_in_turn(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf())
    approved = call(cast.head).decide(record, "approve").json
    assert (approved["state"], approved["turn"]) == ("department_approved", 2)
    signed = call(cast.principal).decide(approved, "sign_off")
    assert signed.status_code == 200
    assert (signed.json["state"], signed.json["turn"], signed.json["actions"]) == ("signed_off", 3, [])
    assert signed.json == call(cast.principal).get(f"/records/{record['id']}").json


def test_an_outdated_turn_or_other_bytes_are_stale(call: Call, cast: Cast, pdf: Pdf) -> None:
    record, head = call(cast.teacher).hand_in(pdf()), call(cast.head)
    assert code_of(head.decide({**record, "turn": 0}, "approve")) == (409, "stale")
    assert code_of(head.decide({**record, "sha256": OTHER_BYTES}, "approve")) == (409, "stale")
    head.decide(record, "approve")
    assert code_of(head.decide(record, "approve")) == (409, "stale")


def test_whoever_may_not_is_told_so_before_anything_else(call: Call, cast: Cast, pdf: Pdf) -> None:
    owner = call(cast.teacher)
    record = owner.hand_in(pdf())
    assert code_of(owner.decide({**record, "turn": 9}, "approve")) == (403, "not_allowed")
    assert code_of(call(cast.clerk).decide(record, "approve")) == (403, "not_allowed")
    assert code_of(call(cast.head).decide(record, "withdraw")) == (403, "not_allowed")
    assert code_of(call(cast.teacher2).decide(record, "approve")) == (404, "not_found")
    assert code_of(call(cast.head2).decide(record, "approve")) == (404, "not_found")


def test_a_step_that_is_not_due_is_not_now(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf())
    assert code_of(call(cast.principal).decide(record, "sign_off")) == (409, "not_now")


@pytest.mark.parametrize("comment", [None, "", "  \n "])
def test_a_return_needs_a_reason(call: Call, cast: Cast, pdf: Pdf, comment: str | None) -> None:
    record = call(cast.teacher).hand_in(pdf())
    response = call(cast.head).decide(record, "return", comment=comment)
    assert code_of(response) == (422, "comment_required")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"action": "file"}, "action"),
        ({"action": "resubmit"}, "action"),
        ({"action": None}, "action"),
        ({"turn": "1"}, "turn"),
        ({"turn": True}, "turn"),
        ({"sha256": "0" * 201}, "sha256"),
        ({"sha256": None}, "sha256"),
        ({"comment": "x" * 2001}, "comment"),
        ({"comment": "a\u0000b"}, "comment"),
        ({"comment": ["x"]}, "comment"),
    ],
)
def test_a_malformed_decision_is_refused_by_its_field(
    call: Call, cast: Cast, pdf: Pdf, wrong: dict[str, object], field: str
) -> None:
    record = call(cast.teacher).hand_in(pdf())
    good = {"action": "approve", "turn": 1, "sha256": record["sha256"]}
    response = call(cast.head).post(f"/records/{record['id']}/decisions", {**good, **wrong})
    assert code_of(response) == (422, "invalid_request")
    assert field in response.json["detail"]


def test_many_are_decided_at_once_and_one_refusal_spoils_no_other(call: Call, cast: Cast, pdf: Pdf) -> None:
    one = call(cast.teacher).hand_in(pdf("một"))
    two = call(cast.teacher2).hand_in(pdf("hai"))
    stranger = call(cast.b_teacher).hand_in(pdf("ba"))
    asked = [
        seen(two),
        seen(stranger),
        {**seen(one), "turn": 7},
        {**seen(one), "id": "khong-co"},
        seen(one),
        seen(one),
    ]
    response = call(cast.head).post("/decisions", {"action": "approve", "items": asked})
    results = response.json["results"]
    assert response.status_code == 200
    assert [result["id"] for result in results] == [item["id"] for item in asked]
    assert [result.get("code") for result in results] == [
        None,
        "not_found",
        "stale",
        "not_found",
        None,
        "stale",
    ]
    assert [result["ok"] for result in results] == [True, False, False, False, True, False]
    assert results[0]["record"] == call(cast.head).get(f"/records/{two['id']}").json
    assert "record" not in results[1]


def test_a_bulk_return_without_a_reason_is_refused_for_each(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf())
    body = {"action": "return", "items": [seen(record)]}
    (result,) = call(cast.head).post("/decisions", body).json["results"]
    assert result == {"id": record["id"], "ok": False, "code": "comment_required"}


@pytest.mark.parametrize("count", [0, 501])
def test_a_bulk_decision_is_about_one_to_five_hundred(call: Call, cast: Cast, count: int) -> None:
    item = {"id": "x", "turn": 1, "sha256": OTHER_BYTES}
    response = call(cast.head).post("/decisions", {"action": "approve", "items": [item] * count})
    assert code_of(response) == (422, "invalid_request")
    assert "items" in response.json["detail"]


def test_five_hundred_unknown_records_are_five_hundred_answers(call: Call, cast: Cast) -> None:
    item = {"id": "x" * 100, "turn": 2**70, "sha256": OTHER_BYTES}
    results = call(cast.head).post("/decisions", {"action": "approve", "items": [item] * 500}).json["results"]
    assert [result["code"] for result in results] == ["not_found"] * 500


def test_a_decision_asks_the_database_twelve_times(
    context: Context, call: Call, cast: Cast, statements: list[str]
) -> None:
    pile(context, cast.teacher, 1)
    head = call(cast.head)
    (record,) = head.get("/queue").json["items"]
    statements.clear()
    assert head.decide(record, "approve").status_code == 200
    # Caller and token; posts, caller, record, standing, closures, move and audit; record, standing, closures.
    assert len(statements) == 2 + 7 + 3


def test_two_hundred_cost_as_many_statements_as_twenty(
    context: Context, call: Call, cast: Cast, statements: list[str]
) -> None:
    pile(context, cast.teacher, 220)
    head, principal = call(cast.head), call(cast.principal)
    for caller, action in ((head, "approve"), (principal, "sign_off")):
        counts = []
        for size in (20, 200):
            items = [seen(record) for record in caller.get(f"/queue?limit={size}").json["items"]]
            assert len(items) == size
            statements.clear()
            results = caller.post("/decisions", {"action": action, "items": items}).json["results"]
            counts.append(len(statements))
            assert all(result["ok"] for result in results)
        assert counts[0] == counts[1]


def test_of_two_who_decide_at_once_exactly_one_wins(context: Context, call: Call, cast: Cast) -> None:
    pile(context, cast.teacher, 20)
    day = today().isoformat()
    mandate = {
        "role": "head",
        "to": str(cast.teacher2.user_id),
        "capacity": "TUQ.",
        "first": day,
        "last": day,
    }
    assert call(cast.head).post("/delegations", mandate).status_code == 201
    deciders = call(cast.head), call(cast.teacher2)
    records = deciders[0].get("/queue").json["items"]
    assert len(records) == 20
    with ThreadPoolExecutor(2) as threads:
        for record in records:
            outcomes = at_once(threads, deciders, record)
            assert sorted(outcomes) == [(200, ""), (409, "stale")]
    events = [deciders[0].get(f"/records/{record['id']}/events").json["items"] for record in records]
    assert all([event["turn"] for event in each] == [1, 2] for each in events)


def seen(record: dict[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in ("id", "turn", "sha256")}


def at_once(
    threads: ThreadPoolExecutor, deciders: tuple[Caller, Caller], record: dict[str, Any]
) -> list[tuple[int, str]]:
    """Let one approve and the other return the same record, both starting together."""
    start = Barrier(2)

    def decide(caller: Caller, action: str) -> tuple[int, str]:
        start.wait(10)
        response = caller.decide(record, action, comment="Cùng lúc")
        return response.status_code, response.json.get("code", "") if response.status_code != 200 else ""

    return list(threads.map(decide, deciders, ("approve", "return")))
