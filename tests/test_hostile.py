"""No address of the product breaks over what stands in its path, its query or its form, whoever asks."""

import inspect
import re
import uuid
from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.context import Context
from app.web import create_app
from tests.browsing import signed_in, token_of
from tests.conftest import Cast

VALUES = (
    "",
    "\0",
    "a\0b",
    "\x1b[2J",
    "\u202e\u2066fdp.exe",
    "\ufffd",
    "²",
    "١٢",
    "-1",
    "1e9",
    "99999999999999999999",
    "9" * 1500,
    "2147483648",
    "9223372036854775808",
    "0000-00-00",
    "0000-01-01",
    "99999-12-31",
    "2026-02-30",
    "0001-01-01T00:00:00+14:00~00000000-0000-0000-0000-000000000000",
    "9999-12-31T23:59:59.999999-14:00~ffffffff-ffff-ffff-ffff-ffffffffffff",
    "0000-2027",
    "9999-10000",
    "9998-9999",
    "2026-2027/W99",
    "../../etc/passwd",
    "%s%n",
    "'; --",
    "a" * 1900,
    "ế" * 1900,
    "teacher:99999999999",
    "00000000-0000-0000-0000-000000000000:99999999999:" + "0" * 64,
)
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
ROLES = ("principal",)
STRANGER = "stranger"
PER_FIELD = 1
CALLING_OUT = frozenset({"health.healthz", "tree.ask_consent"})
"""They answer 503 where what they ask is not there: a worker, a provider that this deployment knows."""
NOT_ASKED = CALLING_OUT | frozenset({"people.sign_out", "people.end_own_session"})
"""They end the session with which the walk goes on."""

_NAMES = re.compile(
    r"""(?:get|getlist|day_in|year_in|parameter|number|choice)\((?:request\.\w+, )?"([\w-]+)\""""
)
_FORM_FIELDS = re.compile(r"^    (\w+) = \w+Field\(", re.MULTILINE)


@pytest.fixture
def app(context: Context) -> Flask:
    return create_app(context)


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


def path_of(app: Flask, rule: Rule, known: dict[str, object]) -> str:
    """Return an address of a route, as real as the demo's data allow."""
    made = {
        name: known.get(name, 1 if name.endswith("_id") or "number" in name else "x")
        for name in rule.arguments
    }
    for name in rule.arguments:
        pattern = str(rule.rule)
        if f"<uuid:{name}>" in pattern and not isinstance(made[name], uuid.UUID):
            made[name] = uuid.UUID(int=1)
        found = re.search(rf"<any\(([^)]*)\):{name}>", pattern)
        if found:
            made[name] = found[1].split(",")[0].strip(" '\"")
    return str(app.url_map.bind("localhost").build(rule.endpoint, made))


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
            path = path_of(app, rule, known)
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
