"""Reading requests: bodies into their types, forms, query parameters; what is wrong is named by its field."""

import re
import unicodedata
import uuid
from typing import TypeVar

import msgspec
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from app.approvals.submissions import Upload
from app.errors import InvalidRequest, TooLarge
from app.page import context, session
from app.people.authority import Authority
from app.staging.store import Spool

T = TypeVar("T")

_MEGABYTE = 1024 * 1024
_MOST_JSON_MB = 1
_LONGEST_PARAMETER = 200
_AT = re.compile(r"at `\$\.?(?P<path>[^`]*)`")
_MISSING = re.compile(r"required field `(?P<field>[^`]+)`")


def body_of(kind: type[T]) -> T:
    """Read the JSON body as `kind`; raises `InvalidRequest` naming the field, or `TooLarge`."""
    if request.mimetype != "application/json":
        raise InvalidRequest(fields="Content-Type")
    request.max_content_length = _MOST_JSON_MB * _MEGABYTE
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except RequestEntityTooLarge as error:
        raise TooLarge(limit_mb=_MOST_JSON_MB) from error
    except msgspec.MsgspecError as error:
        raise InvalidRequest(fields=_field_of(error)) from error
    except RecursionError as error:
        # Nested deeper than anything of ours; msgspec says so by Python's own error.
        raise InvalidRequest(fields="body") from error


def upload() -> Upload:
    """Return the part `file` of a multipart body, spooled; raises `InvalidRequest` or `TooLarge`.

    No database connection waits while a slow line delivers the bytes.
    """
    end_reading()
    request.max_content_length = (context().settings.max_upload_mb + 1) * _MEGABYTE
    part = request.files.get("file")
    if part is None or not isinstance(part.stream, Spool):
        raise InvalidRequest(fields="file")
    return Upload(part.stream, shown_name(part.filename or ""))


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
    if len(value) > _LONGEST_PARAMETER:
        raise InvalidRequest(fields=name)
    return value or None


def number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number between `least` and `most` from the query; raises `InvalidRequest`."""
    value = parameter(name)
    if value is None:
        return default
    if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise InvalidRequest(fields=name)
    return int(value)


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
    owner = authority.user_id if written == "me" else uuid_or_none(written)
    if owner is None:
        raise InvalidRequest(fields="owner")
    return owner


def uuid_or_none(value: str) -> uuid.UUID | None:
    """Return the UUID that `value` writes, or None."""
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def one_line(name: str, value: str) -> str:
    """Return `value` in NFC without white space around it; raises `InvalidRequest` on control characters."""
    clean = unicodedata.normalize("NFC", value).strip()
    if any(unicodedata.category(character) == "Cc" for character in clean):
        raise InvalidRequest(fields=name)
    return clean


def shown_name(file_name: str) -> str:
    """Return a file's name in NFC, without folders and without characters that cannot be seen."""
    last = unicodedata.normalize("NFC", file_name).replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if not unicodedata.category(c).startswith("C")).strip()


def _field_of(error: msgspec.MsgspecError) -> str:
    """Name the field that msgspec complains of, like `items[].turn`, or the whole body."""
    message = str(error)
    at, missing = _AT.search(message), _MISSING.search(message)
    parts = [found for found in (at and at["path"], missing and missing["field"]) if found]
    return ".".join(parts).replace("[...]", "[]") or "body"
