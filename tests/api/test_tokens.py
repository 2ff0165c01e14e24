"""Signing in to the API, and what a token is good for."""

import pytest
from sqlalchemy import update

from app.context import Context
from app.db import now
from app.demo.people import PASSWORD
from app.people.models import Token, User
from tests.api.conftest import Call, Caller, code_of
from tests.conftest import Cast

EMAIL = "gv1@truong-a.example"


def test_a_right_password_gives_a_token_that_works(anyone: Caller) -> None:
    given = anyone.post("/tokens", {"email": EMAIL.upper(), "password": PASSWORD})
    assert given.status_code == 201
    assert given.json["expires_at"].endswith("Z")
    asked = anyone.get("/me", headers={"Authorization": f"bearer {given.json['token']}"})
    assert asked.json["email"] == EMAIL


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(anyone: Caller) -> None:
    wrong = anyone.post("/tokens", {"email": EMAIL, "password": "sai"})
    unknown = anyone.post("/tokens", {"email": "ai@truong-a.example", "password": "sai"})
    assert code_of(wrong) == (401, "bad_credentials")
    assert wrong.json == unknown.json


def test_after_five_wrong_passwords_even_the_right_one_must_wait(anyone: Caller) -> None:
    for _ in range(5):
        wrong = anyone.post("/tokens", {"email": EMAIL, "password": "sai"})
        assert code_of(wrong) == (401, "bad_credentials")
    right = anyone.post("/tokens", {"email": EMAIL, "password": PASSWORD})
    assert code_of(right) == (429, "too_many_attempts")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b"\xff\xfe", "body"),
        (b'{"email": "a@b.example"}', "password"),
        (b'{"email": 5, "password": "x"}', "email"),
        (b'{"email": "a\\u0000@b.example", "password": "x"}', "email"),
    ],
)
def test_a_malformed_body_is_refused_by_its_field(anyone: Caller, body: bytes, field: str) -> None:
    response = anyone.ask("POST", "/tokens", data=body, content_type="application/json")
    assert code_of(response) == (422, "invalid_request")
    assert field in response.json["detail"]


def test_a_form_is_no_json(anyone: Caller) -> None:
    response = anyone.ask("POST", "/tokens", data={"email": EMAIL, "password": PASSWORD})
    assert code_of(response) == (422, "invalid_request")


def test_a_body_beyond_a_megabyte_is_too_large(anyone: Caller) -> None:
    body = {"email": EMAIL, "password": "x" * 1024 * 1024}
    response = anyone.post("/tokens", body)
    assert code_of(response) == (413, "too_large")
    assert "1 MB" in response.json["detail"]


def test_a_token_that_has_ended_is_unknown(context: Context, call: Call, cast: Cast) -> None:
    caller = call(cast.teacher)
    with context.database.transaction() as session:
        session.execute(update(Token).values(expires_at=now()))
    assert code_of(caller.get("/me")) == (401, "unauthenticated")


def test_a_disabled_person_is_out_at_once(context: Context, call: Call, cast: Cast) -> None:
    caller = call(cast.teacher)
    assert caller.get("/me").status_code == 200
    with context.database.transaction() as session:
        session.get_one(User, cast.teacher.user_id).disabled_at = now()
    assert code_of(caller.get("/me")) == (401, "unauthenticated")


def test_ones_own_tokens_are_listed_by_name_with_their_use_and_ended(anyone: Caller) -> None:
    credentials = {"email": EMAIL, "password": PASSWORD}
    first = anyone.post("/tokens", credentials | {"name": "Sổ điểm"}).json["token"]
    second = anyone.post("/tokens", credentials).json["token"]
    mine = {"Authorization": f"Bearer {first}"}

    listed = anyone.get("/tokens", headers=mine).json["items"]
    assert [each["name"] for each in listed] == ["", "Sổ điểm"]
    assert set(listed[0]) == {"id", "name", "created_at", "last_used_at", "expires_at"}
    assert listed[0]["last_used_at"] is None
    assert listed[1]["last_used_at"].endswith("Z")
    assert first not in str(listed)

    assert anyone.ask("DELETE", f"/tokens/{listed[0]['id']}", headers=mine).status_code == 204
    assert code_of(anyone.get("/me", headers={"Authorization": f"Bearer {second}"})) == (
        401,
        "unauthenticated",
    )
    again = anyone.ask("DELETE", f"/tokens/{listed[0]['id']}", headers=mine)
    assert code_of(again) == (404, "not_found")


def test_nobody_sees_or_ends_anothers_token(call: Call, cast: Cast) -> None:
    owner, other = call(cast.teacher), call(cast.head)
    theirs = owner.get("/tokens").json["items"][0]["id"]

    assert theirs not in str(other.get("/tokens").json)
    assert code_of(other.ask("DELETE", f"/tokens/{theirs}")) == (404, "not_found")
    assert owner.get("/me").status_code == 200


def test_a_temporary_password_gives_no_token(context: Context, anyone: Caller, cast: Cast) -> None:
    with context.database.transaction() as session:
        session.get_one(User, cast.teacher.user_id).must_change_password = True
    response = anyone.post("/tokens", {"email": EMAIL, "password": PASSWORD})
    assert code_of(response) == (403, "password_change_due")


def test_refusals_are_in_the_language_asked_for_and_vietnamese_otherwise(anyone: Caller) -> None:
    for header in ({}, {"Accept-Language": "fr"}, {"Accept-Language": "vi, en;q=0.5"}):
        assert anyone.get("/me", headers=header).json["detail"].startswith("Bạn chưa đăng nhập")
