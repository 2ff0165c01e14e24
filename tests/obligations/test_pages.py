"""The pages of obligations, as people open them in a browser without JavaScript."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import update

from app.catalogue.models import RecordType
from app.clock import today
from app.context import Context
from app.curriculum.choices import choices_of
from tests.browsing import send, signed_in
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from workflows.model import Action

WEEK = "2026-2027/W12"
Pdf = Callable[..., bytes]


def test_each_thing_owed_leads_to_the_form_with_everything_filled_in(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.teacher.email)
    page = browser.get("/viec-cua-toi").text
    link = "/nop?record_type=KHBD&amp;period=2026-2027/W12"
    assert link in page
    form = browser.get(link.replace("&amp;", "&")).text
    assert f'<option value="{WEEK}" selected>' in form
    assert '<option value="KHBD" data-kind="week" data-by-lesson selected>' in form


def test_a_record_under_way_says_whom_it_waits_for(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("một"), title="Bài của tuần").record
    page = signed_in(app, cast.teacher.email).get("/viec-cua-toi").text
    assert f"/ho-so/{record.id}" in page
    assert "Chờ tổ trưởng" in page
    decide(context, cast.head, record, Action.RETURN, "Thiếu mục tiêu")
    assert "Bị trả lại, cần sửa" in signed_in(app, cast.teacher.email).get("/viec-cua-toi").text


def test_names_of_files_find_what_they_are_for(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.teacher.email)
    names = ["KHBD_Tuan12_GV.pdf", "scan.pdf"]
    found = send(browser, "/viec-cua-toi/xep", "/viec-cua-toi", name=names).get_json()
    assert found[1] == {"slot": None, "lesson": None}
    assert f'data-id="{found[0]["slot"]}"' in browser.get("/viec-cua-toi").text


def test_files_for_all_weeks_of_the_year_find_them_among_what_is_offered(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.teacher.email)
    names = [f"KHBD_Tuan{week:02}.pdf" for week in range(1, 36)]
    found = send(browser, "/viec-cua-toi/xep", "/viec-cua-toi", name=names).get_json()
    offered = offered_in(browser.get("/viec-cua-toi").text)
    more = offered_in(browser.get("/viec-cua-toi/con-lai").text)
    assert [each["slot"] for each in found if str(each["slot"]) not in offered + more] == []
    assert len({each["slot"] for each in found}) == 35
    assert more
    assert set(offered).isdisjoint(more)


def offered_in(page: str) -> list[str]:
    return re.findall(r'<option data-id="(\d+)"', page)


def test_the_lesson_that_a_files_name_tells_finds_its_week_and_fills_in_the_rest(
    app: Flask, context: Context, cast: Cast
) -> None:
    browser = signed_in(app, cast.teacher.email)
    with context.database.transaction() as session:
        lessons = choices_of(session, cast.teacher, "2026-2027", today())
    lesson = next(each for each in lessons if each.period == WEEK)
    name = f"{lesson.subject} {lesson.title}.pdf"
    (found,) = send(browser, "/viec-cua-toi/xep", "/viec-cua-toi", name=[name]).get_json()
    assert found["lesson"] == {
        "id": lesson.id,
        "group": found["lesson"]["group"],
        "title": lesson.title,
        "period": WEEK,
    }
    option = browser.get("/viec-cua-toi").text.partition(f'data-id="{found["slot"]}"')[2]
    assert f'"period": "{WEEK}"' in option.partition(">")[0]


def test_the_principals_board_names_everybody_and_a_heads_only_his_department(app: Flask, cast: Cast) -> None:
    school = signed_in(app, cast.principal.email).get("/theo-doi").text
    department = signed_in(app, cast.head.email).get("/theo-doi").text
    assert "Giáo viên Một A" in school
    assert "Giáo viên Năm A" in school
    assert "Giáo viên Một A" in department
    assert "Giáo viên Năm A" not in department
    assert "Một B" not in school


def test_a_type_opens_into_months_and_a_month_into_weeks(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.principal.email)
    months = browser.get("/theo-doi?record_type=KHBD").text
    assert 'data-label="Tháng 10"' in months
    assert 'data-label="Tuần 12"' not in months
    weeks = browser.get("/theo-doi?record_type=KHBD&window=2026-2027/M11").text
    assert 'data-label="Tuần 11"' in weeks


@pytest.mark.parametrize("query", ["window=x", "department=x", "department=99999999999", "record_type=x"])
def test_a_filter_that_makes_no_sense_is_refused_by_its_name(app: Flask, cast: Cast, query: str) -> None:
    answer = signed_in(app, cast.principal.email).get(f"/theo-doi?{query}")

    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.text


def test_an_office_never_sees_types_with_pupils_sensitive_data(
    app: Flask, context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        session.execute(update(RecordType).where(RecordType.code == "KHBD").values(sensitive=True))
    board = signed_in(app, cast.officer.email).get("/theo-doi?school=truong-a").text
    assert "KHBD" not in board


def test_evidence_is_a_page_a_paper_and_a_workbook(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("một"), title="Phân số").record
    decide(context, cast.head, record, Action.APPROVE)
    browser = signed_in(app, cast.teacher.email)
    assert "Phân số" in browser.get("/minh-chung").text
    paper = PdfDocument(browser.get("/minh-chung.pdf").data)
    words = paper[0].get_textpage().get_text_range()
    assert "Phân số" in words
    assert "MINH CHỨNG" in words
    sheet = load_workbook(io.BytesIO(browser.get("/minh-chung.xlsx").data)).worksheets[0]
    row = [cell.value for cell in sheet[2]]
    assert "Phân số" in row
    assert record.sha256 in row


def test_evidence_of_others_is_for_those_who_look_after_them(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    hand_in(context, cast.teacher, pdf("một"), title="Phân số")
    address = f"/minh-chung?person={cast.teacher.user_id}"
    assert "Phân số" in signed_in(app, cast.head.email).get(address).text
    for stranger in (cast.teacher2, cast.head2, cast.b_principal):
        assert signed_in(app, stranger.email).get(address).status_code == 404


def test_a_plan_of_reminders_is_kept(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.principal.email)
    sent = {"enabled": "on", "days_before": "4", "days_after": "2", "head_told_after": "6"}
    assert send(browser, "/nhac-viec", "/nhac-viec", **sent).status_code == 302
    assert 'value="4"' in browser.get("/nhac-viec").text
    assert send(browser, "/nhac-viec", "/nhac-viec", **sent | {"days_after": "99"}).status_code == 422
