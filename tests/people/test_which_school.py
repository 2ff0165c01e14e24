"""Where somebody may do a thing in several schools, a page names the one it is about, and none is guessed."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue.periods import present_year
from app.clock import today
from app.context import Context
from app.errors import NotAllowed
from app.handovers.models import Handover
from app.laptops.models import LaptopPermission
from app.locks.models import Lock
from app.obligations.models import ReminderPlan
from app.people.models import Delegation, Role, User
from app.people.which_school import WhichSchool, the_school
from app.schools.queries import school_by_code
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.two_schools import FIRST, SECOND, also_at, only_school_of

NAMES = {FIRST: "Trường Tiểu học A", SECOND: "Trường Trung học cơ sở B"}


def school_id(context: Context, code: str) -> int:
    with context.database.transaction() as session:
        return school_by_code(session, code).id


@pytest.fixture
def principal(web_context: Context, cast: Cast) -> FlaskClient:
    """The principal of the first school, who leads the second one too."""
    also_at(web_context, cast.principal, SECOND, Role.PRINCIPAL)
    return signed_in(application_on(web_context), cast.principal.email)


@pytest.fixture
def office(web_context: Context, cast: Cast) -> FlaskClient:
    """The administrator of the first school, who administers the second one too."""
    also_at(web_context, cast.records_admin, SECOND, Role.RECORDS_ADMIN)
    return signed_in(application_on(web_context), cast.records_admin.email)


def test_the_only_school_needs_no_name_and_of_several_one_is_named(context: Context) -> None:
    first, second = school_id(context, FIRST), school_id(context, SECOND)
    with context.database.transaction() as session:
        assert the_school(session, [second], "").code == SECOND
        assert the_school(session, [first, second], SECOND).code == SECOND
        with pytest.raises(WhichSchool) as refused:
            the_school(session, [first, second], "")
        assert refused.value.values == {"choices": f"{FIRST}, {SECOND}"}
        for own, code in (([first], SECOND), ([], ""), ([first, second], "truong-c")):
            with pytest.raises(NotAllowed):
                the_school(session, own, code)


PAGES = {
    "/khoa-so": "principal",
    "/nhac-viec": "principal",
    "/quy-che": "principal",
    "/may-tinh": "principal",
    "/theo-doi": "principal",
    "/minh-chung": "principal",
    "/tai-khoan": "office",
    "/tai-khoan/moi": "office",
    "/tai-khoan/nhap": "office",
    "/ban-giao": "office",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_its_school_and_leads_to_the_other(page: str, request: pytest.FixtureRequest) -> None:
    browser: FlaskClient = request.getfixturevalue(PAGES[page])
    for code, name in NAMES.items():
        shown = browser.get(f"{page}?school={code}").text
        assert f'{page}?school={code}" aria-current="page">{name}' in shown
    assert browser.get(page).status_code == 200
    # A board's address stands for what it shows, so a board that is not there is not found.
    refused = 404 if page == "/theo-doi" else 403
    assert browser.get(f"{page}?school=truong-c").status_code == refused


@pytest.mark.parametrize("page", [*PAGES, "/nop"])
def test_who_is_at_one_school_is_never_asked_for_it(web_context: Context, cast: Cast, page: str) -> None:
    person = {"principal": cast.principal, "office": cast.records_admin}[PAGES.get(page, "principal")]
    shown = signed_in(application_on(web_context), person.email).get(page).text
    assert "?school=" not in shown.partition("<main")[2]
    assert NAMES[SECOND] not in shown


@pytest.mark.parametrize(
    ("page", "path", "who", "fields"),
    [
        (
            "/khoa-so",
            "/khoa-so",
            "principal",
            {"record_type": "", "period": "2026-2027/M09", "reason": "Hết hạn"},
        ),
        ("/nhac-viec", "/nhac-viec", "principal", {"days_before": 5, "days_after": 1, "head_told_after": 3}),
        ("/may-tinh", "/may-tinh", "principal", {"brings_computer": 1, "skilled": 1, "voluntary": 1}),
        (
            "/tai-khoan/moi",
            "/tai-khoan/moi",
            "office",
            {"name": "Người Mới", "email": "moi@truong-b.example", "place": "teacher:"},
        ),
    ],
)
def test_what_is_sent_without_a_school_is_done_in_none(
    page: str, path: str, who: str, fields: dict[str, Any], request: pytest.FixtureRequest, context: Context
) -> None:
    browser: FlaskClient = request.getfixturevalue(who)
    refused = send(browser, path, page, **fields)
    assert refused.status_code == 422
    assert f"{FIRST}, {SECOND}" in refused.text
    assert done(context) == {}

    assert send(browser, f"{path}?school={SECOND}", page, **fields).status_code in {200, 302}
    assert set(done(context).values()) == {school_id(context, SECOND)}


def done(context: Context) -> dict[str, int]:
    """Return in which school what the test sends was done."""
    with context.database.transaction() as session:
        found = {
            name: school
            for name, column in (
                ("locks", Lock.school_id),
                ("reminder plans", ReminderPlan.school_id),
                ("registrations", LaptopPermission.school_id),
            )
            for school in session.scalars(select(column))
        }
        if session.scalar(select(User.id).where(User.email == "moi@truong-b.example")):
            found["users"] = school_by_code(session, SECOND).id
    return found


def test_the_forms_of_a_page_go_to_its_school(office: FlaskClient) -> None:
    shown = office.get(f"/tai-khoan?school={SECOND}").text
    assert f'href="/tai-khoan/moi?school={SECOND}"' in shown
    assert f'<input type="hidden" name="school" value="{SECOND}">' in shown
    assert f'action="/tai-khoan/moi?school={SECOND}"' in office.get(f"/tai-khoan/moi?school={SECOND}").text
    assert f'action="/khoa-so?school={FIRST}"' in office.get("/khoa-so").text
    assert f'action="/khoa-so?school={SECOND}"' in office.get(f"/khoa-so?school={SECOND}").text


def test_each_schools_accounts_are_listed_for_it_alone(office: FlaskClient, cast: Cast) -> None:
    first, second = (office.get(f"/tai-khoan?school={code}").text for code in NAMES)
    assert cast.teacher.email in first
    assert cast.b_teacher.email not in first
    assert cast.b_teacher.email in second
    assert office.get(f"/tai-khoan/{cast.teacher.user_id}?school={SECOND}").status_code == 404


def test_who_reads_one_schools_accounts_and_administers_anothers_changes_those_alone(
    web_context: Context, cast: Cast
) -> None:
    also_at(web_context, cast.principal, SECOND, Role.RECORDS_ADMIN)
    browser = signed_in(application_on(web_context), cast.principal.email)
    assert "/tai-khoan/moi" not in browser.get(f"/tai-khoan?school={FIRST}").text
    assert "/tai-khoan/moi" in browser.get(f"/tai-khoan?school={SECOND}").text
    place = {"place": "teacher:"}
    path = f"/tai-khoan/{cast.teacher.user_id}/vai-tro?school={FIRST}"
    assert send(browser, path, f"/tai-khoan?school={SECOND}", **place).status_code == 403


def test_a_handover_is_drawn_up_in_the_school_that_is_shown(
    office: FlaskClient, context: Context, cast: Cast
) -> None:
    assert cast.b_teacher.name not in office.get(f"/ban-giao?school={FIRST}").text
    led = office.get(f"/ban-giao?school={SECOND}&nguoi={cast.b_teacher.user_id}")
    address = f"/ban-giao/lap/{cast.b_teacher.user_id}?school={SECOND}"
    assert led.headers["Location"] == address
    fields = {"taker": str(cast.b_head.user_id), "reason": "Nghỉ", "leaves": "y"}
    fields |= {"takes_effect_on": today().isoformat()}
    assert f'action="{address}"' in office.get(address).text
    made = send(office, address, address, **fields)
    assert made.status_code == 302, made.text
    with context.database.transaction() as session:
        assert session.scalars(select(Handover.school_id)).all() == [only_school_of(cast.b_teacher)]


MENU = re.compile(r'<a href="(/[^"]*)"')


@pytest.mark.parametrize(
    ("who", "role"),
    [("records_admin", Role.TEACHER), ("principal", Role.TEACHER), ("teacher", Role.RECORDS_ADMIN)],
)
def test_the_menu_leads_who_has_other_posts_at_another_school_nowhere_closed(
    web_context: Context, cast: Cast, who: str, role: Role
) -> None:
    person = also_at(web_context, getattr(cast, who), SECOND, role)
    browser = signed_in(application_on(web_context), person.email)
    for code in NAMES:
        heading = browser.get(f"/ban-giao?school={code}").text.partition("</header>")[0]
        heading += browser.get(f"/may-tinh?school={code}").text.partition("</header>")[0]
        links = set(MENU.findall(heading))
        assert {"/khoa-so", "/quy-che"} <= links
        closed = {link: browser.get(link, follow_redirects=True).status_code for link in links}
        assert {link: status for link, status in closed.items() if status != 200} == {}


def test_papers_are_those_of_the_school_asked_for(principal: FlaskClient) -> None:
    for path in ("/quy-che.docx", "/quy-che.pdf", "/may-tinh/danh-sach.pdf", "/sua-chua/tong-hop.pdf?ky="):
        assert principal.get(path).status_code == 422
    papers = [principal.get(f"/quy-che.pdf?school={code}").data for code in NAMES]
    assert papers[0] != papers[1]
    summaries = principal.get("/sua-chua").text
    for code, name in NAMES.items():
        assert f'name="school" value="{code}"' in summaries
        assert name in summaries


def test_each_post_is_lent_in_its_school(principal: FlaskClient, context: Context, cast: Cast) -> None:
    page = principal.get("/uy-quyen").text
    keys = [part.partition('"')[0] for part in page.partition('name="who"')[2].split('value="')[1:]]
    (key,) = [each for each in keys if str(cast.b_vice_principal.user_id) in each]
    day = today().isoformat()
    sent = send(principal, "/uy-quyen", "/uy-quyen", who=key, first=day, last=day, capacity="", reason="Họp")
    assert sent.status_code == 302, sent.text
    with context.database.transaction() as session:
        assert session.scalars(select(Delegation.school_id)).all() == [school_id(context, SECOND)]


def test_lists_are_narrowed_to_a_school(
    web_context: Context, app: Flask, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    person = also_at(web_context, cast.teacher, SECOND, Role.TEACHER)
    browser = signed_in(app, person.email)
    for code in NAMES:
        file = {
            "record_type": "KHBD",
            "period": f"{present_year()}/W12",
            "school": code,
            "title": f"Ở {code}",
        }
        assert hand_in_by(browser, pdf("bài"), file).status_code == 200
    both = browser.get("/ho-so").text
    narrowed = browser.get(f"/ho-so?school={SECOND}").text
    assert all(f"Ở {code}" in both for code in NAMES)
    assert f"Ở {SECOND}" in narrowed
    assert f"Ở {FIRST}" not in narrowed
    assert f'<option value="{SECOND}" selected>' in narrowed
    assert NAMES[FIRST] in both


def hand_in_by(browser: FlaskClient, content: bytes, fields: dict[str, Any]) -> Any:
    """Send a file by the form."""
    return send(browser, "/nop", "/nop", files=(io.BytesIO(content), "tệp.pdf"), **fields)
