"""An emulated Drive for each test."""

from collections.abc import Iterator

import pytest

from tests.storage.google_case import Drive, emulated_drive


@pytest.fixture
def drive() -> Iterator[Drive]:
    with emulated_drive() as opened:
        yield opened
