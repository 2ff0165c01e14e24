"""Lending authority through the API."""

from datetime import timedelta
from typing import Any

import pytest

from app.clock import today
from app.people.authority import Authority
from tests.api.conftest import Call, code_of
from tests.conftest import Cast


def mandate(to: Authority, /, **more: object) -> dict[str, Any]:
    day = today().isoformat()
    return {"role": "principal", "to": str(to.user_id), "capacity": "KT.", "first": day, "last": day} | more


def test_a_principal_lends_a_deputy_sees_it_and_it_is_taken_back(call: Call, cast: Cast) -> None:
    principal, deputy = call(cast.principal), call(cast.vice_principal)
    given = principal.post("/delegations", mandate(cast.vice_principal, reason="Đi công tác"))
    assert given.status_code == 201
    assert given.json["phase"] == "current"
    assert given.json["from_name"] == cast.principal.name
    assert deputy.get("/delegations").json == {"items": [given.json], "next": None}
    path = f"/delegations/{given.json['id']}"
    assert code_of(deputy.ask("DELETE", path)) == (403, "not_allowed")
    taken = principal.ask("DELETE", path)
    assert (taken.status_code, taken.data) == (204, b"")
    assert deputy.get("/delegations").json["items"][0]["phase"] == "revoked"
    assert code_of(principal.ask("DELETE", path)) == (409, "not_now")


def test_a_deputy_signs_off_only_while_the_authority_is_lent(call: Call, cast: Cast, pdf: Any) -> None:
    record = call(cast.teacher).hand_in(pdf())
    approved = call(cast.head).decide(record, "approve").json
    deputy = call(cast.vice_principal)
    assert code_of(deputy.decide(approved, "sign_off")) == (403, "not_allowed")
    assert call(cast.principal).post("/delegations", mandate(cast.vice_principal)).status_code == 201
    assert deputy.get("/queue").json["items"][0]["actions"] == ["sign_off", "return"]
    assert deputy.decide(approved, "sign_off").json["state"] == "signed_off"
    signed = deputy.get(f"/records/{record['id']}/events").json["items"][-1]
    assert (signed["role"], signed["capacity"]) == ("principal", "KT.")


def test_the_same_days_are_lent_only_once(call: Call, cast: Cast) -> None:
    principal = call(cast.principal)
    assert principal.post("/delegations", mandate(cast.vice_principal)).status_code == 201
    again = principal.post("/delegations", mandate(cast.vice_principal))
    assert code_of(again) == (409, "delegation_overlaps")


def test_what_may_not_be_lent_is_refused(call: Call, cast: Cast) -> None:
    principal, head = call(cast.principal), call(cast.head)
    yesterday = (today() - timedelta(days=1)).isoformat()
    for caller, body, refused in (
        (call(cast.teacher), mandate(cast.vice_principal), (403, "not_allowed")),
        (head, mandate(cast.vice_principal), (403, "not_allowed")),
        (head, mandate(cast.teacher5, role="head"), (422, "bad_delegate")),
        (principal, mandate(cast.teacher), (422, "bad_delegate")),
        (principal, mandate(cast.b_vice_principal), (404, "not_found")),
        (principal, mandate(cast.vice_principal, first=yesterday), (422, "bad_term")),
        (principal, mandate(cast.vice_principal, last=yesterday), (422, "bad_term")),
    ):
        assert code_of(caller.post("/delegations", body)) == refused, body


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": "clerk"}, "role"),
        ({"to": "ai-do"}, "to"),
        ({"capacity": "Thay mặt"}, "capacity"),
        ({"first": "hôm nay"}, "first"),
        ({"reason": "a\nb"}, "reason"),
    ],
)
def test_a_malformed_mandate_is_refused_by_its_field(
    call: Call, cast: Cast, wrong: dict[str, object], field: str
) -> None:
    response = call(cast.principal).post("/delegations", mandate(cast.vice_principal, **wrong))
    assert code_of(response) == (422, "invalid_request")
    assert field in response.json["detail"]


def test_nobody_of_another_school_sees_or_ends_a_delegation(call: Call, cast: Cast) -> None:
    given = call(cast.principal).post("/delegations", mandate(cast.vice_principal)).json
    stranger = call(cast.b_principal)
    assert stranger.get("/delegations").json["items"] == []
    assert code_of(stranger.ask("DELETE", f"/delegations/{given['id']}")) == (404, "not_found")


def test_a_number_beyond_the_databases_names_no_delegation(call: Call, cast: Cast) -> None:
    assert code_of(call(cast.principal).ask("DELETE", f"/delegations/{2**31}")) == (404, "not_found")
