"""The pages of the school year, through a browser without JavaScript."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.calendar.days import Calendar
from app.calendar.making import Layout, default_calendar, laid_out
from app.calendar.models import DeadlineRule
from app.calendar.queries import calendar_of, deadline_exceptions_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import present_year, year_after
from app.context import Context
from app.schools.queries import school_by_code
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import hand_in

YEAR = "2026-2027"
HOME = "/nam-hoc/truong-a"
EDIT = f"{HOME}/sua?nam={YEAR}"
DEADLINES = f"{HOME}/han-nop?nam={YEAR}"


@pytest.fixture
def principal(web_context: Context) -> FlaskClient:
    return signed_in(application_on(web_context), "hieutruong@truong-a.example")


@pytest.fixture
def teacher(web_context: Context) -> FlaskClient:
    return signed_in(application_on(web_context), "gv1@truong-a.example")


def fields_of(calendar: Calendar) -> dict[str, str]:
    """What the form says of a calendar, with the digest of what was on the page."""
    fields = {"seen": calendar.digest}
    for days in calendar.periods:
        part = days.period.partition("/")[2]
        fields |= {f"{part}-from": days.starts_on.isoformat(), f"{part}-to": days.ends_on.isoformat()}
    return fields


def saved(context: Context) -> Calendar:
    with context.database.transaction() as session:
        return calendar_of(session, school_by_code(session, "truong-a").id, YEAR)


def test_everybody_of_the_school_reads_the_year_and_only_some_may_change_it(
    principal: FlaskClient, teacher: FlaskClient
) -> None:
    assert teacher.get("/nam-hoc").location == HOME
    page = teacher.get(f"{HOME}?nam={YEAR}").text
    assert "07/09/2026" in page
    assert "23/05/2027" in page
    assert "Nghỉ Tết Nguyên đán" in page
    assert "Sửa lịch" not in page
    assert "Sửa lịch" in principal.get(HOME).text
    assert teacher.get(EDIT).status_code == 403


def test_an_officer_looks_a_school_up(web_context: Context) -> None:
    officer = signed_in(application_on(web_context), "canbo@phong.example")
    assert "Trường Tiểu học A" in officer.get("/nam-hoc").text
    assert "Sửa lịch" not in officer.get(HOME).text


def test_rows_are_saved_as_typed(context: Context, principal: FlaskClient) -> None:
    fields = fields_of(default_calendar(YEAR)) | {"W35-from": "", "W35-to": "", "W34-to": "15/05/2027"}
    assert send(principal, EDIT, EDIT, **fields).status_code == 302
    weeks = saved(context).of_kind(PeriodKind.WEEK)
    assert (len(weeks), f"{weeks[-1].ends_on:%d/%m/%Y}") == (34, "15/05/2027")
    assert "Có ngày học" not in principal.get(f"{HOME}?nam={YEAR}").text


def test_every_wrong_row_is_named_beside_its_field_and_nothing_is_saved(
    context: Context, principal: FlaskClient
) -> None:
    changes = {"W05-from": "2026-09-20", "W07-to": "31/02/2027", "W36-from": "2027-05-24"}
    answer = send(principal, EDIT, EDIT, **(fields_of(default_calendar(YEAR)) | changes))
    assert answer.status_code == 422
    assert all(f'id="W{number}-error"' in answer.text for number in ("05", "07", "36"))
    assert 'id="W08-error"' not in answer.text
    assert 'value="31/02/2027"' in answer.text
    assert saved(context).digest == default_calendar(YEAR).digest


def test_a_week_with_records_is_not_dropped_and_the_page_names_it_and_their_number(
    context: Context, cast: Cast, principal: FlaskClient, pdf: Callable[..., bytes]
) -> None:
    for number, owner in enumerate((cast.teacher, cast.teacher2)):
        hand_in(context, owner, pdf(f"{number}"), period=f"{YEAR}/W31")
    shorter = laid_out(YEAR, Layout(date(2026, 9, 7), (17, 13)), default_calendar(YEAR).holidays)
    fields = fields_of(shorter) | {"seen": default_calendar(YEAR).digest}
    answer = send(principal, EDIT, EDIT, **fields)
    assert answer.status_code == 422
    assert 'id="W31-error"' in answer.text
    assert "Tuần này đang có 2 hồ sơ nên không bỏ được." in answer.text
    assert 'id="W32-error"' not in answer.text
    assert saved(context).digest == default_calendar(YEAR).digest


def test_weeks_are_laid_out_anew_without_saving(context: Context, principal: FlaskClient) -> None:
    page = principal.get(f"{EDIT}&first=2026-08-31&weeks1=17&weeks2=18").text
    assert 'name="W01-from" value="2026-08-31"' in page
    assert saved(context).digest == default_calendar(YEAR).digest
    assert principal.get(f"{EDIT}&first=x&weeks1=99&weeks2=1").status_code == 422


def test_two_who_edit_at_once_do_not_overwrite_each_other(context: Context, principal: FlaskClient) -> None:
    fields = fields_of(default_calendar(YEAR))
    assert send(principal, EDIT, EDIT, **(fields | {"W35-from": "", "W35-to": ""})).status_code == 302
    assert send(principal, EDIT, EDIT, **fields).status_code == 409
    assert len(saved(context).of_kind(PeriodKind.WEEK)) == 34


def test_next_year_is_shown_before_it_is_made(principal: FlaskClient) -> None:
    path, copy = f"{HOME}/chep?nam={present_year()}", default_calendar(year_after(present_year()))
    assert f"{copy.teaching()[0]:%d/%m/%Y}" in principal.get(path).text
    assert send(principal, path, path, seen=copy.digest).location.endswith(copy.year)
    assert send(principal, path, path, seen="0").status_code == 409


def test_a_holiday_is_added_and_taken_away(context: Context, principal: FlaskClient) -> None:
    added = send(principal, f"{HOME}/ngay-nghi?nam={YEAR}", HOME, name="Nghỉ bão", first="2026-10-05")
    assert added.status_code == 302
    assert "Nghỉ bão" in principal.get(f"{HOME}?nam={YEAR}").text
    off = next(each for each in saved(context).holidays if each.name == "Nghỉ bão")
    assert off.starts_on == off.ends_on
    assert send(principal, f"{HOME}/ngay-nghi?nam={YEAR}", HOME, name="Nghỉ bão").status_code == 422


def test_a_rule_is_set_in_the_words_of_the_form_and_dropped(context: Context, principal: FlaskClient) -> None:
    wish = {"about": "type:KHBD", "days": "3", "anchor": "before_begin", "at": "12:00", "opens": "7"}
    assert send(principal, DEADLINES, DEADLINES, **wish).status_code == 302
    page = principal.get(DEADLINES).text
    assert "Trước khi tuần bắt đầu 3 ngày, 12:00; nhận từ 7 ngày trước hạn" in page
    with context.database.transaction() as session:
        rule = session.scalars(select(DeadlineRule)).one()
        assert (rule.period_kind, rule.days, rule.opens_days) == ("week", -3, -10)
    drop = f"{HOME}/han-nop/{rule.id}/bo?nam={YEAR}"
    assert send(principal, drop, DEADLINES).status_code == 302
    assert "Trường tự đặt" not in principal.get(DEADLINES).text
    assert send(principal, DEADLINES, DEADLINES, **(wish | {"days": "x"})).status_code == 422


def test_an_exception_is_granted_seen_by_its_person_and_taken_back(
    context: Context, cast: Cast, principal: FlaskClient, teacher: FlaskClient
) -> None:
    wish = {"person": str(cast.teacher.user_id), "period": f"{YEAR}/W12", "day": "2026-12-05", "at": "17:00"}
    path = f"{HOME}/ngoai-le?nam={YEAR}"
    assert send(principal, path, DEADLINES, reason="Nghỉ ốm", **wish).status_code == 302
    page = teacher.get(DEADLINES).text
    assert "Nghỉ ốm" in page
    assert "05/12/2026 17:00" in page
    assert "Nghỉ ốm" not in signed_in(application_on(context), "gv2@truong-a.example").get(DEADLINES).text
    with context.database.transaction() as session:
        granted = deadline_exceptions_of(session, school_by_code(session, "truong-a").id, YEAR)[0]
    revoke = f"{path.partition('?')[0]}/{granted.id}/thu-hoi?nam={YEAR}"
    assert send(principal, revoke, DEADLINES).status_code == 302
    assert "Nghỉ ốm" not in teacher.get(DEADLINES).text
    assert send(principal, revoke, DEADLINES).status_code == 409


def test_an_exception_without_its_day_or_person_is_refused(principal: FlaskClient, cast: Cast) -> None:
    path = f"{HOME}/ngoai-le?nam={YEAR}"
    person = str(cast.teacher.user_id)
    wish = {"period": f"{YEAR}/W12", "reason": "Nghỉ ốm"}
    assert send(principal, path, DEADLINES, person=person, **wish).status_code == 422
    assert send(principal, path, DEADLINES, person="x", day="2026-12-05", **wish).status_code == 422
    assert send(principal, path, DEADLINES, person=person, owed="nothing", **wish).status_code == 302
    assert "Không phải nộp" in principal.get(DEADLINES).text
