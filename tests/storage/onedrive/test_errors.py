"""What is made of Graph's refusals: every line of the table, and what a person or a job learns of it."""

import io

import pytest

from app.storage.abilities import CursorLost
from app.storage.onedrive.errors import (
    POLICY,
    ChangedMeanwhile,
    RequestRefused,
    ServerFault,
    Throttled,
    refusal,
)
from app.storage.policy import (
    CloudError,
    DriveFull,
    FileLocked,
    HardLimit,
    NoRight,
    OutOfReach,
    PolicyForbids,
    SignInAgain,
    Then,
    TooFast,
)
from app.storage.protocol import MissingError, OccupiedError, StorageError
from tests.storage.onedrive.school import School


@pytest.mark.parametrize(
    ("status", "codes", "expected"),
    [
        (400, ["nameNotAllowed", "invalidRequest"], RequestRefused),
        (401, ["InvalidAuthenticationToken"], SignInAgain),
        (403, ["accessDenied"], NoRight),
        (403, ["sharingDisabled", "accessDenied"], PolicyForbids),
        (403, ["quotaLimitReached"], DriveFull),
        (404, ["itemNotFound"], MissingError),
        (409, ["nameAlreadyExists"], OccupiedError),
        (409, ["resourceModified"], ChangedMeanwhile),
        (412, ["resourceModified"], ChangedMeanwhile),
        (413, ["invalidRequest"], HardLimit),
        (416, ["fragmentOverlap", "invalidRange"], ChangedMeanwhile),
        (418, [], RequestRefused),
        (423, ["resourceLocked"], FileLocked),
        (500, ["generalException"], ServerFault),
        (502, [], OutOfReach),
        (503, ["serviceNotAvailable"], OutOfReach),
        (504, [], OutOfReach),
        (507, ["quotaLimitReached"], DriveFull),
        (599, [], OutOfReach),
    ],
)
def test_a_status_and_a_code_mean_this(status: int, codes: list[str], expected: type[StorageError]) -> None:
    assert type(refusal(status, codes, None)) is expected


@pytest.mark.parametrize("status", [429, 503, 509])
def test_being_sent_away_for_a_time_is_no_fault_of_the_service(status: int) -> None:
    error = refusal(status, [], 17)
    assert isinstance(error, Throttled)
    assert (error.seconds, error.then) == (17, Then.PARK)


def test_being_sent_away_without_a_time_means_two_minutes() -> None:
    error = refusal(429, ["activityLimitReached"], None)
    assert isinstance(error, Throttled)
    assert error.seconds == 120


def test_a_cursor_that_is_gone_is_no_refusal_of_the_store() -> None:
    assert isinstance(refusal(410, ["resyncRequired"], None), CursorLost)


def test_every_line_of_the_table_tells_a_person_what_to_do() -> None:
    assert all(kind.detail and kind.hint and kind.code for kind in POLICY.values())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttled", TooFast),
        ("unavailable", TooFast),
        ("server_error", OutOfReach),
        ("storage_full", DriveFull),
        ("denied", NoRight),
        ("revoked", SignInAgain),
    ],
)
def test_a_file_that_is_refused_is_put_once_the_reason_is_gone(
    school: School, kind: str, expected: type[CloudError]
) -> None:
    school.fault(kind=kind, operation="content.put", times=2)
    with pytest.raises(expected):
        school.store.put("a.pdf", io.BytesIO(b"bytes"))
    assert school.tree() == {}
    school.emulator.faults.clear()
    school.store.put("a.pdf", io.BytesIO(b"bytes"))
    assert list(school.tree()) == ["a.pdf"]


def test_a_full_drive_is_told_and_leaves_nothing(school: School) -> None:
    school.emulator.meddle({"verb": "fill"})
    with pytest.raises(DriveFull):
        school.store.put("a.pdf", io.BytesIO(b"bytes"))
    assert school.tree() == {}


@pytest.mark.parametrize("name", ["a:b", "CON", "x.", "~$x.pdf", "a" * 256, "_vti_x"])
def test_a_name_that_the_service_does_not_take_is_refused_for_good(school: School, name: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        school.store.make_folder(name)
    assert refused.value.permanent
    assert school.tree() == {}


def test_a_path_of_over_four_hundred_characters_is_refused(school: School) -> None:
    long = "x" * 90
    for depth in range(1, 5):
        school.store.make_folder("/".join([long] * depth))
    with pytest.raises(RequestRefused):
        school.store.make_folder("/".join([long] * 5))
