"""Coming and going in a browser: the brake on guessing, where one lands, and being put out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.context import Context
from app.db import now
from app.demo.people import PASSWORD
from app.people.models import SignInFailure, User
from app.web.application import create_app
from tests.browsing import send, sign_in, signed_in_by_password, token_of

EMAIL = "gv1@truong-a.example"
INSIDE = "/mat-khau"


def age_failures(context: Context, minutes: int) -> None:
    with context.database.transaction() as session:
        session.execute(update(SignInFailure).values(at=SignInFailure.at - timedelta(minutes=minutes)))


def test_the_right_password_opens_the_start_page(client: FlaskClient) -> None:
    answer = sign_in(client, EMAIL)

    assert (answer.status_code, answer.location) == (302, "/")


def test_the_address_may_be_typed_in_capitals_and_with_spaces(client: FlaskClient) -> None:
    assert sign_in(client, "  GV1@Truong-A.example ").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient) -> None:
    wrong = sign_in(client, EMAIL, "Sai#MatKhau1")
    unknown = sign_in(client, "khongco@truong-a.example", "Sai#MatKhau1")

    assert wrong.status_code == unknown.status_code == 401
    assert "Địa chỉ thư hoặc mật khẩu không đúng." in wrong.text
    # The form's token tells the second it was made in.
    as_shown = wrong.text.replace(EMAIL, "").replace(token_of(wrong), "")
    assert as_shown == unknown.text.replace("khongco@truong-a.example", "").replace(token_of(unknown), "")


def test_an_address_that_no_database_can_hold_is_merely_wrong(client: FlaskClient) -> None:
    assert sign_in(client, "gv1\0@truong-a.example").status_code == 401


def test_after_five_wrong_tries_even_the_right_password_must_wait(
    client: FlaskClient, context: Context
) -> None:
    for _ in range(5):
        assert sign_in(client, EMAIL, "Sai#MatKhau1").status_code == 401

    assert sign_in(client, EMAIL).status_code == 429
    age_failures(context, minutes=14)
    assert sign_in(client, EMAIL).status_code == 429
    age_failures(context, minutes=2)
    assert sign_in(client, EMAIL).status_code == 302


def test_guessing_at_one_account_does_not_lock_out_a_colleague(client: FlaskClient) -> None:
    for _ in range(6):
        sign_in(client, EMAIL, "Sai#MatKhau1")

    assert sign_in(client, "gv2@truong-a.example").status_code == 302


def test_fifty_wrong_tries_from_one_network_stop_that_network(client: FlaskClient, context: Context) -> None:
    sign_in(client, EMAIL, "Sai#MatKhau1")
    with context.database.transaction() as session:
        keys = session.scalars(select(SignInFailure.key)).all()
        session.add_all(SignInFailure(key=key) for key in keys for _ in range(49))

    assert sign_in(client, "gv2@truong-a.example").status_code == 429


def test_without_the_form_token_nobody_is_signed_in_by_password(client: FlaskClient) -> None:
    form = {"email": EMAIL, "password": "KyDuyet#Demo1"}

    answer = client.post("/dang-nhap", data=form)

    assert answer.status_code == 400
    assert client.get(INSIDE).status_code == 302


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/ho-so?state=returned", "/ho-so?state=returned"),
        ("https://elsewhere.example/ho-so", "/"),
        ("//elsewhere.example/ho-so", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("ho-so", "/"),
    ],
)
def test_after_signing_in_one_is_only_sent_to_pages_of_this_site(
    client: FlaskClient, asked: str, reached: str
) -> None:
    assert sign_in(client, EMAIL, next=asked).location == reached


def test_signing_in_carries_nothing_over_from_the_session_before(client: FlaskClient) -> None:
    with client.session_transaction() as browser:
        browser["planted"] = "by somebody else"

    sign_in(client, EMAIL)

    with client.session_transaction() as browser:
        assert "planted" not in browser


def test_the_session_cookie_is_kept_from_scripts_and_from_other_sites(client: FlaskClient) -> None:
    cookies = sign_in(client, EMAIL).headers.getlist("Set-Cookie")

    assert {cookie.partition("=")[0] for cookie in cookies} == {"kyduyet", "kyduyet-known"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_over_https_cookies_are_this_hosts_alone(context: Context) -> None:
    settings = replace(context.settings, base_url="https://kyduyet.example")
    parts = Context(settings, context.database, context.sandbox, context.staging)
    client = create_app(parts).test_client()

    token = token_of(client.get("/dang-nhap", base_url=settings.base_url))
    form = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    headers = {"Referer": f"{settings.base_url}/dang-nhap"}
    answer = client.post("/dang-nhap", base_url=settings.base_url, data=form, headers=headers)

    cookies = answer.headers.getlist("Set-Cookie")
    assert {each.partition("=")[0] for each in cookies} == {"__Host-kyduyet", "__Host-kyduyet-known"}
    for cookie in cookies:
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_signing_out_ends_the_session_and_is_audited(client: FlaskClient, context: Context) -> None:
    sign_in(client, EMAIL)

    answer = send(client, "/dang-xuat", INSIDE)

    assert answer.location == "/"
    with context.database.transaction() as session:
        assert "sign_out" in session.scalars(select(AuditEntry.kind)).all()
    assert client.get(INSIDE).status_code == 302


def test_a_person_disabled_meanwhile_is_out_with_the_next_click(
    client: FlaskClient, context: Context
) -> None:
    sign_in(client, EMAIL)
    assert client.get(INSIDE).status_code == 200
    with context.database.transaction() as session:
        session.execute(update(User).where(User.email == EMAIL).values(disabled_at=now()))

    assert client.get(INSIDE).status_code == 302
    assert sign_in(client, EMAIL).status_code == 401


def test_only_who_has_the_right_password_is_told_that_the_account_is_locked(
    client: FlaskClient, context: Context
) -> None:
    with context.database.transaction() as session:
        session.execute(update(User).where(User.email == EMAIL).values(disabled_at=now()))

    wrong, right = sign_in(client, EMAIL, "Sai#MatKhau1"), sign_in(client, EMAIL)

    assert "Địa chỉ thư hoặc mật khẩu không đúng." in wrong.text
    assert "bị khóa" not in wrong.text
    assert "Tài khoản này đang bị khóa." in right.text
    assert wrong.status_code == right.status_code == 401
    with context.database.transaction() as session:
        failed = session.scalars(select(AuditEntry.kind).where(AuditEntry.kind == "sign_in.failed")).all()
        assert len(failed) == 2


def test_the_language_chosen_stays_with_the_account(client: FlaskClient) -> None:
    sign_in(client, EMAIL)

    answer = send(client, "/ngon-ngu", INSIDE, language="en", next=INSIDE)

    assert answer.location == INSIDE
    other = signed_in_by_password(client.application, EMAIL)
    with other.session_transaction() as browser:
        assert browser["language"] == "en"


def test_a_language_that_the_product_does_not_speak_is_refused(client: FlaskClient) -> None:
    token = token_of(client.get("/dang-nhap"))

    assert client.post("/ngon-ngu", data={"csrf_token": token, "language": "xx"}).status_code == 422
