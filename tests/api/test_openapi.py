"""The description of the API: complete, and true under fire."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema

from app.api.openapi import document
from tests.api.conftest import ROOT, Call, Caller
from tests.conftest import Cast

_CONVERTER = re.compile(r"<(?:\w+(?:\(.*?\))?:)?(\w+)>")
_EXAMPLES = 10
UNFIT = [
    positive_data_acceptance,  # a cursor or a period may be well-formed and wrong all the same
    negative_data_rejection,  # it also takes the token away, which is put back, and adds unknown parameters
]
Operation = APIOperation[Any, Any, Any, Any]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def test_every_address_is_described_and_nothing_else(app: Flask) -> None:
    routes = {
        (_CONVERTER.sub(r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{ROOT}/") and rule.endpoint != "api.show_description"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in document()["paths"].items() for method in methods}
    assert described == routes


def test_anyone_may_read_the_description(anyone: Caller) -> None:
    response = anyone.get("/openapi.json")
    assert response.status_code == 200
    assert response.json["openapi"].startswith("3.1")


@pytest.mark.parametrize("role", ["teacher", "head", "officer"])
def test_no_request_breaks_the_api_or_gets_an_undescribed_answer(
    app: Flask, call: Call, cast: Cast, pdf: Callable[..., bytes], role: str
) -> None:
    record = call(cast.teacher).hand_in(pdf("Bài một"))
    caller = call(getattr(cast, role))
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", closing(app))
    for operation in described(schema):
        for mode in MODES:
            try_out(operation, mode, caller, record["id"])


def described(schema: BaseSchema) -> Iterator[Operation]:
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def closing(app: Flask) -> WSGIApplication:
    """Close each answer when it has been read, as a server does and Schemathesis does not."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            getattr(answer, "close", list)()

    return serve


def try_out(operation: Operation, mode: GenerationMode, caller: Caller, record_id: str) -> None:
    """Send requests that fit the description, or that do not, about any record and about a real one."""
    ways = [operation.as_strategy(generation_mode=mode)]
    if "{record_id}" in operation.path:
        parts = {"record_id": record_id, "page_number": 1}
        ways.append(operation.as_strategy(generation_mode=mode, path_parameters=parts))
    for way in ways:

        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(way)
        def send(case: Case[Operation]) -> None:
            token = {"Authorization": f"Bearer {caller.token}"}
            case.call_and_validate(headers=token, excluded_checks=UNFIT)

        send()
