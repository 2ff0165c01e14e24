"""Answers: JSON with its status, and bytes that a client may keep and ask again for."""

import io
from typing import Any, BinaryIO

import msgspec
from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from app.errors import Refused
from app.text import N_

PDF = "application/pdf"
PNG = "image/png"


class RangeOutside(Refused):
    """The caller asked for bytes beyond the end of the file."""

    code, status = "range_outside", 416
    detail = N_("Đoạn được yêu cầu nằm ngoài tệp.")
    hint = N_("Tải lại tệp từ đầu.")


def answer(value: Any, status: int = 200) -> Response:
    """Answer with `value` as JSON."""
    return Response(msgspec.json.encode(value), status, mimetype="application/json")


def known_to_client(etag: str) -> Response | None:
    """Return 304 when the client says that it holds these bytes already."""
    if not request.if_none_match.contains(etag):
        return None
    return _kept_by_client(Response(status=304), etag)


def stream(source: BinaryIO, etag: str, mimetype: str) -> Response:
    """Answer with the bytes of `source`, or the range of them that was asked for; closes it at the end.

    Raises `RangeOutside`.
    """
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    response = Response(wrap_file(request.environ, source), mimetype=mimetype, direct_passthrough=True)
    response.content_length = size
    _kept_by_client(response, etag)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable as error:
        source.close()
        raise RangeOutside from error
    if request.method == "HEAD":
        source.close()
    return response


def _kept_by_client(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
