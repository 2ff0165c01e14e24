"""rclone, which knows nothing of emulators, uses this one as it would the real OneDrive."""

import json
from typing import Any

import pytest

from tests.emulators.judge import CONTENT, NAMES, judge, missing
from tests.emulators.microsoft_remote import ROOM

Steps = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Steps:
    reason = missing()
    if reason:
        pytest.skip(reason)
    return judge("microsoft", tmp_path_factory.mktemp("rclone"))


def test_every_command_succeeds(steps: Steps) -> None:
    assert {name: step["err"] for name, step in steps.items() if step["code"] != 0} == {}


def test_what_was_copied_is_listed(steps: Steps) -> None:
    assert sorted(steps["list"]["out"].splitlines()) == sorted(NAMES)


@pytest.mark.parametrize("name", ["check", "check every byte", "check after change"])
def test_rclone_finds_no_difference(steps: Steps, name: str) -> None:
    assert "0 differences found" in steps[name]["err"]


def test_a_file_that_was_moved_there_and_back_reads_the_same(steps: Steps) -> None:
    assert steps["read"]["out"] == CONTENT


def test_a_second_copy_uploads_nothing(steps: Steps) -> None:
    assert not steps["copy again"]["calls"].keys() & {"content.put", "sessions.create", "items.update"}


def test_the_large_file_goes_up_in_fragments(steps: Steps) -> None:
    assert steps["copy"]["calls"]["sessions.create"] >= 1
    assert steps["copy"]["calls"]["sessions.put"] >= 1


def test_the_room_is_told(steps: Steps) -> None:
    assert json.loads(steps["room"]["out"])["total"] == ROOM


def test_a_link_is_given(steps: Steps) -> None:
    assert steps["link"]["out"].startswith("https://")


def test_nothing_is_left_after_a_purge(steps: Steps) -> None:
    assert steps["list nothing"]["out"] == ""
