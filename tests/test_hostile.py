"""No address of the product breaks over what stands in its path, its query or its form, whoever asks."""

import inspect
import re
from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.context import Context
from app.web.application import create_app
from tests.browsing import address_of, signed_in, token_of
from tests.conftest import Cast
from tests.hostile_values import RAW, VALUES

ROLES = ("principal",)
STRANGER = "stranger"
PER_FIELD = 1
CALLING_OUT = frozenset({"health.healthz", "tree.ask_consent"})
"""They answer 503 where what they ask is not there: a worker, a provider that this deployment knows."""
NOT_ASKED = CALLING_OUT | frozenset({"people.sign_out", "people.end_own_session"})
"""They end the session with which the walk goes on."""

_NAMES = re.compile(r"""(?:fields\.\w+|year_asked|parameter|number|choice)\((?:[\w.]+, )?"([\w-]+)\"""")
_FORM_FIELDS = re.compile(r"^    (\w+) = \w+Field\(", re.MULTILINE)


@pytest.fixture
def app(web_context: Context) -> Flask:
    return create_app(web_context)


def fields_of(app: Flask, endpoint: str) -> list[str]:
    """Name what the module of a route, or a module of its room that reads forms, asks requests for."""
    view = inspect.unwrap(app.view_functions[endpoint])
    module = inspect.getmodule(view)
    assert module
    rooms = {module, *(each for each in vars(module).values() if isinstance(each, ModuleType))}
    rooms |= {found for each in vars(module).values() if (found := inspect.getmodule(each))}
    ours = [each for each in rooms if each.__name__.startswith("app.") and "forms" in each.__name__]
    sources = [inspect.getsource(each) for each in (module, *ours)]
    return sorted(
        {name for source in sources for name in _NAMES.findall(source) + _FORM_FIELDS.findall(source)}
    )


def rules_of(app: Flask) -> Iterator[Rule]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.endpoint, each.rule)):
        if rule.endpoint not in NOT_ASKED:
            yield rule


def browsers(app: Flask, cast: Cast) -> dict[str, tuple[FlaskClient, str]]:
    opened = {role: signed_in(app, getattr(cast, role).email) for role in ROLES} | {
        STRANGER: app.test_client()
    }
    return {role: (browser, token_of(browser.get("/kiem-tra"))) for role, browser in opened.items()}


def known_things(cast: Cast) -> dict[str, object]:
    return {
        "school_code": "truong-a",
        "user_id": cast.teacher5.user_id,
        "person_id": cast.teacher.user_id,
        "type_code": "KHBD",
        "rendition": "uploaded",
        "provider": "google",
        "listed": "lop-hoc",
    }


@pytest.mark.timeout(300)
def test_no_query_and_no_form_breaks_a_page(app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    random, broken, known = Random(17), set(), known_things(cast)
    for role, (browser, token) in browsers(app, cast).items():
        for rule in rules_of(app):
            path = address_of(app, rule, known)
            for method, field in asked_of(app, rule):
                for value in random.sample(VALUES, PER_FIELD):
                    status = ask(browser, path, method, {"csrf_token": token, field: value})
                    if status >= 500:
                        broken.add(f"{role} {method} {rule.endpoint} {field}={value[:60]!r}")
    assert sorted(broken) == []
    assert "a value that the database cannot hold" not in caplog.text


def asked_of(app: Flask, rule: Rule) -> Iterator[tuple[str, str]]:
    for method in sorted({"GET", "POST"} & (rule.methods or set())):
        for field in [*fields_of(app, rule.endpoint), "unheard-of"]:
            yield method, field


def ask(browser: FlaskClient, path: str, method: str, fields: dict[str, str]) -> int:
    """Send fields in the query or in the form, and return the status of the answer read to its end."""
    sent: dict[str, Any] = {"query_string" if method == "GET" else "data": fields}
    with browser.open(path, method=method, **sent) as answer:
        return answer.status_code


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
