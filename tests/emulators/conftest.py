"""The emulators, each served for one test."""

from collections.abc import Iterator

import pytest

from emulators.google.service import Google
from emulators.microsoft.service import Microsoft
from emulators.serving import serving
from tests.emulators.google_cloud import GoogleCloud
from tests.emulators.microsoft_cloud import MicrosoftCloud


@pytest.fixture
def cloud() -> Iterator[MicrosoftCloud]:
    emulator = Microsoft()
    with serving(emulator) as origin, MicrosoftCloud(emulator, origin) as client:
        yield client
    emulator.close()


@pytest.fixture
def google() -> Iterator[GoogleCloud]:
    emulator = Google()
    with serving(emulator) as origin:
        around = GoogleCloud(emulator, origin)
        yield around
        around.close()
    emulator.close()
