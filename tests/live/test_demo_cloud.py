"""`kyduyet demo --cloud`: the tree in a cloud without an account, and the commands beside it."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.product import Client, Product, free_port, running_product

PATIENCE_SECONDS = 60


@pytest.fixture(scope="module", params=["google", "microsoft"])
def product(request: pytest.FixtureRequest) -> Iterator[Product]:
    """Run a demo on an emulated cloud."""
    with (
        tempfile.TemporaryDirectory(prefix="kd-sky") as folder,
        running_product(Path(folder) / "data", free_port(), "--cloud", request.param) as running,
    ):
        yield running


def beside(product: Product, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing but the demo's data directory to go by."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KYDUYET_")}
    return subprocess.run(
        [sys.executable, "-m", "app", *command],
        env={**plain, "KYDUYET_DATA_DIR": str(product.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def decided(decider: Client, record: dict[str, Any], action: str) -> dict[str, Any]:
    seen = {"action": action, "turn": record["turn"], "sha256": record["sha256"]}
    answer: dict[str, Any] = decider.send("POST", f"/records/{record['id']}/decisions", seen)
    return answer


def filed(product: Product, content: bytes) -> dict[str, Any]:
    """Bring a document through both decisions and wait until it lies in the cloud."""
    teacher, head, principal = (
        product.client(f"{name}@truong-a.example") for name in ("gv1", "totruong1", "hieutruong")
    )
    record: dict[str, Any] = teacher.upload(
        content, record_type="KHBD", period="2026-2027/W12", title="Bài trên mây"
    )
    record = decided(principal, decided(head, record, "approve"), "sign_off")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while record["state"] != "filed":
        assert time.monotonic() < deadline, "the record did not reach the cloud"
        record = principal.send("GET", f"/records/{record['id']}")
    return record


def emulator(product: Product, path: str) -> Any:
    """Ask the emulator itself."""
    settings = json.loads((product.data_dir / "emulator/settings.json").read_text())
    origin = next(iter(settings.values())).removesuffix("/v1.0")
    with urllib.request.urlopen(f"{origin}/_emulator/{path}") as answer:
        return json.loads(answer.read())


def test_a_signed_record_lies_in_the_cloud_and_the_commands_find_it_there(
    product: Product, pdf: Callable[..., bytes]
) -> None:
    record = filed(product, pdf("Bài trên mây"))
    assert record["official"]["path"].rpartition("/")[2] in json.dumps(
        emulator(product, "state"), ensure_ascii=False
    )
    for command in (("tree", "check"), ("tree", "drift", "truong-a"), ("audit", "verify")):
        done = beside(product, *command)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    shared = beside(
        product, "share", "add", "truong-a", "--office", "phong", "--email", "canbo@phong.example"
    )
    assert shared.returncode == 0, shared.stderr
    assert "phong" in beside(product, "share", "list").stdout


def test_a_demo_on_a_cloud_is_not_begun_over_old_data(product: Product) -> None:
    again = beside(product, "demo", "--port", str(free_port()), "--cloud", "google")
    assert again.returncode == 1
    assert "--fresh" in again.stderr
