"""Browser sessions and tokens end at the server: by their owner, by their limits, with what they rest on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.context import Context
from app.people.accounts import administrator_of, disable, reset_password, sign_out_everywhere
from app.people.browser_names import browser_name
from app.people.leaving import end_posts
from app.people.models import BrowserSession, Token, User
from app.people.sessions import SEEN_EVERY, Uses
from app.people.sign_in import give_token
from tests.browsing import send, sign_in, signed_in_by_password
from tests.conftest import Cast

EMAIL = "gv1@truong-a.example"
INSIDE = "/mat-khau"
MINE = "/phien-dang-nhap"
COOKIE = "kyduyet"


def is_in(client: FlaskClient) -> bool:
    return client.get(INSIDE).status_code == 200


def stolen(client: FlaskClient) -> FlaskClient:
    """Open another browser with a copy of this one's session cookie."""
    copied = client.get_cookie(COOKIE)
    assert copied
    thief = client.application.test_client()
    thief.set_cookie(COOKIE, copied.value)
    return thief


def age(context: Context, column: str, by: timedelta) -> None:
    moment = getattr(BrowserSession, column)
    with context.database.transaction() as session:
        session.execute(update(BrowserSession).values({column: moment - by}))


def user_of(session: Session, cast: Cast) -> User:
    return session.get_one(User, cast.teacher.user_id)


def sessions_in(context: Context) -> list[BrowserSession]:
    with context.database.transaction() as session:
        return list(session.scalars(select(BrowserSession).order_by(BrowserSession.created_at)))


def test_a_cookie_that_was_copied_before_signing_out_opens_nothing_afterwards(app: Flask) -> None:
    owner = signed_in_by_password(app, EMAIL)
    thief = stolen(owner)
    assert is_in(thief)

    send(owner, "/dang-xuat", INSIDE)

    assert not is_in(thief)


def test_signing_in_again_ends_the_session_that_this_browser_was_in(app: Flask) -> None:
    owner = signed_in_by_password(app, EMAIL)
    before = stolen(owner)

    sign_in(owner, EMAIL)

    assert is_in(owner)
    assert not is_in(before)


def test_the_cookies_secret_is_not_kept(app: Flask, context: Context) -> None:
    owner = signed_in_by_password(app, EMAIL)

    with owner.session_transaction() as browser:
        secret = browser["_user_id"]
    (kept,) = sessions_in(context)
    assert secret.encode() not in kept.digest
    assert len(kept.digest) == 32


@pytest.mark.parametrize(
    ("column", "by", "stays"),
    [
        ("created_at", timedelta(hours=11, minutes=59), True),
        ("created_at", timedelta(hours=12, minutes=1), False),
        ("last_seen_at", timedelta(minutes=119), True),
        ("last_seen_at", timedelta(minutes=121), False),
    ],
)
def test_a_session_ends_by_its_length_and_by_idleness(
    app: Flask, context: Context, column: str, by: timedelta, stays: bool
) -> None:
    owner = signed_in_by_password(app, EMAIL)

    age(context, column, by)

    assert is_in(owner) is stays


def test_a_click_keeps_a_session_and_is_noted_once_a_minute(app: Flask, context: Context) -> None:
    owner = signed_in_by_password(app, EMAIL)
    is_in(owner)
    first = sessions_in(context)[0].last_seen_at
    is_in(owner)
    assert sessions_in(context)[0].last_seen_at == first

    age(context, "last_seen_at", SEEN_EVERY + timedelta(seconds=1))
    is_in(owner)

    assert sessions_in(context)[0].last_seen_at > first


def test_a_tokens_use_is_written_down_once_in_a_while() -> None:
    uses = Uses()

    assert [uses.is_due("a"), uses.is_due("a"), uses.is_due("b")] == [True, False, True]


Ending = Callable[[Session, Cast], object]


@pytest.mark.parametrize(
    "ending",
    [
        lambda session, cast: reset_password(
            session, administrator_of(session, cast.records_admin), cast.teacher.user_id
        ),
        lambda session, cast: disable(
            session, administrator_of(session, cast.records_admin), cast.teacher.user_id
        ),
        lambda session, cast: sign_out_everywhere(
            session, administrator_of(session, cast.records_admin), cast.teacher.user_id
        ),
        lambda session, cast: end_posts(
            session,
            cast.records_admin.posts[0].school_id,
            cast.teacher.user_id,
            cast.records_admin.user_id,
        ),
    ],
    ids=["reset", "disabled", "signed out by the administrator", "left the school"],
)
def test_what_an_account_rests_on_ends_its_sessions_and_tokens(
    app: Flask, context: Context, cast: Cast, ending: Ending
) -> None:
    owner = signed_in_by_password(app, EMAIL)
    with context.database.transaction() as session:
        give_token(session, user_of(session, cast))

    with context.database.transaction() as session:
        ending(session, cast)

    assert not is_in(owner)
    with context.database.transaction() as session:
        assert session.scalars(select(Token)).all() == []
        assert session.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).all() == []


def test_the_page_names_each_browser_and_says_which_is_this_one(app: Flask) -> None:
    owner = signed_in_by_password(app, EMAIL)
    other = app.test_client()
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    other.environ_base["HTTP_USER_AGENT"] = agent
    sign_in(other, EMAIL)

    shown = owner.get(MINE).text

    assert "Chrome · Windows" in shown
    assert shown.count("Phiên này") == 1


def test_one_ends_another_of_ones_own_sessions(app: Flask, context: Context) -> None:
    other, owner = signed_in_by_password(app, EMAIL), signed_in_by_password(app, EMAIL)
    first, _ = sessions_in(context)

    answer = send(owner, f"{MINE}/{first.id}/ket-thuc", MINE)

    assert answer.location == MINE
    assert is_in(owner)
    assert not is_in(other)


def test_to_end_the_session_at_hand_is_to_sign_out(app: Flask, context: Context) -> None:
    owner = signed_in_by_password(app, EMAIL)

    assert send(owner, f"{MINE}/{sessions_in(context)[0].id}/ket-thuc", MINE).location == "/"
    assert not is_in(owner)


def test_nobody_ends_anothers_session_or_token(app: Flask, context: Context, cast: Cast) -> None:
    victim = signed_in_by_password(app, EMAIL)
    with context.database.transaction() as session:
        give_token(session, user_of(session, cast))
        session.flush()
        token_id = session.scalars(select(Token.id)).one()
    other = signed_in_by_password(app, "gv2@truong-a.example")

    assert send(other, f"{MINE}/{sessions_in(context)[0].id}/ket-thuc", MINE).status_code == 404
    assert send(other, f"{MINE}/ma/{token_id}/ket-thuc", MINE).status_code == 404
    assert is_in(victim)


def test_all_others_end_at_once_with_the_tokens(app: Flask, context: Context, cast: Cast) -> None:
    others = [signed_in_by_password(app, EMAIL) for _ in range(2)]
    colleague = signed_in_by_password(app, "gv2@truong-a.example")
    owner = signed_in_by_password(app, EMAIL)
    with context.database.transaction() as session:
        give_token(session, user_of(session, cast), "Sổ điểm")
    assert "Sổ điểm" in owner.get(MINE).text

    send(owner, f"{MINE}/khac/ket-thuc", MINE)

    assert [is_in(each) for each in (*others, colleague, owner)] == [False, False, True, True]
    assert "Sổ điểm" not in owner.get(MINE).text


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("<script>alert(1)</script>", ""),
        ("x" * 10_000, ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_words_of_ours_only(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
