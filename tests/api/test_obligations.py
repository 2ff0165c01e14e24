"""What is owed, through the API: to whom it is shown, narrowed and in pages."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from app.catalogue.models import RecordType
from app.context import Context
from tests.api.conftest import Call, code_of
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from workflows.model import Action

WEEK = "2026-2027/W12"
Pdf = Callable[..., bytes]


def items(answered: Any) -> list[dict[str, Any]]:
    assert answered.status_code == 200, answered.text
    found: list[dict[str, Any]] = answered.json["items"]
    return found


def test_a_teacher_owes_a_plan_a_week(call: Call, cast: Cast) -> None:
    (plan,) = items(call(cast.teacher).get(f"/obligations?owner=me&record_type=KHBD&period={WEEK}"))
    assert plan["owner"] == str(cast.teacher.user_id)
    assert plan["due_at"] == "2026-11-21T10:00:00Z"
    assert {key: plan[key] for key in ("class", "subject", "record", "school", "record_type")} == {
        "class": "",
        "subject": "",
        "record": None,
        "school": "truong-a",
        "record_type": "KHBD",
    }


def test_handing_in_and_deciding_show_at_once(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf("một"))
    mine = f"/obligations?owner=me&record_type=KHBD&period={WEEK}"
    (plan,) = items(call(cast.teacher).get(mine))
    assert (plan["status"], plan["record"]) == ("under_way", record["id"])
    call(cast.head).decide(record, "return", comment="Thiếu mục tiêu")
    (plan,) = items(call(cast.teacher).get(mine))
    assert (plan["status"], plan["record"]) == ("returned", record["id"])


def test_a_list_narrowed_to_a_status_holds_only_that(call: Call, cast: Cast) -> None:
    late = items(call(cast.teacher).get("/obligations?owner=me&status=late&limit=200"))
    missing = items(call(cast.teacher).get("/obligations?owner=me&status=missing&limit=200"))
    assert {each["status"] for each in late} == {"late"}
    assert {each["status"] for each in missing} == {"missing"}
    plans = [each for each in late + missing if each["record_type"] == "KHBD"]
    assert len(plans) == 35


def test_a_head_sees_his_department_and_a_principal_the_school(call: Call, cast: Cast) -> None:
    of_the_week = f"/obligations?record_type=KHBD&period={WEEK}&limit=200"
    of_department = {each["owner"] for each in items(call(cast.head).get(of_the_week))}
    of_school = {each["owner"] for each in items(call(cast.principal).get(of_the_week))}
    assert len(of_department) == 5
    assert str(cast.teacher5.user_id) not in of_department
    assert len(of_school) == 10
    assert of_department < of_school


def test_pages_join_up(call: Call, cast: Cast) -> None:
    caller = call(cast.principal)
    whole = items(caller.get(f"/obligations?record_type=KHBD&period={WEEK}&limit=200"))
    joined, following = [], None
    for _ in range(4):
        asked = {"record_type": "KHBD", "period": WEEK, "limit": 3}
        page = caller.get("/obligations", query_string=asked | ({"next": following} if following else {}))
        joined += items(page)
        following = page.json["next"]
    assert joined == whole
    assert following is None


def test_what_others_owe_is_hidden_from_whom_it_does_not_concern(call: Call, cast: Cast) -> None:
    for caller in (cast.teacher2, cast.head2, cast.b_principal, cast.b_teacher):
        refused = call(caller).get(f"/obligations?owner={cast.teacher.user_id}")
        assert code_of(refused) == (404, "not_found")
    assert code_of(call(cast.principal).get(f"/obligations?owner={uuid.uuid4()}")) == (404, "not_found")


def test_another_schools_obligations_are_not_in_ones_list(call: Call, cast: Cast) -> None:
    schools = {each["school"] for each in items(call(cast.b_principal).get("/obligations?limit=200"))}
    assert schools == {"truong-b"}
    assert items(call(cast.b_principal).get("/obligations?school=truong-a")) == []


def test_an_officer_sees_the_schools_overseen_without_sensitive_types(
    context: Context, call: Call, cast: Cast
) -> None:
    for officer in (cast.officer, cast.provincial_officer):
        seen = items(call(officer).get(f"/obligations?period={WEEK}&school=truong-b&limit=200"))
        assert {each["school"] for each in seen} == {"truong-b"}
    with context.database.transaction() as session:
        session.execute(update(RecordType).where(RecordType.code == "KHBD").values(sensitive=True))
    assert items(call(cast.officer).get(f"/obligations?period={WEEK}")) == []


def test_an_officer_learns_of_a_record_only_when_it_is_filed(
    context: Context, call: Call, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("một")).record
    asked = f"/obligations?owner={cast.teacher.user_id}&record_type=KHBD&period={WEEK}"
    (plan,) = items(call(cast.officer).get(asked))
    assert (plan["status"], plan["record"]) == ("under_way", None)
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    decide(context, None, record, Action.FILE)
    (plan,) = items(call(cast.officer).get(asked))
    assert (plan["status"], plan["record"]) == ("filed", str(record.id))


def test_the_year_is_the_periods_own_or_the_one_asked_for(call: Call, cast: Cast) -> None:
    caller = call(cast.teacher)
    assert items(caller.get("/obligations?owner=me&year=2019-2020")) == []
    assert items(caller.get("/obligations?owner=me&period=2019-2020/W12")) == []


@pytest.mark.parametrize(
    "query", ["owner=nobody", "status=gone", "limit=0", "next=W10=", "year=2026", "next=WzEsMiwzXQ=="]
)
def test_a_malformed_question_is_refused(call: Call, cast: Cast, query: str) -> None:
    assert code_of(call(cast.teacher).get(f"/obligations?{query}")) == (422, "invalid_request")
