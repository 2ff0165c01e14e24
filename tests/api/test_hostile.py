"""No JSON and no body of any kind breaks an operation of the API."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
from flask import Flask

from app.api.operations import Operation
from app.api.table import OPERATIONS
from tests.api.conftest import Call
from tests.conftest import Cast

TAKING = [each for each in OPERATIONS if each.body is not None and not each.multipart]
GOOD: dict[str, Any] = {
    "action": "approve",
    "turn": 1,
    "sha256": "0" * 64,
    "comment": "x",
    "email": "ai@truong-a.example",
    "password": "x",
    "name": "x",
    "items": [{"id": "x", "turn": 1, "sha256": "0" * 64}],
    "period": "2026-2027/M09",
    "reason": "x",
    "school": "",
    "record_type": "KHBD",
    "ordered": "x",
    "record": "00000000-0000-0000-0000-000000000001",
    "until": "2026-12-01",
    "version": 1,
    "role": "principal",
    "to": "00000000-0000-0000-0000-000000000001",
    "capacity": "KT.",
    "first": "2026-12-01",
    "last": "2026-12-02",
}
"""A value of the right type for each field that an operation takes."""
JSON_VALUES = (
    b"1e400",
    b"-1e400",
    b"NaN",
    b"Infinity",
    b"9" * 400,
    b"-1",
    b"0",
    b"1.5",
    b"9223372036854775808",
    b"2147483648",
    b"99999999999999999999999999",
    b"true",
    b"null",
    b"[]",
    b"{}",
    b"[[[[]]]]",
    b"[" * 5000 + b"]" * 5000,
    b'[{"id": "\\u0000", "turn": 9223372036854775807, "sha256": "' + b"0" * 64 + b'"}]',
    b'[{"id": [], "turn": {}, "sha256": null}]',
    b'""',
    b'"\\u0000"',
    b'"\\ud800"',
    b'"\xc2\xb2"',
    b'"\\u202e\\u200b"',
    b'"0000-00-00"',
    b'"0001-01-01"',
    b'"9999-12-31"',
    b'"9999-12-31T23:59:59-14:00"',
    b'"0001-01-01T00:00:00+14:00"',
    b'"2026-2027/W99"',
    b'"' + b"a" * 900_000 + b'"',
)
BODIES = (
    b"",
    b"[]",
    b"null",
    b"1" * 100_000,
    b"1e999999",
    b"[" * 200_000,
    b'{"email":' * 50_000,
    b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b', "email": "a", "password": "b"}',
    b'{"email": ["a"], "password": {}}',
    b'{"email": "\\ud800", "password": "\\udfff"}',
    b'{"email": "a", "password": "b", "name": "\\u0000"}',
    b'{"email": "a", "email": "b", "password": "c"}',
    b"\xff\xfe{\x00}\x00",
)


def fields_of(operation: Operation) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(operation.body)]


def bodies_for(operation: Operation) -> Iterator[bytes]:
    """Give bodies in each of which one field is wrong, and some that are no body at all."""
    names = fields_of(operation)
    good = {name: msgspec.json.encode(GOOD[name]) for name in names}
    if "until" in good:
        good["action"] = b'"consent"'
    for wrong in names:
        for value in JSON_VALUES:
            yield b"{%b}" % b", ".join(
                b'"%b": %b' % (name.encode(), value if name == wrong else good[name]) for name in names
            )
    yield from BODIES


@pytest.mark.timeout(60)
@pytest.mark.parametrize("operation", TAKING, ids=lambda each: each.name)
def test_no_json_breaks_an_operation(app: Flask, cast: Cast, call: Call, operation: Operation) -> None:
    caller = call(cast.principal)
    (rule,) = app.url_map.iter_rules(f"api.{operation.name}")
    parts = {name: UUID(int=1) if "<uuid:" in rule.rule else 1 for name in rule.arguments}
    path = app.url_map.bind("localhost").build(rule.endpoint, parts)
    for body in bodies_for(operation):
        with caller.client.open(
            path,
            method="POST",
            data=body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {caller.token}"},
        ) as answer:
            assert answer.status_code in {200, 201, 401, 403, 404, 409, 422, 429}, body[:200]
            assert answer.status_code < 300 or answer.mimetype == "application/problem+json"
