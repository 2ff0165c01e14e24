"""The pages of curriculum plans, through a browser without JavaScript."""

import io
import re

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from app.context import Context
from app.curriculum.models import Curriculum, Lesson
from app.curriculum.queries import lessons_in, plans_of
from app.schools.queries import school_by_code
from app.teaching.models import Subject
from tests.browsing import application_on, send, signed_in
from tests.sheets.books import sheet_of

YEAR = "2026-2027"
HOME = "/phan-phoi-chuong-trinh/truong-a"
IMPORT = f"{HOME}/nhap?nam={YEAR}"
AGREE = f"{HOME}/nhap/dong-y?nam={YEAR}"

Rows = list[list[object]]
PLAN: Rows = [
    ["Tuần", "Tên bài học", "Số tiết"],
    [1, "Bài 1: Ôn tập", 2],
    [2, "Bài 2: Phân số", 1],
    [2, "Bài 3: Hỗn số", 2],
]


@pytest.fixture(autouse=True)
def without_plans(context: Context) -> None:
    with context.database.transaction() as session:
        session.execute(delete(Lesson))
        session.execute(delete(Curriculum))


@pytest.fixture
def head(web_context: Context) -> FlaskClient:
    return signed_in(application_on(web_context), "totruong1@truong-a.example")


@pytest.fixture
def teacher(web_context: Context) -> FlaskClient:
    return signed_in(application_on(web_context), "gv1@truong-a.example")


def subject_id(context: Context, school_code: str = "truong-a") -> int:
    with context.database.transaction() as session:
        school = school_by_code(session, school_code)
        named = select(Subject.id).where(Subject.school_id == school.id, Subject.code == "TOAN")
        return session.scalars(named).one()


def preview(context: Context, client: FlaskClient, rows: Rows, **changes: object) -> TestResponse:
    file = (io.BytesIO(sheet_of(rows)), "ppct.xlsx")
    fields = {"subject": subject_id(context), "grade": 5, "file": file} | changes
    return send(client, IMPORT, IMPORT, **fields)


def agree(client: FlaskClient, previewed: TestResponse) -> TestResponse:
    found = re.search(r'name="draft" value="([^"]+)"', previewed.text)
    assert found, previewed.text
    return send(client, AGREE, IMPORT, draft=found[1])


def saved(context: Context) -> list[list[str]]:
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
        plans = [view.plan.id for view in plans_of(session, school.id, YEAR)]
        return [[lesson.title for lesson in lessons_in(session, plan)] for plan in plans]


def test_a_head_looks_at_a_plan_agrees_and_everybody_reads_it(
    context: Context, head: FlaskClient, teacher: FlaskClient
) -> None:
    previewed = preview(context, head, PLAN)
    assert previewed.status_code == 200
    assert saved(context) == []
    done = agree(head, previewed)
    assert saved(context) == [["Bài 1: Ôn tập", "Bài 2: Phân số", "Bài 3: Hỗn số"]]
    page = teacher.get(done.location).text
    assert "Tuần 2" in page
    assert 'Tiết <span class="text-nowrap">4–5</span>' in page
    assert "Nhập bản khác" not in page
    assert "Toán 5" in teacher.get(f"{HOME}?nam={YEAR}").text


def test_a_faulty_plan_names_row_cell_and_mend_and_cannot_be_agreed_to(
    context: Context, head: FlaskClient
) -> None:
    answer = preview(context, head, [*PLAN, [36, "Bài 36", 1]])
    assert answer.status_code == 422
    assert "Dòng 5, ô A5" in answer.text
    assert "vượt quá tuần cuối" in answer.text
    assert 'name="draft"' not in answer.text


def test_a_later_plan_shows_the_difference_and_leaves_the_earlier_one_readable(
    context: Context, head: FlaskClient
) -> None:
    first = agree(head, preview(context, head, PLAN)).location
    changed: Rows = [*PLAN[:2], [3, "Bài 2: Phân số", 1], [3, "Bài 4: Tỉ số", 2]]
    previewed = preview(context, head, changed)
    said = "1 bài mới, 1 bài đổi tuần hoặc tiết, 1 bài giữ nguyên, 1 bài bị bỏ"
    assert said in previewed.text
    second = agree(head, previewed).location
    assert saved(context) == [["Bài 1: Ôn tập", "Bài 2: Phân số", "Bài 4: Tỉ số"]]
    earlier = head.get(first).text
    assert "Bài 3: Hỗn số" in earlier
    assert "Bản cũ" in earlier
    assert first in head.get(second).text


def test_the_same_plan_again_is_nothing_to_import(context: Context, head: FlaskClient) -> None:
    agree(head, preview(context, head, PLAN))
    again = preview(context, head, PLAN)
    assert "Không có gì để nhập" in again.text
    assert 'name="draft"' not in again.text


def test_a_draft_counts_only_for_who_saw_it_unchanged_and_against_the_same_plan(
    context: Context, head: FlaskClient
) -> None:
    other = signed_in(application_on(context), "totruong2@truong-a.example")
    previewed = preview(context, head, PLAN)
    assert agree(other, previewed).status_code == 409
    assert send(head, AGREE, IMPORT, draft="khác").status_code == 409
    agree(other, preview(context, other, PLAN[:3]))
    assert agree(head, previewed).status_code == 409
    assert saved(context) == [["Bài 1: Ôn tập", "Bài 2: Phân số"]]


def test_another_schools_subject_is_unknown(context: Context, head: FlaskClient) -> None:
    assert preview(context, head, PLAN, subject=subject_id(context, "truong-b")).status_code == 404
    assert preview(context, head, PLAN, subject="x").status_code == 422
    assert preview(context, head, PLAN, grade=9).status_code == 422


def test_a_teacher_may_not_import(teacher: FlaskClient) -> None:
    assert teacher.get(IMPORT).status_code == 403
    assert "Nhập từ tệp XLSX" not in teacher.get(f"{HOME}?nam={YEAR}").text


def test_a_plan_is_carried_over_once(context: Context, head: FlaskClient) -> None:
    plan = agree(head, preview(context, head, PLAN)).location
    copied = send(head, f"{plan}/chep", plan)
    assert "năm học 2027-2028" in head.get(copied.location).text
    again = send(head, f"{plan}/chep", plan)
    assert again.status_code == 409
    assert "đã có phân phối chương trình" in again.text


def test_a_plan_and_an_empty_one_are_given_as_workbooks(context: Context, head: FlaskClient) -> None:
    plan = agree(head, preview(context, head, PLAN)).location
    sheet = load_workbook(io.BytesIO(head.get(f"{plan}.xlsx").data)).worksheets[0]
    assert [cell.value for cell in sheet[3]] == [2, 2, "Bài 2: Phân số", 1, "3", None]
    assert head.get(f"{HOME}/nhap/mau.xlsx").status_code == 200
