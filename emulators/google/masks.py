"""Partial answers: the `fields` parameter, checked against Google's own description of its resources."""

import json
import re
from functools import cache
from typing import Any

from googleapiclient.discovery_cache import get_static_doc

from emulators.google.errors import DriveError

Mask = dict[str, "Mask"]
"""Selected names; an empty mask below a name selects all of it."""

_TOKEN = re.compile(r"[\w*]+|[(),/]")


def masked(fields: str, schema: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return what `fields` selects; raises `DriveError` for names the resource does not have."""
    mask = _parsed(fields)
    _check(mask, {"$ref": schema})
    selected: dict[str, Any] = _selected(mask, content)
    return selected


def _refuse(what: str) -> DriveError:
    return DriveError(400, "invalidParameter", f"Invalid field selection {what}", "fields")


@cache
def _parsed(fields: str) -> Mask:
    tokens = _TOKEN.findall(fields)
    if "".join(tokens) != re.sub(r"\s", "", fields):
        raise _refuse(fields)
    mask, rest = _list(tokens, fields)
    if rest:
        raise _refuse(fields)
    return mask


def _list(tokens: list[str], fields: str) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        name, below, tokens = _item(tokens, fields)
        mask.setdefault(name, {}).update(below)
        if tokens[:1] != [","]:
            return mask, tokens
        tokens = tokens[1:]


def _item(tokens: list[str], fields: str) -> tuple[str, Mask, list[str]]:
    if not tokens or tokens[0] in "(),/":
        raise _refuse(fields)
    name, rest = tokens[0], tokens[1:]
    if rest[:1] == ["/"]:
        inner, below, rest = _item(rest[1:], fields)
        return name, {inner: below}, rest
    if rest[:1] == ["("]:
        mask, rest = _list(rest[1:], fields)
        if rest[:1] != [")"]:
            raise _refuse(fields)
        return name, mask, rest[1:]
    return name, {}, rest


@cache
def _schemas() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(get_static_doc("drive", "v3"))["schemas"]
    return document


def _check(mask: Mask, schema: dict[str, Any]) -> None:
    schema = schema.get("items", schema)
    schema = _schemas().get(schema.get("$ref", ""), schema)
    known = schema.get("properties", {})
    for name, below in mask.items():
        if name == "*" or "additionalProperties" in schema:
            continue
        if name not in known:
            raise _refuse(name)
        _check(below, known[name])


def _selected(mask: Mask, content: Any) -> Any:
    if not mask or "*" in mask:
        return content
    if isinstance(content, list):
        return [_selected(mask, each) for each in content]
    return {name: _selected(below, content[name]) for name, below in mask.items() if name in content}
