"""Callers of the API: each holds a token and speaks JSON."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.context import Context
from app.people.authority import Authority
from app.people.models import User
from app.people.sign_in import give_token

ROOT = "/api/v1"


@dataclass(frozen=True)
class Caller:
    """A person with a token, at the other end of the wire."""

    client: FlaskClient
    token: str
    user_id: str

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> Any:
        return self.ask("POST", path, json=body, **more)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.client.open(ROOT + path, method=method, headers=sent, buffered=True, **more)

    def upload(self, path: str, content: bytes, name: str = "Tuần 12.pdf", **fields: str) -> Any:
        form = {**fields, "file": (io.BytesIO(content), name)}
        return self.ask("POST", path, data=form, content_type="multipart/form-data")

    def hand_in(self, content: bytes, **fields: str) -> dict[str, Any]:
        """Hand a lesson plan in and return the record."""
        given = {"record_type": "KHBD", "period": "2026-2027/W12", **fields}
        response = self.upload("/records", content, **given)
        assert response.status_code == 201, response.text
        record: dict[str, Any] = response.json
        return record

    def decide(self, record: dict[str, Any], action: str, **more: object) -> Any:
        """Decide on a record as it was seen."""
        body = {"action": action, "turn": record["turn"], "sha256": record["sha256"], **more}
        return self.post(f"/records/{record['id']}/decisions", body)


Call = Callable[[Authority], Caller]


@pytest.fixture
def call(app: Flask, context: Context) -> Call:
    """Give a person a token: `call(cast.teacher).get("/me")`."""

    def calling(person: Authority) -> Caller:
        with context.database.transaction() as session:
            token, _ = give_token(session, session.get_one(User, person.user_id))
        return Caller(app.test_client(), token, str(person.user_id))

    return calling


@pytest.fixture
def anyone(app: Flask) -> Caller:
    """Somebody whose token nobody ever gave out."""
    return Caller(app.test_client(), "kd_khong_co", "")


@pytest.fixture
def statements(web_context: Context) -> Iterator[list[str]]:
    """Collect the SQL that is sent from now on."""
    sent: list[str] = []

    def note(*called: Any) -> None:
        sent.append(called[2])

    event.listen(web_context.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(web_context.database.engine, "before_cursor_execute", note)


def code_of(response: Any) -> tuple[int, str]:
    """Return status and code of a refusal, which must be a problem document."""
    assert response.mimetype == "application/problem+json", response.text
    problem = response.json
    assert problem["status"] == response.status_code
    assert problem["detail"]
    assert problem["hint"]
    return response.status_code, problem["code"]
