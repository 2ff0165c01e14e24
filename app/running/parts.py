"""The processes that make up the product, as children for the supervisor."""

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from app.config import SettingError
from app.pdf import sandbox
from app.pdf.sandbox_fence import PARTS
from app.running.supervisor import Child
from app.sheets.workbook import SANDBOX_ORDER

_ANSWER_SECONDS = 2.0

# Many threads would each get a heap of their own, which on a small machine is most of the memory used.
_EVERYWHERE = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}
# What an unusual installation of Python needs to find itself.
_OF_PYTHON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")


def sandbox_part(socket_path: Path, demanded: Sequence[str] = ()) -> Child:
    """Make the process that opens foreign PDFs and workbooks for this machine, listening at `socket_path`.

    It does not start where a `demanded` part of its fence is missing; raises `SettingError` for one that
    nobody knows. Neither the
    secret nor the database's address is in its environment, which hostile code in a child would inherit.
    """
    if unknown := set(demanded) - set(PARTS):
        raise SettingError(
            f"KYDUYET_SANDBOX_DEMAND lists some of {', '.join(PARTS)}, not {', '.join(unknown)}"
        )
    demands = [f"--demand={part}" for part in demanded]
    return Child(
        "sandbox",
        [sys.executable, "-m", "app.pdf.sandbox_server", *demands, str(socket_path), SANDBOX_ORDER],
        env={**_EVERYWHERE, **{name: os.environ[name] for name in _OF_PYTHON if name in os.environ}},
        inherits=False,
        ready=partial(sandbox.ready, socket_path),
        stops_last=True,
    )


def worker_part(env: Mapping[str, str]) -> Child:
    """Make a process that works through the jobs; `env` holds the settings it does not inherit."""
    return Child("worker", [sys.executable, "-m", "app.running.worker"], env={**_EVERYWHERE, **env})


def web_part(host: str, port: int, env: Mapping[str, str], application: str = "wsgi:app") -> Child:
    """Make the web server of an application on `host`:`port`; `env` holds the settings it does not inherit.

    It counts as ready when `/healthz` answers 200, for which a worker has to run.
    """
    config = ["--config", "python:app.running.gunicorn_config", "--bind", f"{_in_url(host)}:{port}"]
    return Child(
        "web",
        [sys.executable, "-m", "gunicorn", *config, application],
        env={**_EVERYWHERE, **env},
        ready=partial(is_healthy, host, port),
    )


def samples_part(env: Mapping[str, str]) -> Child:
    """Make the process that makes the demo's records through the product, and ends."""
    return Child("samples", [sys.executable, "-m", "app.demo.records"], env={**_EVERYWHERE, **env}, once=True)


def address(host: str, port: int) -> str:
    """Return the URL under which `host`:`port` is reached."""
    return f"http://{_in_url(host)}:{port}"


def is_free(host: str, port: int) -> bool:
    """Tell whether a web server could listen at `host`:`port`.

    Ask before starting one: where it cannot listen, somebody else's answers would pass for its own.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        return False
    return True


def is_healthy(host: str, port: int) -> bool:
    """Tell whether the product answers 200 at `/healthz`."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((reachable, port), timeout=_ANSWER_SECONDS) as connection:
            connection.sendall(f"GET /healthz HTTP/1.0\r\nHost: {_in_url(reachable)}:{port}\r\n\r\n".encode())
            status_line = connection.makefile("rb").readline()
    except OSError:
        return False
    return b" 200 " in status_line


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
