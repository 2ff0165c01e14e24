"""The fixture `sandbox`: one real sandbox server for a test session, in a folder with a short path."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.pdf.sandbox import Sandbox, ready

LONGEST_START_S = 60


@contextmanager
def running_server(
    module: str = "app.pdf.sandbox_server",
) -> Iterator[tuple[Sandbox, subprocess.Popen[bytes]]]:
    """Start the server of `module` at a new socket; stop it with SIGTERM at the end."""
    with tempfile.TemporaryDirectory(prefix="kd") as folder:
        path = Path(folder) / "sandbox.sock"
        with subprocess.Popen([sys.executable, "-m", module, str(path)]) as server:
            try:
                _wait_until_ready(path, server)
                yield Sandbox(path), server
            finally:
                server.terminate()


def _wait_until_ready(path: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_START_S
    while not ready(path):
        assert server.poll() is None, "the sandbox server ended before it was ready"
        assert time.monotonic() < deadline, "the sandbox server did not become ready"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_server() as (client, _):
        yield client
