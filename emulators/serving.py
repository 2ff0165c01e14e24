"""A threaded HTTP/1.1 server on this machine: whole requests in, answers out, connections cut on demand."""

import shutil
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

_IN_MEMORY = 8 * 1024 * 1024
"""Bytes of a request's body that stay in memory; a longer one goes to a temporary file."""
_PIECE = 256 * 1024
_LEFT = (ConnectionError, ssl.SSLError, TimeoutError)
"""What it looks like when a client has gone."""


class CutConnection(Exception):
    """Raised by an app to close the connection without an answer."""


@dataclass(frozen=True)
class Request:
    """One request, received to its last byte."""

    method: str
    target: str
    """Path and query as the client sent them, still quoted."""
    headers: Message
    body: BinaryIO
    size: int
    origin: str
    """Scheme and host as the client addressed them, such as `http://127.0.0.1:4100`."""

    @cached_property
    def raw_path(self) -> str:
        """The path, still quoted."""
        return urlsplit(self.target).path

    @cached_property
    def path(self) -> str:
        """The path, unquoted."""
        return unquote(self.raw_path)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's values, unquoted; of several with one name, the last."""
        values = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: given[-1] for name, given in values.items()}

    def read(self) -> bytes:
        """Return the whole body, however often it is asked."""
        self.body.seek(0)
        return self.body.read()

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object, an empty body as an empty one; raises `ValueError`."""
        return msgspec.json.decode(self.read() or b"{}", type=dict[str, Any])

    def form(self) -> dict[str, list[str]]:
        """Return the fields of a URL-encoded body."""
        return parse_qs(self.read().decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Slice:
    """A run of bytes of a file that is the body of an answer."""

    path: Path
    start: int
    length: int


@dataclass
class Response:
    """An answer: its body is `body`, or a slice of a file."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    slice: Slice | None = None
    broken_off: bool = False
    """Send half of the body, then cut the connection."""

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return self.slice.length if self.slice else len(self.body)


def json_response(status: int, content: object, headers: dict[str, str] | None = None) -> Response:
    """Return `content` as a JSON answer."""
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return Response(status, msgspec.json.encode(content), kind | (headers or {}))


App = Callable[[Request], Response]
"""Answers a request; may raise `CutConnection`. Called from many threads at once."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "_Server"

    def exchange(self) -> None:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            size = self._receive(cast("BinaryIO", body))
            body.seek(0)
            host = self.headers.get("Host") or f"127.0.0.1:{self.server.server_port}"
            origin = f"{self.server.scheme}://{host}"
            request = Request(self.command, self.path, self.headers, cast("BinaryIO", body), size, origin)
            try:
                self._answer(self.server.app(request))
            except CutConnection:
                self._cut()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = exchange  # noqa: N815 - looked up so

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Stay quiet: the counters know every call."""

    def _receive(self, body: BinaryIO) -> int:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while length := int(self.rfile.readline().split(b";")[0], 16):
                self._copy(body, length)
                self.rfile.readline()
            while self.rfile.readline().strip():
                continue
        else:
            self._copy(body, int(self.headers.get("Content-Length") or 0))
        return body.tell()

    def _copy(self, body: BinaryIO, length: int) -> None:
        while length:
            piece = self.rfile.read(min(length, _PIECE))
            if not piece:
                raise ConnectionResetError("the client left in the middle of its request")
            body.write(piece)
            length -= len(piece)

    def _answer(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(response.length))
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(response)
        if response.broken_off:
            self._cut()

    def _send_body(self, response: Response) -> None:
        length = response.length // 2 if response.broken_off else response.length
        if response.slice is None:
            self.wfile.write(response.body[:length])
            return
        with response.slice.path.open("rb") as file:
            file.seek(response.slice.start)
            while length:
                piece = file.read(min(length, _PIECE))
                self.wfile.write(piece)
                length -= len(piece)

    def _cut(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], app: App, tls: ssl.SSLContext | None) -> None:
        super().__init__(address, _Handler)
        self.app = app
        self.tls = tls
        self.scheme = "https" if tls else "http"
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.tls:
            # The handshake happens with the first read, in the connection's own thread.
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients still keep open."""
        with self._open_lock:
            for connection in self._open:
                _shut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), _LEFT):
            super().handle_error(request, client_address)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


@contextmanager
def serving(
    app: App, port: int = 0, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[str]:
    """Serve `app` in threads until the block ends; yields the address, without a slash at its end."""
    server = _Server((host, port), app, tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{server.scheme}://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.hang_up()
        server.server_close()


def save(body: BinaryIO, target: BinaryIO) -> None:
    """Copy the rest of `body` to `target`."""
    shutil.copyfileobj(body, target, _PIECE)
