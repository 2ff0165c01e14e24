"""The description of the API (OpenAPI 3.1), made from its types and its table of operations."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
from flask import Response

from app.api import representations as shown
from app.api.answers import answer
from app.api.operations import LARGEST, Operation, Schema
from app.api.table import OPERATIONS
from app.errors import Refused, ServiceUnavailable, Unauthenticated

_PREFIX = "/api/v1"
_REFERENCE = "#/components/schemas/{name}"
_PART = re.compile(r"<(?P<kind>\w+)(\(.*?\))?:(?P<name>\w+)>")
_PART_SCHEMAS: dict[str, Schema] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0, "maximum": LARGEST},
}
_NO_CONTENT = 204
_BINARY: Schema = {"type": "string", "format": "binary"}


def show_description() -> Response:
    """Answer with the OpenAPI document; it holds nothing of any school, so anyone may read it."""
    response = answer(document())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in OPERATIONS:
        path = _PART.sub(lambda part: f"{{{part['name']}}}", operation.path)
        paths[f"{_PREFIX}{path}"][operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ký Duyệt",
            "version": "1",
            "description": "Errors are problem documents (RFC 9457); `detail` and `hint` are in Vietnamese, "
            "or in English where Accept-Language prefers it.",
        },
        "paths": dict(paths),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _schemas() -> dict[str, Any]:
    types = [t for operation in OPERATIONS for t in (operation.answer, operation.body) if t is not None]
    _, components = msgspec.json.schema_components([*types, shown.Problem], ref_template=_REFERENCE)
    for form in {operation.body.__name__ for operation in OPERATIONS if operation.multipart}:
        components[form]["properties"]["file"] = {**_BINARY, "description": "A PDF."}
        components[form]["required"] = ["file", *components[form]["required"]]
    return components


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {str(operation.status): _answer(operation), **_refusals(operation)},
    }
    if operation.body is not None:
        media_type = "multipart/form-data" if operation.multipart else "application/json"
        described["requestBody"] = {
            "required": True,
            "content": {media_type: {"schema": _ref(operation.body)}},
        }
    if operation.public:
        described["security"] = []
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = [
        {"name": part["name"], "in": "path", "required": True, "schema": _PART_SCHEMAS[part["kind"]]}
        for part in _PART.finditer(operation.path)
    ]
    in_query = [
        {"name": each.name, "in": "query", "schema": each.schema, "description": each.description}
        for each in operation.parameters
    ]
    return in_path + in_query


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.status == _NO_CONTENT:
        return {"description": operation.summary}
    schema = _BINARY if operation.answer is None else _ref(operation.answer)
    return {"description": operation.summary, "content": {operation.media_type: {"schema": schema}}}


def _refusals(operation: Operation) -> dict[str, Any]:
    always = [ServiceUnavailable] if operation.public else [Unauthenticated, ServiceUnavailable]
    by_status: dict[int, list[type[Refused]]] = defaultdict(list)
    for refusal in (*operation.refusals, *always):
        by_status[refusal.status].append(refusal)
    return {str(status): _problem(refusals) for status, refusals in sorted(by_status.items())}


def _problem(refusals: Sequence[type[Refused]]) -> dict[str, Any]:
    codes = _distinct(refusal.code for refusal in refusals)
    schema = {"allOf": [_ref(shown.Problem), {"properties": {"code": {"enum": codes}}}]}
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        "content": {"application/problem+json": {"schema": schema}},
    }


def _distinct(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _ref(kind: Any) -> Schema:
    return {"$ref": _REFERENCE.format(name=kind.__name__)}
