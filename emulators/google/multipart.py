"""multipart/related bodies as the clients write them: Python's with bare line feeds, others with CRLF."""

import base64
import json
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from emulators.google.errors import DriveError, bad_request
from emulators.serving import Request

_PARTS = 2


def split_related(request: Request) -> tuple[dict[str, Any], str, bytes]:
    """Return the metadata, and the media type and bytes of the content; raises `DriveError`."""
    parts = split_parts(request.headers, request.read())
    if len(parts) != _PARTS:
        raise bad_request("Malformed multipart body.")
    (_, first), (headers, content) = parts
    try:
        metadata: dict[str, Any] = json.loads(first)
    except ValueError as error:
        raise DriveError(400, "parseError", "Parse Error") from error
    if headers.get("Content-Transfer-Encoding", "").lower() == "base64":
        content = base64.b64decode(content)
    return metadata, headers.get_content_type(), content


def split_parts(headers: Message, body: bytes) -> list[tuple[Message, bytes]]:
    """Return the parts of a multipart body, each with its headers, byte for byte."""
    boundary = headers.get_param("boundary")
    if not isinstance(boundary, str):
        raise bad_request("Malformed multipart body.")
    opening = b"--" + boundary.encode()
    start = body.find(opening)
    # The first boundary's line tells how all end: the bytes may end in a carriage return of their own.
    newline = b"\r\n" if body[start + len(opening) :][:2] == b"\r\n" else b"\n"
    pieces = (newline + body[max(start, 0) :]).split(newline + opening)
    return [_part(piece.removeprefix(newline), newline) for piece in pieces[1:] if piece[:2] != b"--"]


def _part(piece: bytes, newline: bytes) -> tuple[Message, bytes]:
    head, separator, content = piece.partition(newline * 2)
    if not separator:
        raise bad_request("Malformed multipart body.")
    return BytesHeaderParser().parsebytes(head + newline * 2), content
