"""The pages of locks in a browser without JavaScript, and what other pages say of a closed period."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.context import Context
from app.locks.locking import Closing, lock
from app.locks.models import Lock
from app.running.worker import run_worker
from app.schools.models import School
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import hand_in

PAGE = "/khoa-so"
PERIOD = "2026-2027/M10"
Browser = Callable[[str], FlaskClient]


@pytest.fixture
def browser(web_context: Context) -> Browser:
    """Sign somebody in, by the part of the address before the school."""
    app = application_on(web_context)
    return lambda who: signed_in(app, who if "@" in who else f"{who}@truong-a.example")


def fields(**more: str) -> dict[str, str]:
    return {"period": PERIOD, "record_type": "KHBD", "reason": "Đã kiểm tra xong"} | more


def only_lock(context: Context) -> Lock:
    with context.database.transaction() as session:
        return session.scalars(select(Lock)).one()


def test_the_principal_locks_everybody_sees_it_and_he_opens_again(context: Context, browser: Browser) -> None:
    principal = browser("hieutruong")
    assert send(principal, PAGE, PAGE, **fields()).status_code == 302
    seen = browser("gv1").get(PAGE).text
    assert "Tháng 10 · 2026-2027" in seen
    assert "Đã kiểm tra xong" in seen
    assert "Mở khóa" not in seen
    path = f"{PAGE}/{only_lock(context).id}/mo"
    assert send(principal, path, PAGE, reason="Nộp bù").status_code == 302
    assert only_lock(context).lift_reason == "Nộp bù"
    assert "Đã mở gần đây" in principal.get(PAGE).text


def test_whoever_locks_is_told_how_many_records_that_stops(
    context: Context, cast: Cast, browser: Browser, pdf: Any
) -> None:
    for week in ("2026-2027/W07", "2026-2027/W08", "2026-2027/W20"):
        hand_in(context, cast.teacher, pdf(week), period=week)
    principal, told = browser("hieutruong"), "hồ sơ đang chờ duyệt dừng lại"
    send(principal, PAGE, PAGE, **fields())
    assert f"2 {told}" in principal.get(PAGE).text
    send(principal, PAGE, PAGE, **fields(period="2026-2027/W07"))
    assert told not in principal.get(PAGE).text


def test_the_office_needs_the_order_and_the_principal_is_told(context: Context, browser: Browser) -> None:
    clerk = browser("vanthu")
    refused = send(clerk, PAGE, PAGE, **fields())
    assert refused.status_code == 422
    assert "theo lệnh của hiệu trưởng" in refused.text
    assert 'value="Đã kiểm tra xong"' in refused.text
    assert send(clerk, PAGE, PAGE, **fields(ordered="Lệnh số 5")).status_code == 302
    assert "Lệnh số 5" in clerk.get(PAGE).text
    run_worker(context, wait=False)


def test_a_form_without_a_reason_is_shown_again_with_what_is_wrong(browser: Browser) -> None:
    answer = send(browser("hieutruong"), PAGE, PAGE, **fields(reason=""))
    assert answer.status_code == 422
    assert "Nhập lý do." in answer.text


def test_the_upload_page_names_what_is_closed_before_anything_is_sent(
    context: Context, cast: Cast, browser: Browser
) -> None:
    with context.database.transaction() as session:
        school = session.scalars(select(School.id).where(School.code == "truong-a")).one()
        lock(session, cast.principal, school, Closing("2026-2027/HK1", "Hết kỳ"))
    page = browser("gv1").get("/nop").text
    assert "Kỳ đang khóa không nhận hồ sơ" in page
    assert "Tất cả loại hồ sơ · Học kỳ 1" in page
    closed = page.split('value="2026-2027/W12"')[1].split("</option>")[0]
    assert ("disabled" in closed, "(đã khóa)" in closed) == (True, True)
    assert "disabled" not in page.split('value="2026-2027/W30"')[1].split("</option>")[0]
    assert "Kỳ đang khóa" not in browser("gv1@truong-b.example").get("/nop").text


def test_a_records_page_says_why_it_offers_nothing(
    context: Context, cast: Cast, browser: Browser, pdf: Any
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    with context.database.transaction() as session:
        lock(session, cast.principal, record.school_id, Closing(record.period, "Hết hạn"))
    page = browser("totruong1").get(f"/ho-so/{record.id}").text
    assert "Tuần 12, năm học 2026-2027 đã khóa sổ: Hiệu trưởng A" in page
    assert 'value="approve"' not in page


def test_a_reader_of_english_is_told_the_closed_period_in_english(
    context: Context, cast: Cast, browser: Browser, pdf: Any
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    with context.database.transaction() as session:
        lock(session, cast.principal, record.school_id, Closing(record.period, "Hết hạn"))
    head = browser("totruong1")
    send(head, "/ngon-ngu", "/ho-so", language="en")
    page = head.get(f"/ho-so/{record.id}").text
    assert "Week 12, school year 2026-2027 is locked" in page


def test_the_queue_says_what_is_closed_and_offers_nothing_for_it(
    context: Context, cast: Cast, browser: Browser, pdf: Any
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    with context.database.transaction() as session:
        lock(session, cast.principal, record.school_id, Closing(record.period, "Hết hạn"))
    page = browser("totruong1").get("/cho-duyet").text
    assert "1 hồ sơ nằm trong kỳ đã khóa sổ, chưa quyết định được." in page
    assert "Tuần 12 · 2026-2027 đã khóa sổ" in page
    assert ('name="item"' in page, 'id="select-all"' in page, 'name="action"' in page) == (
        False,
        False,
        False,
    )
    hand_in(context, cast.teacher, pdf("tuần sau"), period="2026-2027/W13")
    page = browser("totruong1").get("/cho-duyet").text
    assert (page.count('name="item"'), "Chọn tất cả 1 hồ sơ" in page) == (1, True)
    assert 'value="approve"' in page


def test_what_is_owed_in_a_closed_period_has_no_button(
    context: Context, cast: Cast, browser: Browser
) -> None:
    link = "/nop?record_type=KHBD&amp;period=2026-2027/W12"
    assert link in browser("gv1").get("/viec-cua-toi").text
    with context.database.transaction() as session:
        school = session.scalars(select(School.id).where(School.code == "truong-a")).one()
        lock(session, cast.principal, school, Closing("2026-2027/W12", "Hết hạn", "KHBD"))
    page = browser("gv1").get("/viec-cua-toi").text
    assert link not in page
    assert "Kỳ đã khóa sổ" in page
