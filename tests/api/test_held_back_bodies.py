"""Who keeps a body back until his authority is over decides by it no more, and holds no connection."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, TestResponse

from app.clock import today
from app.context import Context
from app.people.accounts import disable
from app.people.authority import Authority
from app.people.delegations import Mandate, Term, delegate, revoke
from app.people.sessions import end_all
from app.records.models import Record
from tests.api.conftest import ROOT, Call
from tests.browsing import signed_in, token_of
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from tests.people.test_lapsing import administrator
from workflows.model import Action

Pdf = Callable[..., bytes]


class HeldBack(io.BytesIO):
    """A body of which the first byte comes when something has happened."""

    def __init__(self, content: bytes, happens: Callable[[], None]) -> None:
        super().__init__(content)
        self._happens: Callable[[], None] | None = happens

    def _wait(self) -> None:
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()

    def read(self, size: int | None = -1, /) -> bytes:
        self._wait()
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self._wait()
        return super().readinto(buffer)


@pytest.fixture
def lent(context: Context, cast: Cast) -> int:
    with context.database.transaction() as session:
        mandate = Mandate(cast.vice_principal.user_id, "KT.", Term(today(), today()))
        return delegate(session, cast.principal, mandate).id


def taking_back(context: Context, web_context: Context, cast: Cast, lent: int) -> Callable[[], None]:
    def happens() -> None:
        assert web_context.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        with context.database.transaction() as session:
            revoke(session, cast.principal, lent)

    return happens


def one(record: Record) -> tuple[str, dict[str, object]]:
    return f"/records/{record.id}/decisions", {"action": "sign_off", **seen(record)}


def many(record: Record) -> tuple[str, dict[str, object]]:
    return "/decisions", {"action": "sign_off", "items": [{"id": str(record.id), **seen(record)}]}


def seen(record: Record) -> dict[str, object]:
    return {"turn": record.turn, "sha256": record.sha256}


def code_of(response: TestResponse) -> str:
    body: dict[str, Any] = response.json or {}
    code: str = body["results"][0]["code"] if "results" in body else body["code"]
    return code


@pytest.mark.parametrize("request_of", [one, many])
def test_a_delegate_whose_delegation_ends_before_his_body_comes_signs_nothing(
    context: Context,
    web_context: Context,
    app: Flask,
    cast: Cast,
    call: Call,
    pdf: Pdf,
    lent: int,
    request_of: Callable[[Record], tuple[str, dict[str, object]]],
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, cast.head, record, Action.APPROVE)
    with context.database.transaction() as session:
        record = session.get_one(Record, record.id)
    path, body = request_of(record)
    content = json.dumps(body).encode()
    response = app.test_client().post(
        ROOT + path,
        headers={"Authorization": f"Bearer {call(cast.vice_principal).token}"},
        input_stream=HeldBack(content, taking_back(context, web_context, cast, lent)),
        content_length=len(content),
        content_type="application/json",
    )
    assert code_of(response) == "not_allowed"
    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).state == "department_approved"


def deciding(record: Record, _pdf: Pdf) -> tuple[str, dict[str, Any]]:
    path, body = one(record)
    return path, {"json": {**body, "action": "return", "comment": "Bổ sung mục tiêu"}}


def handing_in(_record: Record, pdf: Pdf) -> tuple[str, dict[str, Any]]:
    described = {"record_type": "KHBD", "period": "2026-2027/W13"}
    return "/records", {"data": {**described, "file": (io.BytesIO(pdf("khác")), "tuan-13.pdf")}}


@pytest.mark.parametrize("request_of", [deciding, handing_in])
def test_a_token_that_is_ended_before_its_body_comes_does_nothing(
    context: Context,
    web_context: Context,
    app: Flask,
    cast: Cast,
    call: Call,
    pdf: Pdf,
    request_of: Callable[[Record, Pdf], tuple[str, dict[str, Any]]],
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record

    def happens() -> None:
        assert web_context.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        with context.database.transaction() as session:
            end_all(session, cast.head.user_id)

    path, body = request_of(record, pdf)
    sent = [("Authorization", f"Bearer {call(cast.head).token}")]
    environ = EnvironBuilder(ROOT + path, method="POST", headers=sent, **body).get_environ()
    environ["wsgi.input"] = HeldBack(environ["wsgi.input"].read(), happens)
    response = app.test_client().open(environ)
    assert (response.status_code, code_of(response)) == (401, "unauthenticated")
    with context.database.transaction() as session:
        assert [each.state for each in session.query(Record)] == ["submitted"]


def test_who_is_shut_out_before_his_files_have_come_hands_nothing_in(
    context: Context, web_context: Context, app: Flask, cast: Cast, pdf: Pdf
) -> None:
    teacher: Authority = cast.teacher
    browser = signed_in(app, teacher.email)

    def happens() -> None:
        assert web_context.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        with context.database.transaction() as session:
            disable(session, administrator(session, cast), teacher.user_id)

    form = {
        "csrf_token": token_of(browser.get("/nop")),
        "record_type": "KHBD",
        "period": "2026-2027/W12",
        "files": (io.BytesIO(pdf()), "tuan-12.pdf"),
    }
    environ = EnvironBuilder("/nop", method="POST", data=form).get_environ()
    environ["wsgi.input"] = HeldBack(environ["wsgi.input"].read(), happens)
    response = browser.open(environ)
    assert response.status_code == 302
    with context.database.transaction() as session:
        assert session.query(Record).count() == 0
