"""The whole product, running as `kyduyet demo` runs it, for tests of what only a running one shows."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.product import HOST, Product, running_product


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Run a demo on a free port, in a folder that PostgreSQL's own account can reach."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    with (
        tempfile.TemporaryDirectory(prefix="kd-live") as folder,
        running_product(Path(folder) / "data", port) as running,
    ):
        yield running
