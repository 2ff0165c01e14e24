"""Guessing somebody's password makes the guesser wait, wherever he comes from, and not the owner."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.context import Context
from app.people.guessing import MOST_FROM_EVERYWHERE, MOST_PER_ACCOUNT, Attempt, account_key, network_of
from app.people.models import SignInFailure, User
from tests.browsing import sign_in, signed_in_by_password

EMAIL = "gv1@truong-a.example"
WRONG = "Sai#MatKhau1"
OWNER, GUESSER = "192.0.2.1", "198.51.100.7"


def at(app: Flask, network_address: str) -> FlaskClient:
    """Open a browser that nobody knows, somewhere."""
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = network_address
    return browser


def guess(app: Flask, network_address: str, times: int, email: str = EMAIL) -> list[int]:
    browser = at(app, network_address)
    return [sign_in(browser, email, WRONG).status_code for _ in range(times)]


def plant(context: Context, key: str, times: int) -> None:
    with context.database.transaction() as session:
        session.add_all(SignInFailure(key=key) for _ in range(times))


def test_the_guesser_waits_and_the_owner_signs_in_elsewhere(app: Flask) -> None:
    assert guess(app, GUESSER, 6) == [401] * 5 + [429]

    assert sign_in(at(app, GUESSER), EMAIL).status_code == 429
    assert sign_in(at(app, OWNER), EMAIL).status_code == 302


def test_a_browser_that_was_signed_in_before_passes_even_beside_the_guesser(app: Flask) -> None:
    known = at(app, GUESSER)
    sign_in(known, EMAIL)

    guess(app, GUESSER, 6)

    assert sign_in(known, EMAIL).status_code == 302


def test_a_known_browser_has_a_small_budget_of_its_own(app: Flask) -> None:
    known = signed_in_by_password(app, EMAIL)

    statuses = [sign_in(known, EMAIL, WRONG).status_code for _ in range(6)]

    assert statuses == [401] * MOST_PER_ACCOUNT + [429]
    assert sign_in(at(app, OWNER), EMAIL).status_code == 302


def test_a_browser_is_known_for_whom_it_was_signed_in_alone(app: Flask) -> None:
    colleague = at(app, GUESSER)
    sign_in(colleague, "gv2@truong-a.example")

    statuses = [sign_in(colleague, EMAIL, WRONG).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    assert sign_in(colleague, "gv2@truong-a.example").status_code == 302


def test_a_shared_browser_is_known_for_everybody_who_signed_in_there(app: Flask) -> None:
    shared = at(app, GUESSER)
    sign_in(shared, EMAIL)
    sign_in(shared, "gv2@truong-a.example")

    guess(app, GUESSER, 6)

    assert sign_in(shared, EMAIL).status_code == 302


@pytest.mark.parametrize("forged", ["", "x", "W10.x.y", '["a",["b"]]'])
def test_a_forged_mark_of_a_known_browser_counts_for_nothing(app: Flask, forged: str) -> None:
    guess(app, GUESSER, 5)
    forger = at(app, GUESSER)
    forger.set_cookie("kyduyet-known", forged)

    assert sign_in(forger, EMAIL).status_code == 429


def test_guesses_from_many_places_are_bounded_and_a_known_browser_still_passes(
    app: Flask, context: Context
) -> None:
    known = signed_in_by_password(app, EMAIL)
    plant(context, account_key(EMAIL), MOST_FROM_EVERYWHERE - 1)

    assert guess(app, "203.0.113.1", 1) == [401]
    assert guess(app, "203.0.113.2", 1) == [429]
    assert sign_in(known, EMAIL).status_code == 302
    # The owner's coming does not give the guessers a new budget.
    assert guess(app, "203.0.113.3", 1) == [429]


def test_an_unknown_account_is_braked_like_one_that_exists(app: Flask) -> None:
    assert guess(app, GUESSER, 6, "khongco@truong-a.example") == guess(app, OWNER, 6)


def test_the_answer_says_when_to_come_again(app: Flask, context: Context) -> None:
    guess(app, GUESSER, 5)
    with context.database.transaction() as session:
        session.execute(update(SignInFailure).values(at=SignInFailure.at - timedelta(minutes=10)))

    answer = sign_in(at(app, GUESSER), EMAIL)

    assert 280 <= int(answer.headers["Retry-After"]) <= 300
    assert "Đợi 5 phút" in answer.text


def test_the_api_says_it_too(app: Flask) -> None:
    caller = app.test_client()
    for _ in range(5):
        caller.post("/api/v1/tokens", json={"email": EMAIL, "password": WRONG})

    answer = caller.post("/api/v1/tokens", json={"email": EMAIL, "password": WRONG})

    assert (answer.status_code, answer.json and answer.json["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 900


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::4", "2001:db8:1:3::4", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unix:", "", True),
    ],
)
def test_a_place_is_one_address_or_the_network_that_one_customer_has(
    one: str, other: str, same: bool
) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_an_attempt_does_not_show_its_password() -> None:
    assert WRONG not in repr(Attempt(EMAIL, WRONG, OWNER))


def test_a_temporary_password_ends_in_days_and_says_what_to_do(app: Flask, context: Context) -> None:
    def given(days: int) -> None:
        ago = User.password_set_at - timedelta(days=days)
        with context.database.transaction() as session:
            changed = {"must_change_password": True, "password_set_at": ago}
            session.execute(update(User).where(User.email == EMAIL).values(changed))

    given(6)
    assert sign_in(at(app, OWNER), EMAIL).status_code == 302
    given(2)
    answer = sign_in(at(app, OWNER), EMAIL)

    assert answer.status_code == 403
    assert "Mật khẩu tạm đã quá hạn" in answer.text
    assert "cấp mật khẩu tạm mới" in answer.text
