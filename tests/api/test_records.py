"""Records through the API: handing in, reading, listing, finding."""

from collections.abc import Callable

from tests.api.conftest import Call
from tests.conftest import Cast

Pdf = Callable[..., bytes]


def test_a_teacher_hands_a_plan_in_and_the_head_and_principal_decide(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf("Toán"), title="Phân số", subject="Toán", **{"class": "4A"})
    assert record["state"] == "submitted"
    assert record["turn"] == 1
    assert record["actions"] == ["withdraw"]
    approved = call(cast.head).decide(record, "approve")
    assert approved.status_code == 200, approved.text
    assert approved.json["state"] == "department_approved"
    assert approved.json["turn"] == 2
    signed = call(cast.principal).decide(approved.json, "sign_off")
    assert signed.json["state"] == "signed_off"
    assert call(cast.teacher).get(f"/records/{record['id']}").json["state"] == "signed_off"
