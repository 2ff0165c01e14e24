"""Who the caller is."""

from app.clock import today
from tests.api.conftest import Call
from tests.conftest import Cast


def test_a_teacher_is_in_a_department_of_a_school(call: Call, cast: Cast) -> None:
    me = call(cast.teacher).get("/me").json
    assert me["id"] == str(cast.teacher.user_id)
    assert me["name"] == cast.teacher.name
    assert me["memberships"] == [{"role": "teacher", "unit": "Tổ 1", "school": "truong-a"}]
    assert me["delegations"] == []


def test_a_principal_leads_the_school_and_an_officer_sits_above_schools(call: Call, cast: Cast) -> None:
    principal = call(cast.principal).get("/me").json["memberships"]
    assert {"role": "principal", "unit": "Trường Tiểu học A", "school": "truong-a"} in principal
    (post,) = call(cast.officer).get("/me").json["memberships"]
    assert post["role"] == "officer"
    assert post["unit"].startswith("Phòng")
    assert post["school"] is None


def test_lent_authority_is_told_apart_from_posts(call: Call, cast: Cast) -> None:
    day = today().isoformat()
    mandate = {"role": "principal", "to": str(cast.vice_principal.user_id), "capacity": "KT."}
    assert (
        call(cast.principal).post("/delegations", {**mandate, "first": day, "last": day}).status_code == 201
    )
    me = call(cast.vice_principal).get("/me").json
    assert "principal" not in {post["role"] for post in me["memberships"]}
    (lent,) = me["delegations"]
    assert (lent["role"], lent["school"], lent["capacity"]) == ("principal", "truong-a", "KT.")
    assert lent["ends_at"].endswith("Z")
