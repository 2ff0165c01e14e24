"""Somebody who teaches at two schools hands in for the one he means, with its types, weeks and lessons."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.context import Context
from app.people.models import Membership, Role
from app.records.models import Record
from app.schools.queries import school_by_code
from app.teaching.models import Assignment, Duty, Subject
from tests.browsing import application_on, send, signed_in, token_of
from tests.conftest import Cast

Pdf = Callable[..., bytes]
FIRST, SECOND = "truong-a", "truong-b"
WEEK = "2026-2027/W12"
OF_THE_SECOND = f"/nop?school={SECOND}&period={WEEK}"
PLAN = {"record_type": "KHBD", "period": WEEK}


@pytest.fixture
def teacher(context: Context, cast: Cast) -> FlaskClient:
    """A teacher of the first school who has taken over mathematics at the second."""
    with context.database.transaction() as session:
        school = school_by_code(session, SECOND)
        session.add(Membership(user_id=cast.teacher.user_id, role=Role.TEACHER, school_id=school.id))
        subject = select(Subject.id).where(Subject.school_id == school.id, Subject.code == "TOAN")
        session.execute(
            update(Assignment)
            .where(Assignment.subject_id.in_(subject), Assignment.duty == Duty.SUBJECT)
            .values(user_id=cast.teacher.user_id)
        )
    return signed_in(application_on(context), cast.teacher.email)


def school_of_the_record(context: Context) -> str:
    with context.database.sessions() as session:
        record = session.scalars(select(Record)).one()
        return {school_by_code(session, code).id: code for code in (FIRST, SECOND)}[record.school_id]


@pytest.mark.parametrize("school", [FIRST, SECOND])
def test_a_record_goes_to_the_school_that_was_chosen(
    context: Context, teacher: FlaskClient, pdf: Pdf, school: str
) -> None:
    page = f"/nop?school={school}"
    assert f'name="school" value="{school}"' in teacher.get(page).text
    answer = send(teacher, "/nop", page, files=(io.BytesIO(pdf("bài")), "bài.pdf"), school=school, **PLAN)

    assert "Đã nhận" in answer.text
    assert f'name="school" value="{school}"' in answer.text
    assert school_of_the_record(context) == school


def test_each_schools_lessons_are_offered_for_its_own_records_alone(teacher: FlaskClient) -> None:
    first, second = teacher.get(f"/nop?period={WEEK}").text, teacher.get(OF_THE_SECOND).text
    assert "Toán · 1A" in first
    assert "Toán · 1A" not in second
    assert "Toán · 6A" in second

    token = token_of(teacher.get("/nop"))
    asked = {"csrf_token": token, "period": WEEK, "school": SECOND, "name": "x.pdf"}
    told = teacher.post("/phan-phoi-chuong-trinh/goi-y", data=asked).get_json()
    assert told["lessons"]
    assert all("1A" not in each["group"] for each in told["lessons"])


def test_a_lesson_says_for_which_school_it_is_planned(
    context: Context, teacher: FlaskClient, pdf: Pdf
) -> None:
    lesson = teacher.get(OF_THE_SECOND).text.partition('id="lesson"')[2].split('<option value="')[2]
    file = (io.BytesIO(pdf("bài")), "bài.pdf")
    send(teacher, "/nop", "/nop", files=file, lesson=lesson.partition('"')[0], school=FIRST, **PLAN)

    assert school_of_the_record(context) == SECOND


def test_what_is_owed_leads_to_the_form_of_its_school(teacher: FlaskClient) -> None:
    page = teacher.get("/viec-cua-toi").text
    assert f"school={FIRST}" in page


def test_nobody_hands_in_for_a_school_he_does_not_belong_to(
    web_context: Context, cast: Cast, pdf: Pdf
) -> None:
    stranger = signed_in(application_on(web_context), cast.teacher.email)
    assert "Nộp cho trường" not in stranger.get(f"/nop?school={SECOND}").text
    file = (io.BytesIO(pdf("bài")), "bài.pdf")
    answer = send(stranger, "/nop", "/nop", files=file, school=SECOND, **PLAN)
    assert "Đã nhận" not in answer.text
