"""A person at a browser without JavaScript: signs in and sends forms with their token."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask import session as browser_session
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.context import Context
from app.demo.people import PASSWORD
from app.page import EXTENSION, session
from app.people.models import User
from app.people.sign_in_pages import begin_browser_session
from app.web.application import create_app

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


_applications: dict[tuple[object, ...], Flask] = {}


def application_on(parts: Context) -> Flask:
    """Return the web application on these parts, made once in a process for each role and kind of settings.

    Its routes are registered and its templates compiled once. A test that needs two applications for one role
    beside each other makes the second with `create_app`.
    """
    settings = replace(parts.settings, database_url="", owner_database_url="", data_dir=Path())
    kind = (parts.database.engine.url.username, settings)
    if kind not in _applications:
        _applications[kind] = create_app(parts)
    _applications[kind].extensions[EXTENSION] = parts
    return _applications[kind]


def token_of(response: TestResponse) -> str:
    """Return the form token on a page; fails when the page has no form."""
    found = _TOKEN.search(response.text)
    assert found, response.text
    return found[1]


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **query: str) -> TestResponse:
    """Fill in the sign-in page and return the answer."""
    token = token_of(client.get("/dang-nhap"))
    form = {"csrf_token": token, "email": email, "password": password}
    return client.post("/dang-nhap", query_string=query, data=form)


def signed_in(app: Flask, email: str) -> FlaskClient:
    """Open a browser in which the person is signed in, but not by the sign-in page, which takes its time."""
    with app.test_request_context():
        begin_browser_session(session().scalars(select(User).where(User.email == email)).one())
        session().commit()
        begun = dict(browser_session)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(begun)
    return client


def signed_in_by_password(app: Flask, email: str, password: str = PASSWORD) -> FlaskClient:
    """Open a browser in which the person has signed in on the sign-in page."""
    client = app.test_client()
    assert sign_in(client, email, password).status_code == 302
    return client


def send(client: FlaskClient, path: str, page: str, **fields: object) -> TestResponse:
    """Send a form to `path` with the token that `page` shows."""
    return client.post(path, data={"csrf_token": token_of(client.get(page)), **fields})


def address_of(app: Flask, rule: Rule, known: Mapping[str, object]) -> str:
    """Return an address of a route with the parts that are known, and with some for the others."""
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
