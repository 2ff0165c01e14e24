"""Reading requests: bodies into their types, forms, query parameters; what is wrong is named by its field."""

import re
import unicodedata
import uuid
from typing import TypeVar

import msgspec
from flask import request

from app.approvals.submissions import Upload
from app.bodies import read_whole
from app.errors import InvalidRequest
from app.fields import LONGEST_LINE, as_identity, number_of
from app.page import session
from app.people.authority import Authority
from app.people.current import ask_token_again
from app.staging.store import Spool
from app.words import name_of_file

T = TypeVar("T")

_AT = re.compile(r"at `\$\.?(?P<path>[^`]*)`")
_MISSING = re.compile(r"required field `(?P<field>[^`]+)`")


def body_of(kind: type[T]) -> T:
    """Read the JSON body as `kind`; raises `InvalidRequest` naming the field.

    Its size comes first: more than `app.bodies` allows is not looked at. No database connection waits while
    a slow line delivers it. Whether the token still counts is asked when it has come, and what the caller is
    by then is asked by the verb.
    """
    end_reading()
    body = read_whole(request.stream)
    ask_token_again()
    if request.mimetype != "application/json":
        raise InvalidRequest(fields="Content-Type")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(fields=_field_of(error)) from error
    except RecursionError as error:
        # Nested deeper than anything of ours; msgspec says so by Python's own error.
        raise InvalidRequest(fields="body") from error


def upload() -> Upload:
    """Return the part `file` of a multipart body, spooled; raises `InvalidRequest` or `TooLarge`.

    No database connection waits while a slow line delivers the bytes, nor while the gate reads them; in
    between the token is asked again.
    """
    end_reading()
    part = request.files.get("file")
    ask_token_again()
    end_reading()
    if part is None or not isinstance(part.stream, Spool):
        raise InvalidRequest(fields="file")
    return Upload(part.stream, name_of_file(part.filename or ""))


def end_reading() -> None:
    """Give the request's database connection back; what was read stays as it was read."""
    session().commit()


def form_of(kind: type[T]) -> T:
    """Read the fields of a multipart body as `kind`; raises `InvalidRequest` naming the field."""
    fields = {name: one_line(name, value) for name, value in request.form.items()}
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise InvalidRequest(fields=_field_of(error)) from error


def parameter(name: str) -> str | None:
    """Return a query parameter, or None when it is absent or empty; raises `InvalidRequest`."""
    value = one_line(name, request.args.get(name, ""))
    if len(value) > LONGEST_LINE:
        raise InvalidRequest(fields=name)
    return value or None


def number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number between `least` and `most` from the query; raises `InvalidRequest`."""
    value = parameter(name)
    if value is None:
        return default
    return number_of(value, name, range(least, most + 1))


def choice(name: str, choices: frozenset[str]) -> str | None:
    """Return a query parameter that is one of `choices`, or None; raises `InvalidRequest`."""
    value = parameter(name)
    if value is not None and value not in choices:
        raise InvalidRequest(fields=name)
    return value


def owner_asked(authority: Authority) -> uuid.UUID | None:
    """Return the person that `owner` names, `me` being the caller; raises `InvalidRequest`."""
    written = parameter("owner")
    if written is None:
        return None
    owner = authority.user_id if written == "me" else as_identity(written)
    if owner is None:
        raise InvalidRequest(fields="owner")
    return owner


def one_line(name: str, value: str) -> str:
    """Return `value` in NFC without white space around it; raises `InvalidRequest` on control characters."""
    clean = unicodedata.normalize("NFC", value).strip()
    if any(unicodedata.category(character) == "Cc" for character in clean):
        raise InvalidRequest(fields=name)
    return clean


def _field_of(error: msgspec.MsgspecError) -> str:
    """Name the field that msgspec complains of, like `items[].turn`, or the whole body."""
    message = str(error)
    at, missing = _AT.search(message), _MISSING.search(message)
    parts = [found for found in (at and at["path"], missing and missing["field"]) if found]
    return ".".join(parts).replace("[...]", "[]") or "body"
