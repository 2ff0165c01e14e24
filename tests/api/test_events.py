"""The history of a record through the API."""

import base64
from collections.abc import Callable

import pytest

from tests.api.conftest import Call, code_of
from tests.conftest import Cast

Pdf = Callable[..., bytes]


def test_the_history_tells_who_did_what_to_which_bytes(call: Call, cast: Cast, pdf: Pdf) -> None:
    owner, head = call(cast.teacher), call(cast.head)
    record = owner.hand_in(pdf("một"))
    head.decide(record, "return", comment="  Bổ sung phần vận dụng.\nCảm ơn. ")
    again = owner.upload(f"/records/{record['id']}/versions", pdf("hai")).json
    events = owner.get(f"/records/{record['id']}/events").json
    told = [(e["action"], e["from"], e["to"], e["turn"], e["actor_name"]) for e in events["items"]]
    assert told == [
        ("submit", None, "submitted", 1, cast.teacher.name),
        ("return", "submitted", "returned", 2, cast.head.name),
        ("resubmit", "returned", "submitted", 3, cast.teacher.name),
    ]
    assert [event["sha256"] for event in events["items"]] == [record["sha256"]] * 2 + [again["sha256"]]
    assert events["items"][1]["comment"] == "Bổ sung phần vận dụng.\nCảm ơn."
    assert events["items"][1]["actor"] == str(cast.head.user_id)
    assert events["items"][1]["role"] == "head"
    assert events["next"] is None


def test_the_history_comes_in_pages(call: Call, cast: Cast, pdf: Pdf) -> None:
    owner = call(cast.teacher)
    record = owner.hand_in(pdf())
    owner.decide(record, "withdraw")
    path = f"/records/{record['id']}/events"
    first = owner.get(path, query_string={"limit": 1}).json
    second = owner.get(path, query_string={"limit": 1, "next": first["next"]}).json
    assert [event["action"] for page in (first, second) for event in page["items"]] == ["submit", "withdraw"]
    assert second["next"] is None


@pytest.mark.parametrize("place", [b"-1", b"99999999999999999999", b"1.5", b'"x"', b"[]"])
def test_a_history_goes_on_only_after_a_turn(call: Call, cast: Cast, pdf: Pdf, place: bytes) -> None:
    owner = call(cast.teacher)
    path = f"/records/{owner.hand_in(pdf())['id']}/events"
    cursor = base64.urlsafe_b64encode(place).decode()
    assert code_of(owner.get(path, query_string={"next": cursor})) == (422, "invalid_request")
