"""What is sent is read in one way: by its type, within its bounds, or refused by the field's name."""

import ast
import uuid
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from app import fields
from app.errors import InvalidRequest, TextTooLong
from app.parameters import LARGEST_ID, LONGEST_TEXT
from tests.hostile_values import VALUES

APP = Path(__file__).parent.parent / "app"
READERS = {APP / "fields.py", APP / "parameters.py", APP / "api/reading.py"}
A_DAY, AN_ID = "2026-09-07", "6f9619ff-8b86-d011-b42d-00c04fc964ff"

Read = Callable[[fields.Sent, str], object]
TYPED: tuple[tuple[Read, str, object], ...] = (
    (fields.number, " 12 ", 12),
    (fields.number, str(LARGEST_ID), LARGEST_ID),
    (fields.number_or_none, "0", 0),
    (fields.identity, AN_ID.upper(), uuid.UUID(AN_ID)),
    (fields.identity_or_none, AN_ID, uuid.UUID(AN_ID)),
    (fields.day, A_DAY, date(2026, 9, 7)),
    (fields.day, "7/9/2026", date(2026, 9, 7)),
    (fields.day, "ngày 7 tháng 9 năm 2026", date(2026, 9, 7)),
    (fields.hour, "7:05", time(7, 5)),
    (fields.hour_or_none, "23:59", time(23, 59)),
    (lambda sent, name: fields.choice(sent, name, {"a", "b"}), "b", "b"),
    (lambda sent, name: fields.choice_or_none(sent, name, {"a"}), "a", "a"),
)


@pytest.mark.parametrize(("read", "typed", "meant"), TYPED)
def test_a_value_is_read_by_its_type(read: Read, typed: str, meant: object) -> None:
    assert read({"field": typed}, "field") == meant


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("read", [read for read, _, _ in TYPED])
def test_whatever_is_not_of_the_type_is_refused_by_the_fields_name(read: Read, value: str) -> None:
    told = []
    try:
        found = read({"field": value}, "field")
    except InvalidRequest as refusal:
        told, found = [refusal.values["fields"]], None

    assert found is None
    assert told == ["field"] or value.strip() == ""


@pytest.mark.parametrize(
    "read", [fields.number_or_none, fields.identity_or_none, fields.hour_or_none, fields.day]
)
def test_a_missing_field_is_as_an_empty_one(read: Read) -> None:
    answers = []
    for sent in ({}, {"field": ""}, {"field": "  "}):
        try:
            answers.append(read(sent, "field"))
        except InvalidRequest:
            answers.append("refused")
    assert len(set(answers)) == 1


def test_a_number_keeps_within_its_bounds() -> None:
    assert fields.number({"page": "3"}, "page", range(1, 4)) == 3
    for outside in ("0", "4", str(LARGEST_ID + 1)):
        with pytest.raises(InvalidRequest):
            fields.number({"page": outside}, "page", range(1, 4))


def test_a_text_is_not_cut_but_refused_with_its_bound() -> None:
    assert fields.paragraphs({"comment": "a\r\nb\u200b "}, "comment", 4) == "a\nb"
    assert fields.line({"name": " a \n b "}, "name", 3) == "a b"
    for read in (fields.line, fields.paragraphs, fields.text):
        with pytest.raises(TextTooLong) as caught:
            read({"comment": "abcde"}, "comment", 4)
        assert caught.value.values == {"fields": "comment", "longest": 4}
    assert len(fields.text({"name": "a" * LONGEST_TEXT}, "name")) == LONGEST_TEXT


def test_of_a_repeated_field_all_values_are_read_but_not_too_many() -> None:
    sent = MultiDict([("item", "a"), ("item", "b")])

    assert fields.several(sent, "item", 2) == ["a", "b"]
    with pytest.raises(InvalidRequest):
        fields.several(sent, "item", 1)
    with pytest.raises(TextTooLong):
        fields.several(sent, "item", 2, longest=0)


def test_nothing_reads_a_query_or_a_form_in_another_way() -> None:
    """What a page hands on whole, to show again what was typed, it may."""
    sources = {path: path.read_text() for path in sorted(APP.rglob("*.py")) if path not in READERS}
    reading = {path: source for path, source in sources.items() if "flask" in source or "fields" in source}
    found = [
        f"{path.relative_to(APP)} {place}"
        for path, source in reading.items()
        if path.parts[-2] != "pdf"
        for place in own_ways(source)
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'request.args.get("from", 0, type=int)',
        'request.form["action"]',
        'request.form.getlist("item")',
        'request.values.get("nam")',
        'sent.get("turn", "")',
    ],
)
def test_the_search_for_other_ways_finds_them(source: str) -> None:
    assert len(list(own_ways(source))) == 1


def own_ways(source: str) -> Iterator[str]:
    """Name the places that take a field's value out of what was sent."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="get" | "getlist")) if is_sent(value):
                yield f"{node.lineno}: {ast.unparse(node)}"
            case ast.Subscript(value=value) if is_sent(value):
                yield f"{node.lineno}: {ast.unparse(node)}"


def is_sent(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="request"), attr="args" | "form" | "values"):
            return True
        case ast.Name(id="sent" | "form" | "query"):
            return True
    return False
