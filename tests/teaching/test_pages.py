"""The pages of classes and duties, through a browser without JavaScript."""

import pytest
from flask.testing import FlaskClient

from app.context import Context
from app.schools.queries import school_by_code
from app.teaching.queries import duties_of
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast

YEAR = "2026-2027"
CLASSES = f"/lop-hoc/truong-a?nam={YEAR}"
DUTIES = f"/phan-cong/truong-a?nam={YEAR}"


@pytest.fixture
def principal(web_context: Context) -> FlaskClient:
    return signed_in(application_on(web_context), "hieutruong@truong-a.example")


@pytest.fixture
def teacher(web_context: Context) -> FlaskClient:
    return signed_in(application_on(web_context), "gv1@truong-a.example")


def test_everybody_reads_who_leads_which_class_and_only_some_may_change_it(
    principal: FlaskClient, teacher: FlaskClient
) -> None:
    page = teacher.get(CLASSES).text
    assert "1A" in page
    assert "Giáo viên Một A" in page
    assert "Thêm lớp" not in page
    assert "Thêm lớp" in principal.get(CLASSES).text


def test_a_class_is_added_and_a_second_one_of_its_name_is_refused_on_the_page(principal: FlaskClient) -> None:
    assert send(principal, CLASSES, CLASSES, name="4C", grade="").status_code == 302
    again = send(principal, CLASSES, CLASSES, name="4c", grade="4")

    assert again.status_code == 409
    assert "Năm học này đã có lớp 4c." in again.text
    assert 'value="4c"' in again.text


def test_a_duty_is_ended_on_its_own_page(context: Context, cast: Cast, principal: FlaskClient) -> None:
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
        duty = duties_of(session, school.id, YEAR, person=cast.teacher.user_id)[0].assignment
    page = f"/phan-cong/truong-a/{duty.id}"

    wrong = send(principal, f"{page}/ket-thuc", page, last="01/01/2020")
    done = send(principal, f"{page}/ket-thuc", page, last="05/09/2026")

    assert (wrong.status_code, done.status_code) == (422, 302)
    assert "01/08/2026 đến 31/07/2027" in wrong.text
    shown = principal.get(f"/phan-cong/truong-a/nguoi/{cast.teacher.user_id}?nam={YEAR}").text
    assert "<h1>Giáo viên Một A</h1>" in shown
    assert "Đã kết thúc" in shown


def test_the_page_of_duties_gathers_classes_by_subject(principal: FlaskClient) -> None:
    page = principal.get(DUTIES).text

    assert "3A, 3B, 4A, 4B, 5A, 5B" in page
    assert principal.get("/phan-cong/truong-a/nguoi/00000000-0000-4000-8000-000000000000").status_code == 404


def test_classes_are_carried_over_from_their_page(principal: FlaskClient) -> None:
    copy = f"/lop-hoc/truong-a/chep?nam={YEAR}"
    assert "10 lớp sẽ được thêm" in principal.get(copy).text
    assert send(principal, copy, copy).status_code == 302
    assert "Chưa có" in principal.get("/lop-hoc/truong-a?nam=2027-2028").text
