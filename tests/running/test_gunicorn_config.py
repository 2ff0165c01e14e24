"""The web server as it is configured, in front of the real application and database."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = ("--config", "python:app.running.gunicorn_config", "--bind")
BOOTING = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z INFO gunicorn.error\[\d+\] Booting worker with pid: (\d+)$")


class WebServer:
    """gunicorn with our settings on a Unix socket, its log read line by line."""

    def __init__(self, process: subprocess.Popen[str], socket_path: Path) -> None:
        self.process = process
        self.socket_path = socket_path
        self.log: list[str] = []

    def next_worker(self) -> int:
        """Wait until the log tells of another worker."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line)
            booting = BOOTING.match(line)
            if booting:
                return int(booting[1])
        raise AssertionError("".join(self.log))

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(20)
        connection.sock.connect(str(self.socket_path))
        connection.request("GET", path)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        return answer.status, said

    def stop(self) -> tuple[int, str]:
        self.process.terminate()
        rest = self.process.communicate(timeout=10)[0]
        return self.process.returncode, "".join(self.log) + rest


@pytest.fixture
def web(fresh_url: str) -> Iterator[WebServer]:
    with tempfile.TemporaryDirectory(prefix="kyduyet-") as folder:
        socket_path = Path(folder, "web.sock")
        settings = {"SECRET_KEY": "k" * 32, "DATABASE_URL": fresh_url, "DATA_DIR": folder}
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *COMMAND, f"unix:{socket_path}"],
            env={**os.environ, **{f"KYDUYET_{name}": value for name, value in settings.items()}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        yield WebServer(process, socket_path)
        process.kill()
        process.communicate()


def test_two_workers_answer_from_the_database_and_a_killed_one_is_replaced(web: WebServer) -> None:
    first, second = web.next_worker(), web.next_worker()
    no_job_worker = (503, '{"failing":"worker","status":"unavailable"}\n')
    assert [web.get("/healthz") for _ in range(8)] == [no_job_worker] * 8
    os.kill(first, signal.SIGKILL)
    assert web.next_worker() not in {first, second}
    assert web.get("/healthz") == no_job_worker


def test_a_stop_is_clean_and_nobodys_reading_is_in_the_log(web: WebServer) -> None:
    web.next_worker()
    assert web.get("/healthz?who=somebody")[0] == 503
    status, log = web.stop()
    assert status == 0
    assert "Shutting down" in log
    assert "somebody" not in log
