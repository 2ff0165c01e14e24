"""How much each address takes: the size of a body, its fields and files, set before a byte of it is read.

Forms are small. What takes files, or a list that was sealed into a page, is in the tables here; everything
that is not there takes a form and no file; an operation of the API that is not there takes JSON.
"""

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from threading import Timer
from time import monotonic
from typing import IO, cast

from flask import Request, request, session
from gunicorn.http.errors import ParseException
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import get_input_stream

from app.errors import InvalidRequest, Refused
from app.page import context
from app.staging.store import Digest
from app.text import N_

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
MOST_FIELDS = 2000
MOST_HOLDINGS = 30_000
"""Boxes on the form of a handover: whoever leaves after many years hands over some thousands of records."""

_CHUNK = 64 * KILOBYTE
_SIGNED_IN = "_user_id"
"""Where Flask-Login keeps in the signed cookie who signed in; it is asked without the database."""

_TINY, _FORM, SEALED = 16 * KILOBYTE, 256 * KILOBYTE, 8 * MEGABYTE
_AROUND_FILES = 256 * KILOBYTE
"""Fields, headers and boundaries beside the files of a form."""
_FIELD = 128 * KILOBYTE
"""Of one field of a form with files; the parser needs room for what it reads at once, 64 KB."""


class FormTooLarge(Refused):
    """More was sent than the form of this page can hold."""

    code, status = "too_large", 413
    detail = N_("Nội dung gửi lên lớn hơn biểu mẫu này nhận.")
    hint = N_("Tải lại trang rồi gửi lại; nội dung dài thì chia làm nhiều lần.")


class UnreadableForm(InvalidRequest):
    """What was sent as a form is none: it breaks off, or a part of it does not say which field it is."""

    detail = N_("Nội dung gửi lên không phải là biểu mẫu đọc được.")
    hint = N_("Tải lại trang rồi gửi lại bằng nút trên trang.")


@dataclass(frozen=True)
class Body:
    """What an address takes."""

    form: int = _FORM
    """Bytes beside the files."""
    files: int = 0
    fields: int = MOST_FIELDS
    kept: bool = True
    """Whether the bytes of files are kept for the request, or only their hash."""
    open_to_all: bool = False
    """Whether people who are not signed in are served, too."""

    @property
    def limit(self) -> int:
        """Bytes of the whole body."""
        return self.form + self.files * (context().settings.max_upload_mb * MEGABYTE + _AROUND_FILES)


_OPEN_FORM = Body(form=_TINY, fields=20, open_to_all=True)
_CHECKED = Body(form=_TINY, files=1, fields=4, kept=False, open_to_all=True)
_ONE_FILE = Body(files=1)
_SEALED_LIST = Body(form=SEALED)
_HOLDINGS = Body(form=2 * MEGABYTE, fields=MOST_HOLDINGS)
BODIES = {
    "people.sign_in_page": _OPEN_FORM,
    "people.choose_language": _OPEN_FORM,
    "proof.check_page": _OPEN_FORM,
    "proof.find_file": _CHECKED,
    "proof.compare_file": _CHECKED,
    "approvals.upload": Body(files=20),
    "approvals.resubmit": _ONE_FILE,
    "people.give_delegation": _ONE_FILE,
    "people.attach_delegation_paper": _ONE_FILE,
    "people.preview_staff_list": _ONE_FILE,
    "people.create_from_staff_list": _SEALED_LIST,
    "people.download_passwords": _SEALED_LIST,
    "handovers.draw_up_handover": _HOLDINGS,
    "calendar.read_file": _ONE_FILE,
    "curriculum.preview_plan": _ONE_FILE,
    "curriculum.agree_to_plan": _SEALED_LIST,
    "teaching.preview_list": _ONE_FILE,
    "teaching.agree_to_list": _SEALED_LIST,
    "api.create_record": _ONE_FILE,
    "api.create_version": _ONE_FILE,
}
"""What addresses take that do not take a usual form."""
_USUAL, _JSON = Body(), Body(form=MEGABYTE)


def body_here() -> Body:
    """Return what the address of this request takes."""
    return BODIES.get(request.endpoint or "", _JSON if request.blueprint == "api" else _USUAL)


def read_whole(stream: IO[bytes]) -> bytes:
    """Read a body to its end; raises `RequestEntityTooLarge` for one that goes on after its limit.

    One without its length is cut off there in silence; only to ask for more is refused.
    """
    return stream.read() + stream.read(1)


class CountedForms(FormDataParser):
    """Forms of a bounded number of fields, each with a name, whichever way they are written."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], "MultiDict[str, str]", "MultiDict[str, FileStorage]"]:
        """Read a form; raises `RequestEntityTooLarge` for one of too many fields, and `UnreadableForm`."""
        if mimetype == "application/x-www-form-urlencoded":
            written = read_whole(stream)
            if written.count(b"&") >= (self.max_form_parts or MOST_FIELDS):
                raise RequestEntityTooLarge
            stream = io.BytesIO(written)
        self.silent = False
        try:
            read = super().parse(stream, mimetype, content_length, options)
        except ValueError as error:
            raise UnreadableForm from error
        if not all((*read[1], *read[2])):
            raise UnreadableForm
        return read


class BoundedRequest(Request):
    """A request whose files stream into staging's spool, or through a hash, and never into memory."""

    form_data_parser_class = CountedForms

    @cached_property
    def _files_begun(self) -> list[IO[bytes]]:
        return []

    def _get_file_stream(self, *_announced: object, **_too: object) -> IO[bytes]:
        """Give the parser a place for one file; what the client announces of it is not believed."""
        body, limit = body_here(), context().settings.max_upload_mb
        if len(self._files_begun) >= body.files:
            raise RequestEntityTooLarge
        begun = cast("IO[bytes]", context().staging.spool(limit) if body.kept else Digest(limit))
        self._files_begun.append(begun)
        return begun

    def close(self) -> None:
        """Let the files go, also those of a form that could not be read to its end."""
        super().close()
        for begun in self._files_begun:
            begun.close()


def bound_body() -> None:
    """Set the limits of this request's body; comes before anything that reads it."""
    body = body_here()
    request.max_content_length = body.limit
    request.max_form_parts = body.fields + body.files
    request.max_form_memory_size = max(_FIELD, body.form)
    announced = request.content_length
    if announced is not None and announced > body.limit:
        raise RequestEntityTooLarge


def takes_more_than_a_form() -> bool:
    """Tell whether this request may be large, and is for people who are signed in."""
    body = body_here()
    return not body.open_to_all and (body.limit > _FORM or request.mimetype == "multipart/form-data")


def take_strangers_form() -> bool:
    """Read a small form whose sender is not signed in any more; tell whether there was one.

    It is read as long as the rest of what strangers are refused, and none with files or a long list.
    """
    is_form = request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded"
    if not is_form or not 0 < (request.content_length or 0) <= _FORM:
        return False
    with _reading_ends_after(STRANGERS_REST.seconds), suppress(HTTPException, OSError, UnreadableForm):
        return bool(request.form)
    return False


@dataclass(frozen=True)
class Rest:
    """How much is still read of a request that was refused, and for how long."""

    size: int
    seconds: float


REST, STRANGERS_REST = Rest(64 * MEGABYTE, 30), Rest(64 * MEGABYTE, 2)


def discard_rest() -> None:
    """Read what is still being sent of a refused request, so that the client reads our answer at all.

    A stranger's, as every API caller is here, is read for a moment only: who sends slowly holds no thread.
    """
    rest = REST if _SIGNED_IN in session else STRANGERS_REST
    body, left, until = get_input_stream(request.environ), rest.size, monotonic() + rest.seconds
    with _reading_ends_after(rest.seconds), suppress(ClientDisconnected, OSError, ParseException):
        while left > 0 and monotonic() < until and (chunk := body.read(_CHUNK)):
            left -= len(chunk)


@contextmanager
def _reading_ends_after(seconds: float) -> Iterator[None]:
    """Let the connection read nothing more after some seconds, even within a read that waits for bytes."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        yield
        return
    alarm = Timer(seconds, _stop_reading, [connection])
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _stop_reading(connection: socket.socket) -> None:
    with suppress(OSError):  # The client has gone already.
        connection.shutdown(socket.SHUT_RD)
