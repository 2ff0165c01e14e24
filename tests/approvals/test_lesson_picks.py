"""Handing in by lesson: the lesson picked fills in what the record is called and which week it is for."""

import io
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from app.context import Context
from app.curriculum.importing import Place, add_plan
from app.curriculum.models import Curriculum, Lesson
from app.curriculum.plans import PlannedLesson
from app.curriculum.queries import lessons_for
from app.records.models import Record
from app.schools.queries import school_by_code
from app.teaching.models import Assignment, Duty, SchoolClass, Subject
from tests.browsing import application_on, send, signed_in, token_of
from tests.conftest import Cast

YEAR = "2026-2027"
SENT = {"record_type": "KHBD", "period": f"{YEAR}/W03"}
LESSONS = (
    PlannedLesson(12, "Bài 22: Phép trừ", 55, 1),
    PlannedLesson(12, "Bài 23: Phép cộng", 56, 2),
    PlannedLesson(20, "Bài 40: Ôn tập", 90, 1),
)

Pdf = Callable[..., bytes]


@pytest.fixture
def plan_id(context: Context, cast: Cast) -> int:
    """A plan of mathematics for the grade of the teacher's class, the only one of the school."""
    with context.database.transaction() as session:
        session.execute(delete(Lesson))
        session.execute(delete(Curriculum))
        school = school_by_code(session, "truong-a")
        subject = session.scalars(
            select(Subject.id).where(Subject.school_id == school.id, Subject.code == "TOAN")
        ).one()
        return add_plan(session, school.id, Place(YEAR, subject, 1), LESSONS, cast.head.user_id).id


@pytest.fixture
def teacher(web_context: Context) -> FlaskClient:
    return signed_in(application_on(web_context), "gv1@truong-a.example")


def class_id(context: Context, name: str) -> int:
    with context.database.transaction() as session:
        named = select(SchoolClass.id).where(SchoolClass.name == name, SchoolClass.year == YEAR)
        return session.scalars(named.order_by(SchoolClass.id)).first() or 0


def hand_in(client: FlaskClient, pdf: Pdf, **fields: str) -> TestResponse:
    file = (io.BytesIO(pdf("bài")), "tệp.pdf")
    return send(client, "/nop", "/nop", files=file, **(SENT | fields))


def test_a_lesson_fills_in_title_class_subject_and_week(
    context: Context, teacher: FlaskClient, plan_id: int, pdf: Pdf
) -> None:
    page = teacher.get(f"/nop?period={YEAR}/W12").text
    assert "Bài 23: Phép cộng (tiết 56–57)" in page
    assert "Bài 40" not in page
    answer = hand_in(teacher, pdf, lesson=f"{plan_id}-2-{class_id(context, '1A')}")
    assert "Đã nhận" in answer.text
    moved = "Theo bài đã chọn, hồ sơ được nộp cho Tuần 12 · 2026-2027, không phải Tuần 3 · 2026-2027."
    assert moved in answer.text
    kept_together = 'Bài 23: Phép cộng (tiết <span class="text-nowrap">56–57</span>)'
    assert kept_together in answer.text
    with context.database.transaction() as session:
        record = session.scalars(select(Record)).one()
        owed = lessons_for(session, record.school_id, YEAR)
    assert (record.slot_title, record.class_name, record.subject) == (
        "Bài 23: Phép cộng (tiết 56–57)",
        "1A",
        "Toán",
    )
    assert record.period == f"{YEAR}/W12"
    assert record.slot_title in owed["Toán", 1, record.period]
    for path in ("/ho-so", f"/ho-so/{record.id}", "/viec-cua-toi"):
        assert kept_together in teacher.get(path).text, path


def test_a_title_that_was_typed_stays(context: Context, teacher: FlaskClient, plan_id: int, pdf: Pdf) -> None:
    hand_in(teacher, pdf, lesson=f"{plan_id}-1-{class_id(context, '1A')}", title="Tên khác")
    with context.database.transaction() as session:
        assert session.scalars(select(Record.title)).one() == "Tên khác"


@pytest.mark.parametrize("chosen", ["x", "0-1-1", "{plan}-9-{own}", "{plan}-1-{other}"])
def test_a_lesson_one_does_not_teach_is_refused(
    context: Context, teacher: FlaskClient, plan_id: int, pdf: Pdf, chosen: str
) -> None:
    lesson = chosen.format(plan=plan_id, own=class_id(context, "1A"), other=class_id(context, "1B"))
    answer = hand_in(teacher, pdf, lesson=lesson)
    assert "Bài đã chọn không còn" in answer.text
    with context.database.transaction() as session:
        assert session.scalars(select(Record)).all() == []


def test_the_script_is_offered_the_weeks_lessons_and_guesses_by_name(
    teacher: FlaskClient, plan_id: int
) -> None:
    data = {
        "csrf_token": token_of(teacher.get("/nop")),
        "period": f"{YEAR}/W12",
        "name": ["Toan bai 23.pdf", "anh chup.pdf", "Bài 40 ôn tập.pdf"],
    }
    told = teacher.post("/phan-phoi-chuong-trinh/goi-y", data=data).get_json()
    assert [each["title"] for each in told["lessons"]] == [
        "Bài 22: Phép trừ (tiết 55)",
        "Bài 23: Phép cộng (tiết 56–57)",
    ]
    first, second, third = told["suggested"]
    assert first["id"].startswith(f"{plan_id}-2-")
    assert second is None
    assert third["title"] == "Bài 40: Ôn tập (tiết 90)"


def test_who_no_longer_teaches_it_is_offered_nothing(
    context: Context, cast: Cast, teacher: FlaskClient, plan_id: int
) -> None:
    with context.database.transaction() as session:
        taught = Assignment.duty == Duty.SUBJECT, Assignment.user_id == uuid.UUID(str(cast.teacher.user_id))
        session.execute(delete(Assignment).where(*taught))
    assert "Phép cộng" not in teacher.get(f"/nop?period={YEAR}/W12").text
    assert plan_id
