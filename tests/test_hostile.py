"""No address of the product breaks over what stands in its path, its query or its form, whoever asks."""

import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle, islice
from random import Random
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from app.bodies import BODIES, BoundedRequest
from app.catalogue.periods import present_year
from tests.browsing import address_of, signed_in, token_of
from tests.conftest import Cast
from tests.hostile_values import RAW, UNNAMED_PARTS, VALUES

EDITORS = ("records_admin", "principal")
"""Who gets furthest: they try every field that they reach."""
OTHERS = ("head", "teacher", "vice_principal", "clerk", "officer", "provincial_officer")
"""They and people who are not signed in take turns."""
STRANGER = "stranger"
SHARES = 18
"""Each field that holds a number, a day or a code meets one value in so many."""
FEW = 2
CALLING_OUT = frozenset({"health.healthz", "moves.ask_consent"})
"""They answer 503 where what they ask is not there: a worker, a provider that this deployment knows."""
NOT_ASKED = CALLING_OUT | frozenset({"people.sign_out", "people.end_own_session", "people.change_password"})
"""They end the session with which the walk goes on."""
TYPED = frozenset(
    {
        *("first", "last", "until", "day", "at", "takes_effect_on", "opens_on", "closes_on"),
        *("page", "version", "turn", "width", "from", "days", "opens", "weeks1", "weeks2", "years"),
        *("days_before", "days_after", "head_told_after", "grade", "after"),
        *("person", "campus", "class", "subject", "department", "request", "item", "place", "taker"),
        *("nam", "year", "period", "window", "record_type", "type_code", "code", "office", "way", "who"),
        *("duty", "anchor", "about", "owed", "state", "role", "kind", "period_kind", "level", "language"),
        *("unless", "action"),
    }
)
"""Fields that hold a number, a day, an id, a code or one of several words."""
USUAL: dict[str, str] = {
    "duty": "subject",
    "grade": "5",
    "first": "2026-09-07",
    "last": "2026-10-07",
    "day": "2026-10-07",
    "anchor": "before_end",
    "about": "week",
    "days": "2",
    "at": "17:00",
    "action": "approve",
    "turn": "1",
    "subject": "1",
    "class": "1",
    "days_before": "1",
    "days_after": "1",
    "head_told_after": "1",
    "reason": "Nghỉ ốm",
}
"""What lets a route read on to its later fields."""


class Noting(ImmutableMultiDict[str, str]):
    """A query or a form that notes for which fields it is asked."""

    asked: set[str]

    def get(self, key: str, *more: Any, **named: Any) -> Any:
        note(key)
        return super().get(key, *more, **named)

    def getlist(self, key: str, *more: Any, **named: Any) -> Any:
        note(key)
        return super().getlist(key, *more, **named)


def note(key: object) -> None:
    if isinstance(key, str):
        request.environ.setdefault("tests.asked", set()).add(key)


class NotingRequest(BoundedRequest):
    """A request of which a test learns what a route read of it."""

    parameter_storage_class = Noting


@dataclass(frozen=True)
class Person:
    """Somebody at a browser, signed in or not, with a form's token."""

    browser: FlaskClient
    token: str

    def ask(self, path: str, method: str, fields: dict[str, str]) -> tuple[int, set[str]]:
        """Send fields in the query or in the form; return the status of the answer read to its end."""
        given = {"csrf_token": self.token, **fields}
        sent: dict[str, Any] = {"query_string" if method == "GET" else "data": given}
        asked: set[str] = set()
        with self.browser.open(
            path, method=method, environ_overrides={"tests.asked": asked}, **sent
        ) as answer:
            return answer.status_code, asked - {"csrf_token"}


class People(dict[str, Person]):
    """Who asks, by role; each signs in when asked for the first time."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        super().__init__()
        self._app, self._cast = app, cast

    def __missing__(self, role: str) -> Person:
        is_known = role != STRANGER
        browser = (
            signed_in(self._app, getattr(self._cast, role).email) if is_known else self._app.test_client()
        )
        self[role] = Person(browser, token_of(browser.get("/kiem-tra")))
        return self[role]


@pytest.fixture
def people(app: Flask, cast: Cast) -> People:
    return People(app, cast)


def rules_of(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Give each route with each of its methods."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.endpoint, each.rule)):
        if rule.endpoint not in NOT_ASKED:
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                yield rule, method


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


def usual(cast: Cast) -> dict[str, str]:
    return USUAL | {"person": str(cast.teacher2.user_id), "period": f"{present_year()}/W12"}


@pytest.mark.timeout(300)
def test_no_value_of_a_field_breaks_the_page_that_reads_it(
    app: Flask, people: People, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """Each field meets its share of the values, all others being as they should be; the editors take turns.

    That every value meets every type of field is held by `tests/test_fields.py`, and there that fields are
    read in no other way.
    """
    app.request_class = NotingRequest
    broken, known, others, shares = set(), known_things(cast), usual(cast), count()
    for rule, method in rules_of(app):
        path, reached = address_of(app, rule, known), defaultdict(list)
        for role in EDITORS:
            for field in people[role].ask(path, method, others)[1]:
                reached[field].append(role)
        for field, roles in sorted(reached.items()):
            share = next(shares) % SHARES
            values = VALUES[share::SHARES] if field in TYPED else (VALUES[share],)
            for role, value in zip(cycle(roles), values, strict=False):
                status, _ = people[role].ask(path, method, others | {field: value})
                if status >= 500:
                    broken.add(f"{role} {method} {rule.endpoint} {field}={value[:60]!r}")
    assert sorted(broken) == []
    assert "a value that the database cannot hold" not in caplog.text


@pytest.mark.timeout(300)
def test_no_query_and_no_form_breaks_a_page_whoever_asks(app: Flask, people: People, cast: Cast) -> None:
    """Every route is asked by a few people, who take turns, with nothing, or with some values gone wrong."""
    broken, known, others, roles = [], known_things(cast), usual(cast), cycle([*OTHERS, STRANGER])
    for turn, (rule, method) in enumerate(rules_of(app)):
        random = Random(f"{method} {rule.endpoint}")
        wrong = {name: random.choice(VALUES) for name in random.sample(sorted(TYPED), 2)}
        for fields in ({}, others | wrong) if turn % 2 else (others | wrong, {}):
            role = next(roles)
            status, _ = people[role].ask(address_of(app, rule, known), method, fields)
            if status >= 500:
                broken.append(f"{role} {method} {rule.endpoint} {fields}")
    assert broken == []


Sending = Callable[[str, dict[str, str]], dict[str, Any]]
"""Makes what is sent, from the form's token and the fields that the route reads."""


def as_files(token: str, fields: dict[str, str]) -> dict[str, Any]:
    """Send a file where a text is expected."""
    return {
        "data": {"csrf_token": token, **{name: (io.BytesIO(b"%PDF-"), "x.pdf") for name in fields}},
        "content_type": "multipart/form-data",
    }


def as_texts(token: str, fields: dict[str, str]) -> dict[str, Any]:
    """Send a text where a file is expected."""
    return {
        "data": {"csrf_token": token, **fields, "file": "x", "files": "x", "paper": "x"},
        "content_type": "multipart/form-data",
    }


def twice(token: str, fields: dict[str, str]) -> dict[str, Any]:
    """Repeat each field."""
    return {
        "data": {"csrf_token": [token, "x"], **{name: [value, "\u202e9"] for name, value in fields.items()}}
    }


def as_json(token: str, fields: dict[str, str]) -> dict[str, Any]:
    """Send JSON to a page."""
    return {"json": fields, "headers": {"X-CSRFToken": token}}


def as_plain_text(token: str, fields: dict[str, str]) -> dict[str, Any]:
    """Send a body that is no form."""
    return {"data": str(fields), "content_type": "text/plain", "headers": {"X-CSRFToken": token}}


def without_boundary(token: str, _fields: dict[str, str]) -> dict[str, Any]:
    """Send a multipart form that does not say where its parts end."""
    kind = "multipart/form-data"
    return {"data": b"--x\r\n\r\n", "content_type": kind, "headers": {"X-CSRFToken": token}}


def cut_off(token: str, fields: dict[str, str]) -> dict[str, Any]:
    """Send a multipart form that ends within a part."""
    name = next(iter(fields), "x")
    body = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\nabc'
    kind = "multipart/form-data; boundary=x"
    return {"data": body.encode(), "content_type": kind, "headers": {"X-CSRFToken": token}}


def unnamed(token: str, _fields: dict[str, str]) -> dict[str, Any]:
    """Send a multipart form with parts that do not say which field they are."""
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in UNNAMED_PARTS[:2]) + b"--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    return {"data": body, "content_type": kind, "headers": {"X-CSRFToken": token}}


SENDINGS: tuple[Sending, ...] = (
    as_files,
    as_texts,
    twice,
    as_json,
    as_plain_text,
    without_boundary,
    cut_off,
    unnamed,
)


@pytest.mark.timeout(300)
def test_no_form_of_another_kind_breaks_a_page(app: Flask, people: People, cast: Cast) -> None:
    """What takes files or long lists is sent every kind, a usual form its share."""
    app.request_class = NotingRequest
    broken, others, turns = [], usual(cast), cycle(SENDINGS)
    for rule, method in rules_of(app):
        if method != "POST" or rule.endpoint.startswith("api."):
            continue
        path, person = address_of(app, rule, known_things(cast)), people[who_reaches(rule)]
        _, read = person.ask(path, method, others)
        fields = {name: others.get(name, "x") for name in sorted(read)}
        for sending in islice(turns, len(SENDINGS) if rule.endpoint in BODIES else FEW):
            with person.browser.post(path, **sending(person.token, fields)) as answer:
                if answer.status_code >= 500:
                    broken.append(f"{sending.__name__} {rule.endpoint}")
    assert broken == []


def who_reaches(rule: Rule) -> str:
    return "teacher" if rule.endpoint.startswith("approvals.") else "records_admin"


@pytest.mark.timeout(300)
def test_no_part_of_an_address_breaks_a_page(app: Flask, people: People) -> None:
    broken, raws, roles = [], cycle(RAW), cycle([*EDITORS, *OTHERS, STRANGER])
    for rule, method in rules_of(app):
        for name in sorted(rule.arguments):
            for raw in islice(raws, FEW):
                path = re.sub(rf"<[^<>]*\b{name}>", lambda _: raw, rule.rule)  # noqa: B023 -- called here
                path, role = re.sub(r"<[^<>]*>", "1", path), next(roles)
                status, _ = people[role].ask(path, method, {})
                if status >= 500:
                    broken.append(f"{role} {method} {path[:120]}")
    assert broken == []


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
