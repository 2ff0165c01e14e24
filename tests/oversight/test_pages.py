"""The pages of an office in a browser without JavaScript: its schools, and the windows it lays over them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.context import Context
from app.locks.models import OfficeWindow
from app.obligations.summaries import count_again
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast

LOCKS, WINDOWS = "/khoa-so", "/khoa-so/lich"
Browser = Callable[[str], FlaskClient]


@pytest.fixture
def browser(web_context: Context) -> Browser:
    """Sign somebody in, by the part of the address before the school."""
    app = application_on(web_context)
    return lambda who: signed_in(app, who if "@" in who else f"{who}@truong-a.example")


def test_an_office_sees_its_schools_from_the_kept_counts(app: Flask, context: Context, cast: Cast) -> None:
    count_again(context)
    browser = signed_in(app, cast.provincial_officer.email)
    assert browser.get("/theo-doi").location == "/theo-doi/cac-truong"
    page = browser.get("/theo-doi/cac-truong").text
    assert "/theo-doi?school=truong-a" in page
    assert "/theo-doi?school=truong-b" in page
    assert "/theo-doi?school=truong-b" not in browser.get("/theo-doi/cac-truong?q=tieu hoc").text
    assert "Giáo viên Một A" in browser.get("/theo-doi?school=truong-a").text


def test_an_officer_lays_a_window_every_school_sees_it_and_he_takes_it_back(
    context: Context, browser: Browser
) -> None:
    officer = browser("canbo@so.example")
    office = officer.get(WINDOWS).text.split('name="office"')[1].split('value="')[1].split('"')[0]
    window = {"office": office, "kind": "close", "year": "2026-2027", "record_type": ""}
    refused = send(officer, WINDOWS, WINDOWS, **window, reason="Quy định của Sở")
    assert refused.status_code == 422
    assert "Số ngày sau khi học kỳ kết thúc" in refused.text
    laid = send(officer, WINDOWS, WINDOWS, **window, days="10", reason="Quy định của Sở")
    assert laid.status_code == 302
    for school in ("gv1@truong-a.example", "gv1@truong-b.example"):
        seen = browser(school).get(LOCKS).text
        assert "sau khi học kỳ kết thúc 10 ngày" in seen
        assert "Học kỳ 1 · 2026-2027: đóng từ " in seen
    assert "Lịch của đơn vị cấp trên" in browser("canbo@phong.example").get(WINDOWS).text
    assert "Lịch của đơn vị cấp trên" not in officer.get(WINDOWS).text
    with context.database.transaction() as session:
        made = session.scalars(select(OfficeWindow.id)).one()
    assert send(officer, f"{WINDOWS}/{made}/bo", WINDOWS).status_code == 302
    assert "sau khi học kỳ kết thúc" not in browser("gv1").get(LOCKS).text


def test_an_officer_is_led_to_his_windows_and_a_teacher_may_not_see_the_form(browser: Browser) -> None:
    assert browser("canbo@phong.example").get(LOCKS).location == WINDOWS
    assert browser("gv1").get(WINDOWS).status_code == 403
