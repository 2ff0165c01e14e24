"""No address of the product breaks over what stands in its path, its query or its form, whoever asks."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.context import Context
from app.web import create_app
from tests.browsing import signed_in, token_of
from tests.conftest import Cast

RAW = (
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "%C2%B2",
    "%D9%A1",
    "9" * 5000,
    "99999999999",
    "-1",
    "%0d%0aX:1",
    "a" * 300,
)
ROLES = ("principal", "officer")
STRANGER = "stranger"
NOT_ASKED = frozenset({"people.sign_out", "people.end_own_session"})
"""They end the session with which the walk goes on."""


@pytest.fixture
def app(context: Context) -> Flask:
    return create_app(context)


def rules_of(app: Flask) -> Iterator[Rule]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.endpoint, each.rule)):
        if rule.endpoint not in NOT_ASKED:
            yield rule


def browsers(app: Flask, cast: Cast) -> dict[str, tuple[FlaskClient, str]]:
    opened = {role: signed_in(app, getattr(cast, role).email) for role in ROLES} | {
        STRANGER: app.test_client()
    }
    return {role: (browser, token_of(browser.get("/kiem-tra"))) for role, browser in opened.items()}


@pytest.mark.timeout(120)
def test_no_part_of_an_address_breaks_a_page(app: Flask, cast: Cast) -> None:
    broken = []
    people = browsers(app, cast)
    for rule in rules_of(app):
        for name in sorted(rule.arguments):
            for role in ("principal", STRANGER):
                browser, token = people[role]
                for raw in RAW:
                    path = re.sub(rf"<[^<>]*\b{name}>", lambda _: raw, rule.rule)  # noqa: B023 -- called here
                    path = re.sub(r"<[^<>]*>", "1", path)
                    method = "POST" if "POST" in (rule.methods or ()) else "GET"
                    data = {"csrf_token": token} if method == "POST" else None
                    with browser.open(path, method=method, data=data) as answer:
                        if answer.status_code >= 500:
                            broken.append(f"{role} {method} {path[:120]}")
    assert sorted(set(broken)) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "\xff;q=٣,,;;=" + "x" * 3000},
        {"Accept-Language": "vi;q=1e999, en;q=nan"},
        {"Range": "bytes=99999999999999999999999-"},
        {"Range": "bytes=-0,1-0,\xb2-"},
        {"If-None-Match": 'W/"' + '"' * 500},
        {"If-Modified-Since": "Sun, 99 Foo 99999"},
        {"Cookie": "kyduyet=" + "." * 3000},
        {"Cookie": "kyduyet=\xff; kyduyet-known=\xff; remember_token=x|y"},
        {"Authorization": "Bearer \xff\xfe"},
        {"Authorization": "Bearer " + "x" * 5000},
        {"X-Forwarded-For": "\0", "X-Forwarded-Proto": "x"},
        {"Content-Type": "multipart/form-data; boundary=\xff"},
        {"Content-Type": "application/json; charset=x"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/dang-nhap", "/kiem-tra", "/api/v1/me", "/assets/x/kyduyet.css", "/healthz"]
)
def test_no_header_breaks_anything(app: Flask, path: str, headers: dict[str, str]) -> None:
    browser = app.test_client()

    for method in ("GET", "POST"):
        assert browser.open(path, method=method, headers=headers).status_code in {*range(200, 500), 503}


@pytest.mark.parametrize(
    "body",
    [
        b'{"email": ["a"], "password": {}}',
        b'{"email": "\\ud800", "password": "\\udfff"}',
        b'{"email": "a", "password": "b", "name": "\\u0000"}',
        b"[" * 200_000,
        b'{"email":' * 50_000,
        b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b', "email": "a", "password": "b"}',
        b"1" * 100_000,
        b"1e999999",
        b'{"email": "a", "email": "b", "password": "c"}',
        "\ufeff{}".encode("utf-16"),
    ],
)
def test_no_json_breaks_the_api(app: Flask, body: bytes) -> None:
    answer = app.test_client().post("/api/v1/tokens", data=body, content_type="application/json")

    assert answer.status_code in {401, 422}
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/kiem-tra?code=%00", 422),
        ("/kiem-tra?code=" + "x" * 2001, 422),
        ("/kiem-tra?%00=1", 422),
        ("/api/v1/records?q=%00", 401),
        ("/kiem-tra/%00", 404),
        ("/kiem-tra/" + "x" * 201, 404),
        ("/kiem-tra/a%0Ab", 404),
    ],
)
def test_what_no_database_can_hold_is_refused_by_name(app: Flask, path: str, status: int) -> None:
    assert app.test_client().get(path).status_code == status
