"""Who works at several schools names one by its code; who works at one need not."""

from typing import Any

import pytest

from app.clock import today
from app.context import Context
from app.people.models import Role
from tests.api.conftest import Call, code_of
from tests.conftest import Cast
from tests.two_schools import FIRST, SECOND, also_at

PLAN = {"record_type": "KHBD", "period": "2026-2027/W12"}
CLOSING = {"record_type": "KHBD", "period": "2026-2027/W12", "reason": "Hết hạn"}


def test_the_same_lesson_is_handed_in_for_each_school_by_its_code(
    context: Context, call: Call, cast: Cast, pdf: Any
) -> None:
    teacher = call(also_at(context, cast.teacher, SECOND, Role.TEACHER, "T1"))
    refused = teacher.upload("/records", pdf("bài"), **PLAN)
    assert code_of(refused) == (422, "which_school")
    assert f"{FIRST}, {SECOND}" in refused.json["detail"]

    for school in (FIRST, SECOND):
        made = teacher.upload("/records", pdf("bài"), school=school, **PLAN)
        assert (made.status_code, made.json["school"]) == (201, school)
        again = teacher.upload("/records", pdf("bài"), school=school, **PLAN)
        assert code_of(again) == (409, "duplicate")
        assert made.json["id"] in again.json["hint"]
        (listed,) = teacher.get(f"/records?school={school}").json["items"]
        assert listed["id"] == made.json["id"]
    assert code_of(teacher.upload("/records", pdf("bài"), school="truong-c", **PLAN)) == (403, "not_allowed")


def test_each_schools_queue_holds_its_own(context: Context, call: Call, cast: Cast, pdf: Any) -> None:
    teacher = call(also_at(context, cast.b_head, FIRST, Role.TEACHER, "T1"))
    made = teacher.upload("/records", pdf("bài"), school=FIRST, **PLAN).json
    assert [each["id"] for each in call(cast.head).get("/queue").json["items"]] == [made["id"]]
    assert call(cast.b_head).get("/queue").json["items"] == []
    assert call(cast.principal).get("/queue").json["items"] == []
    assert code_of(teacher.decide(made, "approve")) == (403, "not_allowed")


def test_who_leads_two_schools_closes_the_period_of_the_one_named(
    context: Context, call: Call, cast: Cast
) -> None:
    principal = call(also_at(context, cast.principal, SECOND, Role.PRINCIPAL))
    assert code_of(principal.post("/locks", CLOSING)) == (422, "which_school")
    made = principal.post("/locks", CLOSING | {"school": SECOND})
    assert (made.status_code, made.json["school"]) == (201, SECOND)
    assert code_of(principal.post("/locks", CLOSING | {"school": "truong-c"})) == (403, "not_allowed")
    assert call(cast.teacher).get("/locks").json["items"] == []


def test_the_post_that_is_lent_is_that_of_the_school_named(context: Context, call: Call, cast: Cast) -> None:
    day = today().isoformat()
    mandate = {"role": "principal", "to": str(cast.b_vice_principal.user_id), "capacity": "KT."}
    mandate |= {"first": day, "last": day}
    principal = call(also_at(context, cast.principal, SECOND, Role.PRINCIPAL))
    assert code_of(principal.post("/delegations", mandate)) == (422, "which_school")
    assert code_of(principal.post("/delegations", mandate | {"school": FIRST})) == (404, "not_found")
    lent = principal.post("/delegations", mandate | {"school": SECOND})
    assert (lent.status_code, lent.json["unit"]) == (201, "Trường Trung học cơ sở B")


@pytest.mark.parametrize("school", [FIRST, SECOND])
def test_the_catalogue_is_that_of_all_schools_or_of_the_one_named(
    context: Context, call: Call, cast: Cast, school: str
) -> None:
    own, there = (call(each).get("/record-types").json["items"] for each in (cast.teacher, cast.b_teacher))
    both = call(also_at(context, cast.teacher, SECOND, Role.TEACHER))
    expected = own if school == FIRST else there
    assert both.get(f"/record-types?school={school}").json["items"] == expected
    codes = {each["code"] for each in both.get("/record-types").json["items"]}
    assert codes == {each["code"] for each in own + there}
    assert code_of(both.get("/record-types?school=truong-c")) == (403, "not_allowed")
