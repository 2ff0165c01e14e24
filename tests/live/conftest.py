"""The whole product, running as `kyduyet demo` runs it, for tests of what only a running one shows."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.product import Product, free_port, running_product


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Run a demo on a free port, in a folder that PostgreSQL's own account can reach."""
    with (
        tempfile.TemporaryDirectory(prefix="kd-live") as folder,
        running_product(Path(folder) / "data", free_port()) as running,
    ):
        yield running
