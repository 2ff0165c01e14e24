"""The pages of the catalogue, as people of the school and of the offices see them."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue.models import RecordType
from app.context import Context
from tests.browsing import send, signed_in
from tests.catalogue.steps import BEFORE, NEXT, YEAR, kept
from tests.conftest import Cast
from tests.handing_in import hand_in

A = "/danh-muc/truong-a"
JOURNAL = {
    "code": "NKTV",
    "name": "Nhật ký thư viện",
    "short_name": "NKTV Nhật ký thư viện",
    "way": "school:office:person",
    "period_kind": "month",
    "years": "5",
    "basis": "Quy chế của trường",
}


def browser_of(app: Flask, cast: Cast, role: str) -> FlaskClient:
    """A browser in which one of the cast is signed in."""
    return signed_in(app, getattr(cast, role).email)


def read(browser: FlaskClient, path: str = A) -> str:
    """The words of a page."""
    return unescape(browser.get(path, follow_redirects=True).text)


def shipped(context: Context, code: str) -> list[tuple[str, str | None]]:
    """The name of every version that ships of a record type, and the last year in which it is valid."""
    with context.database.sessions() as session:
        versions = select(RecordType).where(RecordType.code == code, RecordType.school_id.is_(None))
        found = session.scalars(versions.order_by(RecordType.version))
        return [(each.name, each.last_year) for each in found]


@pytest.mark.parametrize("role", ["teacher", "clerk", "officer", "provincial_officer"])
def test_whoever_belongs_to_the_school_or_oversees_it_reads_what_it_keeps_and_why(
    app: Flask, cast: Cast, role: str
) -> None:
    page = read(browser_of(app, cast, role))

    assert "Sổ chủ nhiệm" in page
    assert "Thông tư 15/2026/TT-BGDĐT, Điều 21 khoản 2 điểm b" in page
    assert "Mỗi giáo viên chủ nhiệm một hồ sơ" in page
    assert "chưa đối chiếu toàn văn" in page
    assert "Chưa xác nhận" in page


def test_staff_are_led_to_their_schools_catalogue_and_officers_choose_one(app: Flask, cast: Cast) -> None:
    assert browser_of(app, cast, "teacher").get("/danh-muc").location == A
    officer = browser_of(app, cast, "officer")
    assert "Trường Trung học cơ sở B" in read(officer, "/danh-muc")
    found = read(officer, "/danh-muc?q=tiểu")
    assert "Trường Tiểu học A" in found
    assert "Trường Trung học cơ sở B" not in found
    assert "Không tìm thấy trường nào" in read(officer, "/danh-muc?q=%25")


def test_another_schools_catalogue_is_not_found(app: Flask, cast: Cast) -> None:
    assert browser_of(app, cast, "b_principal").get(A).status_code == 404
    assert browser_of(app, cast, "officer").get("/danh-muc/truong-z").status_code == 404


def test_each_school_year_shows_its_own_catalogue(app: Flask, cast: Cast) -> None:
    teacher = browser_of(app, cast, "teacher")

    assert "Thông tư 28/2020/TT-BGDĐT" in read(teacher, f"{A}?nam=2025-2026")
    assert "Thông tư 28/2020/TT-BGDĐT" not in read(teacher, f"{A}?nam=2026-2027")
    assert f"năm học {YEAR}" in read(teacher, A)
    assert teacher.get(f"{A}?nam=nonsense").status_code == 422


@pytest.mark.parametrize("role", ["teacher", "clerk", "vice_principal", "officer"])
def test_who_may_not_change_the_catalogue_sees_no_button_for_it(app: Flask, cast: Cast, role: str) -> None:
    page = read(browser_of(app, cast, role))

    assert "/tat" not in page
    assert "/them" not in page


def test_the_principal_switches_off_for_next_year_and_on_again(
    context: Context, app: Flask, cast: Cast
) -> None:
    principal = browser_of(app, cast, "principal")

    send(principal, f"{A}/SDB/tat", A, year=NEXT)
    assert "SDB" not in kept(context, cast.teacher, NEXT)
    assert "SDB" in kept(context, cast.teacher, YEAR)
    send(principal, f"{A}/SDB/bat", A, year=NEXT)
    assert "SDB" in kept(context, cast.teacher, NEXT)


def test_a_refused_switch_says_on_the_page_what_to_do(
    context: Context, app: Flask, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf(), period=f"{YEAR}/W12")

    answer = send(browser_of(app, cast, "principal"), f"{A}/KHBD/tat", A, year=YEAR)

    assert answer.status_code == 409
    assert f"Tắt từ năm học {NEXT}." in unescape(answer.text)


def test_a_past_year_has_no_switches(app: Flask, cast: Cast) -> None:
    assert "/tat" not in read(browser_of(app, cast, "principal"), f"{A}?nam={BEFORE}")


def test_the_clerk_confirms_a_time_and_the_page_shows_it(app: Flask, cast: Cast) -> None:
    clerk = browser_of(app, cast, "clerk")

    send(clerk, f"{A}/KHBD/thoi-han", A, year=YEAR, years="7", basis="Mục 45")

    page = read(clerk)
    assert "Đã xác nhận" in page
    assert "7 năm" in page


@pytest.mark.parametrize("years", ["x", "0", "999", "-1"])
def test_an_impossible_time_is_refused(app: Flask, cast: Cast, years: str) -> None:
    clerk = browser_of(app, cast, "clerk")

    assert send(clerk, f"{A}/KHBD/thoi-han", A, years=years, basis="x").status_code == 422


def test_an_own_type_is_added_changed_ended_and_taken_up_again(
    context: Context, app: Flask, cast: Cast
) -> None:
    admin = browser_of(app, cast, "records_admin")

    assert send(admin, f"{A}/them", f"{A}/them", **JOURNAL, warned="y").status_code == 302
    assert "NKTV" in kept(context, cast.teacher)
    changed = {**JOURNAL, "name": "Sổ thư viện", "code": "KHBD"}
    send(admin, f"{A}/rieng/NKTV", f"{A}/rieng/NKTV", **changed)
    assert "Sổ thư viện" in read(admin)
    send(admin, f"{A}/rieng/NKTV/ngung", A, year=YEAR)
    assert "NKTV" not in kept(context, cast.teacher)
    assert "Loại riêng đã ngừng dùng" in read(admin)
    send(admin, f"{A}/rieng/NKTV/dung-lai", A)
    assert "NKTV" in kept(context, cast.teacher)


@pytest.mark.parametrize("step", ["", "/ngung", "/dung-lai"])
def test_a_type_that_ships_is_not_the_schools_to_change_whatever_is_sent(
    app: Flask, context: Context, cast: Cast, step: str
) -> None:
    admin, before = browser_of(app, cast, "records_admin"), shipped(context, "KHBD")

    sent = send(admin, f"{A}/rieng/KHBD{step}", A, **{**JOURNAL, "name": "Giáo án", "year": YEAR})

    assert sent.status_code == 404
    assert shipped(context, "KHBD") == before
    assert "KHBD" in kept(context, cast.teacher)


def test_the_form_of_an_own_type_names_what_is_wrong_and_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    admin, form = browser_of(app, cast, "records_admin"), f"{A}/them"

    unread = send(admin, form, form, **JOURNAL)
    nameless = send(admin, form, form, **{**JOURNAL, "name": "", "years": "mười"}, warned="y")
    taken = send(admin, form, form, **{**JOURNAL, "code": "KHBD"}, warned="y")

    assert (unread.status_code, taken.status_code) == (422, 409)
    assert "đánh dấu vào ô xác nhận" in unescape(unread.text)
    assert "Ô này không được để trống." in unescape(nameless.text)
    assert "để trống nếu vĩnh viễn" in unescape(nameless.text)
    assert "Mã “KHBD” đã có trong danh mục." in unescape(taken.text)
    assert "Nhật ký thư viện" in unescape(taken.text)
