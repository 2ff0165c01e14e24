"""A mail server that keeps what it is given, or says no."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from app.context import Context


@dataclass
class PostOffice:
    """What has arrived, and how the server answers each recipient."""

    url: str
    letters: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"


class _Counter(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a client needs to hand in a letter."""

    server: "_Server"

    def handle(self) -> None:
        self._say("220 post office")
        while line := self.rfile.readline().strip().upper():
            if line.startswith(b"QUIT"):
                self._say("221 bye")
                return
            if line.startswith(b"DATA"):
                self._receive()
            else:
                self._say(self.server.office.answer if line.startswith(b"RCPT") else "250 OK")

    def _receive(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.office.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.office = PostOffice(f"smtp://127.0.0.1:{self.server_address[1]}")


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Serve SMTP on this machine."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.office
        server.shutdown()
        thread.join()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """Open a mail server for one test."""
    with post_office() as opened:
        yield opened


@pytest.fixture
def writing(context: Context, office: PostOffice) -> Context:
    """Make the parts of a worker whose deployment sends mail, to that office."""
    return replace(context, settings=replace(context.settings, mail_url=office.url))
