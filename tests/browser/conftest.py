"""The running product and a real browser, started once for the tests of this folder."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from bench.product import Product, running_product
from tests.browser.windows import DESK, PHONE, Desk, Storage

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start the browser that is installed.

    For this folder only: while Playwright runs, its event loop occupies the thread of the tests.
    """
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = "Chromium is missing; on Debian: sudo apt-get install chromium"
        if os.environ.get("KYDUYET_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def product(chromium: Browser) -> Iterator[Product]:
    """Run the demo in a data folder of its own; not without a browser, which asks for it first."""
    assert chromium.is_connected()
    with (
        tempfile.TemporaryDirectory(prefix="kd-browser") as folder,
        running_product(Path(folder) / "data", _free_port()) as product,
    ):
        yield product


@pytest.fixture(scope="package")
def storage() -> Storage:
    """Remember the cookies of those who have signed in."""
    return {}


@pytest.fixture
def desk(chromium: Browser, product: Product, storage: Storage) -> Iterator[Desk]:
    """Open windows on the product; ends in failure if a page complained behind the scenes."""
    desk = Desk(chromium, f"http://127.0.0.1:{product.port}", storage)
    yield desk
    assert desk.close() == []


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    """Give the size of a window: a cheap phone's and an office computer's."""
    given: ViewportSize = request.param
    return given


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
