"""`python -m emulators`: an emulator in a process of its own, as the benchmarks and the demo use it."""

import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulators.certificates import make_certificates


@contextmanager
def running(*arguments: str) -> Iterator[tuple[str, dict[str, Any]]]:
    command = [sys.executable, "-m", "emulators", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            credentials = json.loads(process.stdout.readline())
            ready, origin = process.stdout.readline().split()
            assert ready == "ready"
            yield origin, credentials
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


@pytest.mark.parametrize("cloud", ["google", "microsoft"])
def test_it_is_ready_tells_how_to_connect_and_stops_when_told(cloud: str) -> None:
    with running(cloud) as (origin, credentials):
        assert credentials
        assert httpx.get(f"{origin}/_emulator/state").status_code == 200


def test_googles_credentials_connect(tmp_path: Path) -> None:
    ca, _ = make_certificates(tmp_path, ("localhost",))
    options = ("--tls-cert", str(tmp_path / "server.pem"), "--latency-ms", "1", "--quota", "documented")
    with (
        running("google", *options) as (origin, credentials),
        httpx.Client(verify=ssl.create_default_context(cafile=ca)) as client,
    ):
        address = origin.replace("127.0.0.1", "localhost")
        user = credentials["authorized_user"]
        form = {name: user[name] for name in ("client_id", "client_secret", "refresh_token")}
        tokens = client.post(f"{address}/token", data={"grant_type": "refresh_token", **form}).json()
        about = client.get(
            f"{address}/drive/v3/about",
            params={"fields": "user"},
            headers={"Authorization": f"Bearer {tokens['access_token']}"},
        ).json()
        assert about["user"]["emailAddress"] == credentials["account"]
