"""The product under measurement: a demo in a folder of its own, and clients that talk to it over HTTP."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from app.database.embedded import embedded_database
from app.demo.people import PASSWORD

HOST = "127.0.0.1"
IDLE_SECONDS = 5.0
"""After this long without use a connection is opened anew, since the server closes idle ones."""


@dataclass(frozen=True)
class Product:
    """A running demo."""

    port: int
    data_dir: Path
    process: subprocess.Popen[bytes]
    seconds_to_ready: float
    _clients: "list[Client]" = field(default_factory=list)

    def client(self, email: str) -> "Client":
        """Sign in and return a client with one kept connection."""
        client = Client(self.port, email)
        self._clients.append(client)
        return client

    def hang_up(self) -> None:
        """Close the connections of every client."""
        for client in self._clients:
            client.close()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Yield a connection to the product's database, to plant what would take too long by HTTP."""
        with (
            embedded_database(self.data_dir) as urls,
            psycopg.connect(urls.owner, autocommit=True) as connection,
        ):
            yield connection

    def processes(self) -> list[psutil.Process]:
        """List the demo's processes without PostgreSQL's."""
        root = psutil.Process(self.process.pid)
        return [process for process in [root, *root.children(recursive=True)] if process.name() != "postgres"]

    def postgres(self) -> list[psutil.Process]:
        """List PostgreSQL's processes."""
        leader = int((self.data_dir / "postgres/postmaster.pid").read_text().split()[0])
        root = psutil.Process(leader)
        return [root, *root.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Return the CPU time that everything together has used, ended children included."""
        times = [process.cpu_times() for process in [*self.processes(), *self.postgres()]]
        return float(sum(t.user + t.system + t.children_user + t.children_system for t in times))


class Client:
    """One person's program: a token and a connection that is kept open."""

    def __init__(self, port: int, email: str) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=120)
        self.headers: dict[str, str] = {}
        self._used_at = time.monotonic()
        answer = self.send("POST", "/tokens", {"email": email, "password": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer['token']}"}

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send JSON and return the parsed answer; raises RuntimeError for any refusal."""
        content = None if body is None else json.dumps(body).encode()
        headers = self.headers | ({} if body is None else {"Content-Type": "application/json"})
        return self._exchange(method, path, content, headers)

    def upload(self, document: bytes, **fields: str) -> Any:
        """Hand a PDF in as a new record."""
        boundary = "bench-boundary-7f3a"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="tep.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        body = "".join(parts).encode() + head.encode() + document + f"\r\n--{boundary}--\r\n".encode()
        headers = self.headers | {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._exchange("POST", "/records", body, headers)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self._connection.close()
        self._connection.request(method, f"/api/v1{path}", body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self._used_at = time.monotonic()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {content[:300]!r}")
        return json.loads(content)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running_product(data_dir: Path, port: int, *options: str) -> Iterator[Product]:
    """Run a demo without sample records while the block lasts."""
    command = [sys.executable, "-m", "app", "demo", "--empty", "--port", str(port), "--data", str(data_dir)]
    command += options
    started = time.monotonic()
    log = (data_dir.parent / "product.log").open("ab")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=_environment()) as process:
        try:
            _await_ready(process)
            product = Product(port, data_dir, process, time.monotonic() - started)
            yield product
            product.hang_up()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            log.close()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KYDUYET_")}


def _await_ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if re.match(rb"ready http://", line):
            return
    raise RuntimeError("the demo ended before it was ready")
