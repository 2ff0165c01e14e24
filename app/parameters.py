"""What the parts of an address and the fields of a request may be at all, before any route reads them.

A part of a path that cannot be what it stands for names nothing: 404. A query or a form with a text that
the database cannot hold, or that is longer than any page of ours takes, is refused by the field's name: 422.

What a field is to be, routes say with `app.fields`, in a query as in a form: a value that is not of its
field's type, or not among its choices, is refused by name, 422. A filter in a link is never passed over in
silence; one that is empty is as one that is missing.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import BaseConverter, IntegerConverter, Map, PathConverter, UnicodeConverter
from werkzeug.routing import ValidationError as NamesNothing

from app.errors import InvalidRequest, TextTooLong
from app.text import is_writable

LARGEST_ID = 2**31 - 1
"""The largest number that the database's ids, turns and versions can have."""
LONGEST_PART = 200
LONGEST_VALUE = 2000
"""Characters of a value in a query; what is longer was not made by a page of ours."""
LONGEST_TEXT = 20_000
"""Characters of a field of a form that has no bound of its own."""

_MOST_SHOWN = 40
_LINE_BREAKS = frozenset("\t\r\n")
_SEALED = frozenset({"draft", "sealed"})
"""Fields that we wrote and sealed ourselves, as long as the list they hold; the body's limit bounds them."""
_COMPARED_ONLY = frozenset({"people.sign_in_page"})
"""Addresses whose forms are only compared with what is stored: a wrong text is merely wrong."""


class WholeNumber(IntegerConverter):
    """An id or a number: digits 0 to 9, at most `LARGEST_ID` unless the rule says less."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map, *given: Any, **named: Any) -> None:
        named.setdefault("max", LARGEST_ID)
        super().__init__(url_map, *given, **named)


class ShortText(UnicodeConverter):
    """A code or a name on one line."""

    def __init__(self, url_map: Map, minlength: int = 1, maxlength: int = LONGEST_PART) -> None:
        super().__init__(url_map, minlength=minlength, maxlength=maxlength)

    def to_python(self, value: str) -> str:
        """Return the text; a control character or half a character names nothing."""
        return _writable_part(value)


class PathText(PathConverter):
    """The way to a file of ours."""

    def to_python(self, value: str) -> str:
        """Return the text; a control character or half a character names nothing."""
        return _writable_part(value)


class Addresses(Map):
    """The addresses of the product, whose parts are bounded without each rule saying so."""

    default_converters: ImmutableDict[str, type[BaseConverter]] = ImmutableDict(
        {
            **Map.default_converters,
            "default": ShortText,
            "string": ShortText,
            "path": PathText,
            "int": WholeNumber,
        }
    )


def refuse_unwritable() -> None:
    """Raise `InvalidRequest` for a query or a form that the database could not hold.

    Comes after the protection against forged forms, which reads the form of a page. The API reads what it
    is sent itself, after the token, in `app.api.reading`.
    """
    if request.blueprint == "api":
        return
    _check(request.args.items(multi=True), LONGEST_VALUE)
    if request.method == "POST" and request.endpoint not in _COMPARED_ONLY:
        _check(request.form.items(multi=True), LONGEST_TEXT)


def _check(fields: Iterable[tuple[str, str]], longest: int) -> None:
    for name, value in fields:
        if not _is_text(name) or not _is_text(value):
            raise InvalidRequest(fields=_shown(name))
        if len(value) > longest and name not in _SEALED:
            raise TextTooLong(_shown(name), longest)


def _is_text(value: str) -> bool:
    """Tell whether a value is lines of text, without control characters but tabs and line breaks."""
    if value.isprintable():
        return True
    controls = (letter for letter in value if unicodedata.category(letter) == "Cc")
    return is_writable(value) and all(letter in _LINE_BREAKS for letter in controls)


def _shown(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:_MOST_SHOWN]


def _writable_part(value: str) -> str:
    if not _is_text(value) or not _LINE_BREAKS.isdisjoint(value):
        raise NamesNothing
    return value
