"""The fixture `sandbox`: one real sandbox server for a test session, in a folder with a short path."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.pdf.sandbox import Sandbox, ready
from app.sheets.workbook import SANDBOX_ORDER

PATIENCE_S = 60
Server = subprocess.Popen[bytes]


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait until `condition` holds; fail naming `what` when it does not within `PATIENCE_S`."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


def start_server(path: Path, module: str = "app.pdf.sandbox_server", *more: str) -> Server:
    """Start the server of `module` at `path`, with `more` arguments, and wait until it answers."""
    server = subprocess.Popen([sys.executable, "-m", module, str(path), SANDBOX_ORDER, *more])
    eventually(lambda: server.poll() is not None or ready(path), "the sandbox server answers")
    assert server.poll() is None, "the sandbox server ended before it was ready"
    return server


@contextmanager
def short_folder() -> Iterator[Path]:
    """Make a folder for sockets, whose paths must be short."""
    with tempfile.TemporaryDirectory(prefix="kd") as folder:
        yield Path(folder)


@contextmanager
def running_server(module: str = "app.pdf.sandbox_server", *more: str) -> Iterator[tuple[Sandbox, Server]]:
    """Run the server of `module` at a new socket; stop it with SIGTERM at the end."""
    with short_folder() as folder:
        path = folder / "sandbox.sock"
        server = start_server(path, module, *more)
        try:
            yield Sandbox(path), server
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_server() as (client, _):
        yield client
