"""Batches: up to 100 calls in one multipart/mixed request, each answered on its own."""

import io
import secrets
from email.message import Message
from http.client import responses
from urllib.parse import urlsplit

from emulators.google.errors import bad_request
from emulators.google.multipart import split_parts
from emulators.serving import App, Request, Response

_MOST = 100


def answer_batch(request: Request, app: App) -> Response:
    """Answer every call of a batch in order; raises `DriveError` when it is none."""
    parts = split_parts(request.headers, request.read())
    if len(parts) > _MOST:
        raise bad_request("The batch request has too many parts.")
    boundary = f"batch_{secrets.token_hex(12)}"
    pieces = [_answered(request, headers, content, app) for headers, content in parts]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), piece) for piece in pieces)
    kind = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    return Response(200, body + b"--%s--\r\n" % boundary.encode(), kind)


def _answered(request: Request, outer: Message, content: bytes, app: App) -> bytes:
    response = app(_inner(request, content))
    headers = {**response.headers, "Content-Length": str(response.length)}
    lines = [
        "Content-Type: application/http",
        f"Content-ID: <response-{str(outer.get('Content-ID', '')).strip('<>')}>",
        "",
        f"HTTP/1.1 {response.status} {responses.get(response.status, '')}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + response.body


def _inner(request: Request, content: bytes) -> Request:
    head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *fields = head.decode().split("\n")
    method, target, _ = first.split(" ")
    headers = Message()
    headers["Authorization"] = request.headers.get("Authorization", "")
    for line in fields:
        name, _, value = line.partition(":")
        del headers[name]
        headers[name] = value.strip()
    address = urlsplit(target)._replace(scheme="", netloc="").geturl()
    return Request(method, address, headers, io.BytesIO(body), len(body), request.origin)
