"""Choosing a password: what a good one has, and what changing it ends."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.context import Context
from app.demo.people import PASSWORD
from app.people.models import User
from app.people.passwords import WeakPassword, check_strength, temporary_password
from app.people.sign_in import PasswordChangeDue, give_token
from tests.browsing import send, sign_in, signed_in

EMAIL = "gv1@truong-a.example"
NEW = "Moi#MatKhau2"


def change(client: FlaskClient, current: str, new: str, again: str | None = None) -> tuple[int, str]:
    answer = send(client, "/mat-khau", "/mat-khau", current=current, new=new, again=again or new)
    return answer.status_code, answer.text


def give_temporary_password(context: Context) -> None:
    with context.database.transaction() as session:
        session.execute(update(User).where(User.email == EMAIL).values(must_change_password=True))


@pytest.mark.parametrize("weak", ["", "Ab1#xyz", "ab1#xyzt", "AB1#XYZT", "Abc#xyzt", "Abc1xyzt", "Abc1 xyz"])
def test_a_password_that_lacks_something_is_weak(weak: str) -> None:
    with pytest.raises(WeakPassword):
        check_strength(weak)


@pytest.mark.parametrize("strong", ["Ab1#xyzt", "Mật-Khẩu-2026", PASSWORD])
def test_a_password_that_has_all_kinds_of_characters_is_strong(strong: str) -> None:
    check_strength(strong)


def test_temporary_passwords_are_strong_and_differ() -> None:
    made = {temporary_password() for _ in range(100)}

    assert len(made) == 100
    for password in made:
        check_strength(password)
        assert not set(password) & set("0O1lI")


def test_a_changed_password_replaces_the_old_one(client: FlaskClient) -> None:
    sign_in(client, EMAIL)

    assert change(client, PASSWORD, NEW)[0] == 302
    assert sign_in(client, EMAIL, PASSWORD).status_code == 401
    assert sign_in(client, EMAIL, NEW).status_code == 302


def test_changing_the_password_ends_the_other_sessions_but_not_this_one(client: FlaskClient) -> None:
    other = signed_in(client.application, EMAIL)
    sign_in(client, EMAIL)

    change(client, PASSWORD, NEW)

    assert client.get("/mat-khau").status_code == 200
    assert other.get("/mat-khau").status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "again", "status", "sentence"),
    [
        ("Sai#MatKhau1", NEW, NEW, 401, "<strong>Mật khẩu hiện tại không đúng."),
        (PASSWORD, "yeu", "yeu", 422, "chưa đủ mạnh"),
        (PASSWORD, PASSWORD, PASSWORD, 422, "trùng với mật khẩu đang dùng"),
        (PASSWORD, NEW, "Khac#MatKhau3", 200, "không giống nhau"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(
    client: FlaskClient, current: str, new: str, again: str, status: int, sentence: str
) -> None:
    sign_in(client, EMAIL)

    answered, text = change(client, current, new, again)

    assert answered == status
    assert sentence in text
    assert sign_in(client, EMAIL, PASSWORD).status_code == 302


def test_guessing_the_present_password_is_braked_like_signing_in(client: FlaskClient) -> None:
    sign_in(client, EMAIL)

    statuses = [change(client, "Sai#MatKhau1", NEW)[0] for _ in range(6)]

    assert statuses == [401] * 5 + [429]


def test_with_a_temporary_password_every_page_leads_to_choosing_ones_own(
    client: FlaskClient, context: Context
) -> None:
    give_temporary_password(context)
    sign_in(client, EMAIL)

    assert client.get("/uy-quyen").location == "/mat-khau"
    assert "mật khẩu tạm" in client.get("/mat-khau").text
    change(client, PASSWORD, NEW)
    assert client.get("/uy-quyen").status_code == 200


def test_a_temporary_password_opens_no_api(context: Context) -> None:
    user = User(email="moi@truong-a.example", name="Người mới", password_hash="", must_change_password=True)

    with pytest.raises(PasswordChangeDue), context.database.transaction() as session:
        give_token(session, user)
