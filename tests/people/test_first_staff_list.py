"""A new school comes to its principal and heads through the pages alone, with the office above."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.commands.founding import add_first_administrator, found_school
from app.context import Context
from app.running.worker import run_worker
from tests.browsing import send, sign_in, signed_in, signed_in_by_password
from tests.conftest import Cast
from tests.notices.post_office import PostOffice
from tests.people.test_staff_list import HEADINGS, agree, preview, sealed_in
from tests.sheets.books import sheet_of

REQUESTS = "/tai-khoan/xac-nhan"
OWN = "Của#Riêng2026"
STAFF = [
    ("Phạm Hiệu Trưởng", "ht@th-moi.example", "Hiệu trưởng", None, "M01"),
    ("Lê Tổ Trưởng", "tt@th-moi.example", "Tổ trưởng, Giáo viên", "Tổ 1", "M02"),
    ("Vũ Giáo Viên", "gv@th-moi.example", "Giáo viên", "Tổ 1", "M03"),
]


@dataclass(frozen=True)
class NewSchool:
    """A school that has an administrator and nobody else."""

    app: Flask
    admin: FlaskClient


@pytest.fixture
def school(client: FlaskClient, context: Context) -> NewSchool:
    """Found it below the demo's office, and let its administrator choose a password."""
    with context.database.transaction() as session:
        founded = found_school(session, "th-moi", "Trường Mới", ["primary"], "phong", ["Tổ 1"])
        password = add_first_administrator(session, founded, "qt@th-moi.example", "Trần Quản Trị")
    return NewSchool(client.application, settled(client.application, "qt@th-moi.example", password))


def settled(app: Flask, email: str, password: str) -> FlaskClient:
    """Sign in with a temporary password and choose one's own."""
    browser = signed_in_by_password(app, email, password)
    chosen = {"current": password, "new": OWN, "again": OWN}
    assert send(browser, "/mat-khau", "/mat-khau", **chosen).status_code == 302
    return browser


def import_staff(school: NewSchool) -> str:
    """Import the list to its end, and return what the preview said."""
    seen = preview(school.admin, sheet_of([HEADINGS, *STAFF]))
    assert agree(school.admin, sealed_in(seen)).status_code == 200
    return seen.text


def number_of(browser: FlaskClient, name: str) -> str:
    """Return the number of the request about a person that the page offers to confirm."""
    row = next(
        each for each in browser.get(REQUESTS).text.split("<tr>") if name in each and "checkbox" in each
    )
    found = re.search(r'name="request" value="(\d+)"', row)
    assert found
    return found[1]


def half_for(page: str, name: str) -> str:
    """Return the half of a password that a page shows for a person."""
    found = re.search(rf"{name}.*?<code>([^<]+)</code>", page, re.DOTALL)
    assert found
    return found[1]


def confirmed(browser: FlaskClient, school: NewSchool, name: str) -> str:
    """Have a request confirmed, and return the password whose halves two people hand over."""
    answer = send(browser, REQUESTS, REQUESTS, request=number_of(browser, name))
    assert answer.status_code == 200
    first = half_for(school.admin.get(REQUESTS).text, name)
    return f"{first}-{half_for(answer.text, name)}"


def test_the_preview_says_who_becomes_a_request(school: NewSchool) -> None:
    seen = import_staff(school)
    assert "3 người mới" in seen
    assert "2 người được giao vai trò duyệt, ký" in seen
    assert seen.count("Vai trò chờ xác nhận") == 2


def test_the_office_confirms_the_first_principal_and_he_confirms_the_heads(
    school: NewSchool, cast: Cast
) -> None:
    import_staff(school)
    officer = signed_in(school.app, cast.officer.email)
    principal = settled(school.app, STAFF[0][1], confirmed(officer, school, STAFF[0][0]))

    head = settled(school.app, STAFF[1][1], confirmed(principal, school, STAFF[1][0]))

    assert "Chờ duyệt" in head.get("/cho-duyet").text
    assert "Không có đề nghị" not in principal.get(REQUESTS).text


def test_the_administrator_alone_confirms_nothing_and_the_password_he_gave_is_of_no_use(
    school: NewSchool, cast: Cast
) -> None:
    given = agree(school.admin, sealed_in(preview(school.admin, sheet_of([HEADINGS, *STAFF])))).text
    password = half_for(given, STAFF[0][1])
    number = number_of(signed_in(school.app, cast.officer.email), STAFF[0][0])
    assert send(school.admin, REQUESTS, REQUESTS, request=number).status_code == 403

    confirmed(signed_in(school.app, cast.officer.email), school, STAFF[0][0])
    assert sign_in(school.app.test_client(), STAFF[0][1], password).status_code == 401


def test_the_account_page_says_what_it_waits_for_and_who_may_confirm_it(school: NewSchool) -> None:
    import_staff(school)
    people = school.admin.get("/tai-khoan").text
    page = re.search(rf'href="(/tai-khoan/[0-9a-f-]+)">{STAFF[0][0]}', people)
    assert page
    shown = school.admin.get(page[1]).text
    assert "Đang chờ xác nhận:" in shown
    assert "+ Hiệu trưởng" in shown
    assert "Trần Quản Trị đề nghị lúc" in shown
    assert "Phó hiệu trưởng hoặc cơ quan quản lý trường xác nhận." in shown


def test_the_letters_name_everybody_of_the_list_who_decides(
    school: NewSchool, writing: Context, office: PostOffice, cast: Cast
) -> None:
    import_staff(school)
    run_worker(writing, wait=False)
    (letter,) = (each for each in office.letters if each["To"] == cast.officer.email)
    said = letter.get_content().replace("\r\n", "\n")
    assert letter["Subject"] == "Tài khoản của người duyệt, ký: 2 đề nghị, Trường Mới"
    assert (
        "- Phạm Hiệu Trưởng (ht@th-moi.example), Trường Mới: giao vai trò duyệt, ký: Hiệu trưởng\n"
        "- Lê Tổ Trưởng (tt@th-moi.example), Trường Mới: giao vai trò duyệt, ký: Tổ trưởng Tổ 1\n"
    ) in said
    assert "Vũ Giáo Viên" not in said
