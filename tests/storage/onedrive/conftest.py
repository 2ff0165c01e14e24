"""A school on the emulated Microsoft 365, served for one test."""

from collections.abc import Iterator

import pytest

from tests.storage.onedrive.school import School, opened_school


@pytest.fixture
def school() -> Iterator[School]:
    """Open a school whose tenant has a label for records."""
    with opened_school() as opened:
        opened.store.space()
        opened.made()
        yield opened
