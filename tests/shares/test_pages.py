"""The page of shares in a browser: each finds there what he may do, and what was decided."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.context import Context
from app.running.worker import run_worker
from app.shares.models import Share, ShareFinding, ShareState
from tests.browsing import application_on, send, signed_in, token_of
from tests.shares.sharing import OFFICER, PROVINCE, ask, give, state_of, wish, year

Cast = Any
PAGE = "/chia-se"
PRINCIPAL, ADMIN, CLERK = (f"{who}@truong-a.example" for who in ("hieutruong", "quantri", "vanthu"))
STRANGER_SCHOOL = "hieutruong@truong-b.example"


@pytest.fixture
def browser(web_context: Context) -> Callable[[str], FlaskClient]:
    """Sign somebody in."""
    app = application_on(web_context)
    return lambda email: signed_in(app, email)


def fill_in(client: FlaskClient, path: str, **fields: str) -> Any:
    """Fill in the form with the only choice there is."""
    page = client.get(PAGE)
    way = re.search(r'<option value="(\d+:\d+)">', page.text)
    assert way, page.text
    filled = {"csrf_token": token_of(page), "way": way[1], "year": year(), "last": "", **fields}
    return client.post(path, data=filled)


def only_share(context: Context) -> Share:
    with context.database.transaction() as session:
        return session.scalars(select(Share)).one()


def test_a_principal_shares_and_takes_back(context: Context, browser: Callable[[str], FlaskClient]) -> None:
    principal = browser(PRINCIPAL)
    assert fill_in(principal, PAGE, email=OFFICER).status_code == 302
    run_worker(context, wait=False)
    page = principal.get(PAGE).text
    assert OFFICER in page
    assert "Đang chia sẻ" in page
    assert "Hiệu trưởng A" in page
    share = only_share(context)
    assert send(principal, f"{PAGE}/{share.id}/thu-hoi", PAGE).status_code == 302
    run_worker(context, wait=False)
    assert state_of(context, share) == ShareState.CLOSED
    assert f"{PAGE}/{share.id}/thu-hoi" not in principal.get(PAGE).text


def test_an_officer_asks_and_the_principal_answers(
    context: Context, browser: Callable[[str], FlaskClient]
) -> None:
    assert fill_in(browser(OFFICER), f"{PAGE}/de-nghi", email=PROVINCE).status_code == 302
    share = only_share(context)
    consenting = f"{PAGE}/{share.id}/dong-y"
    assert consenting not in browser(OFFICER).get(PAGE).text
    assert consenting not in browser(ADMIN).get(PAGE).text
    principal = browser(PRINCIPAL)
    assert consenting in principal.get(PAGE).text
    assert send(principal, consenting, PAGE).status_code == 302
    assert state_of(context, share) == ShareState.OPENING
    assert "Đồng ý" in browser(PROVINCE).get(PAGE).text


def test_what_is_wrong_with_a_wish_is_said_beside_the_form(browser: Callable[[str], FlaskClient]) -> None:
    answer = fill_in(browser(PRINCIPAL), PAGE, email=OFFICER, last="2020-01-01")
    assert answer.status_code == 422
    assert "Ngày hết hạn chia sẻ không hợp lệ." in answer.text
    assert 'value="canbo@phong.example"' in answer.text


@pytest.mark.parametrize("field", [{"way": "1:999"}, {"way": "x"}, {"year": "1999-2000"}, {"email": ""}])
def test_what_the_form_does_not_offer_is_not_taken(
    browser: Callable[[str], FlaskClient], field: dict[str, str]
) -> None:
    assert fill_in(browser(PRINCIPAL), PAGE, **{"email": OFFICER, **field}).status_code == 422


def test_a_clerk_looks_and_changes_nothing(
    context: Context, cast: Cast, browser: Callable[[str], FlaskClient]
) -> None:
    share = give(context, cast.principal)
    page = browser(CLERK).get(PAGE).text
    assert OFFICER in page
    assert f"{PAGE}/{share.id}/" not in page
    assert 'name="way"' not in page


def test_another_school_sees_nothing_of_it(
    context: Context, cast: Cast, browser: Callable[[str], FlaskClient]
) -> None:
    give(context, cast.principal)
    ask(context, cast.officer)
    page = browser(STRANGER_SCHOOL).get(PAGE).text
    assert "canbo@" not in page
    assert "Trường Tiểu học A" not in page


def test_an_officer_sees_in_the_tree_until_when_a_year_is_shared(
    context: Context, cast: Cast, browser: Callable[[str], FlaskClient]
) -> None:
    share = give(context, cast.principal)
    run_worker(context, wait=False)
    assert "đến hết" in browser(OFFICER).get("/cay-thu-muc/").text
    assert OFFICER in browser(OFFICER).get(PAGE).text
    assert state_of(context, share) == ShareState.OPEN


def test_what_the_store_refused_is_said_with_a_button(
    context: Context, cast: Cast, browser: Callable[[str], FlaskClient]
) -> None:
    share = give(context, cast.principal)
    with context.database.transaction() as session:
        session.get_one(Share, share.id).error_code = "store_policy"
    principal = browser(PRINCIPAL)
    assert "Chính sách của đơn vị quản lý tài khoản" in principal.get(PAGE).text
    assert send(principal, f"{PAGE}/{share.id}/thu-lai", PAGE).status_code == 302
    run_worker(context, wait=False)
    assert state_of(context, share) == ShareState.OPEN
    assert "Chính sách" not in principal.get(PAGE).text


def test_findings_are_shown_with_a_button_for_links_that_can_be_closed(
    context: Context, browser: Callable[[str], FlaskClient]
) -> None:
    school_id = wish(context).school_id
    common = {"school_id": school_id, "role": "reader", "path": year()}
    with context.database.transaction() as session:
        session.add_all(
            [
                ShareFinding(kind="public", email="", grant_id="a", closable=True, **common),
                ShareFinding(
                    kind="stranger", email="la@ngoai.example", grant_id="b", closable=False, **common
                ),
            ]
        )
    principal = browser(PRINCIPAL)
    page = principal.get(PAGE).text
    assert "la@ngoai.example" in page
    assert "Liên kết công khai" in page
    assert "Quyền: chỉ xem" in page
    assert page.count('/go"') == 1
    assert "la@ngoai.example" not in browser(OFFICER).get(PAGE).text
    assert send(principal, f"{PAGE}/kiem-tra/{school_id}", PAGE).status_code == 302
