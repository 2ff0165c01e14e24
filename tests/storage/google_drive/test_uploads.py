"""Large files: in pieces, a piece in memory at a time, and continued by whoever comes next."""

import io
import tracemalloc
from collections.abc import Callable

import pytest

from app.storage.google_drive.calls import PIECE
from app.storage.google_drive.uploads import IN_ONE_CALL
from app.storage.policy import CloudError, DriveFull, OutOfReach
from app.storage.protocol import OccupiedError
from tests.storage.google_case import Drive

WEEK = 7 * 86_400
BIG = bytes(range(256)) * 4096 * 17
"""17 MiB: two whole pieces and a part of one."""


def put(drive: Drive, content: bytes = BIG) -> None:
    drive.store().put("a.pdf", io.BytesIO(content))


def until_done(drive: Drive, content: bytes = BIG) -> None:
    for _ in range(6):
        try:
            return put(drive, content)
        except CloudError:
            continue
    raise AssertionError("it never goes through")


def upload_stopped_after(drive: Drive, pieces: int) -> None:
    """Leave an upload behind of which so many pieces have arrived."""
    drive.fault(operation="uploads.put", skip=pieces, cut="before", times=None)
    with pytest.raises(OutOfReach):
        put(drive)
    drive.emulator.faults.clear()
    drive.forget_calls()


def assert_arrived(drive: Drive, content: bytes = BIG) -> None:
    assert drive.paths() == ["a.pdf"]
    with drive.store().open("a.pdf") as file:
        assert file.read() == content


@pytest.mark.parametrize(
    ("size", "calls"),
    [
        (IN_ONE_CALL, {"files.create": 1}),
        (IN_ONE_CALL + 1, {"uploads.begin": 1, "uploads.put": 1}),
        (PIECE, {"uploads.begin": 1, "uploads.put": 1}),
        (PIECE + 1, {"uploads.begin": 1, "uploads.put": 2}),
        (2 * PIECE, {"uploads.begin": 1, "uploads.put": 2}),
    ],
)
def test_a_file_costs_one_call_or_one_and_its_pieces(drive: Drive, size: int, calls: dict[str, int]) -> None:
    drive.store().make_folder("so that there are ids")
    drive.forget_calls()
    put(drive, BIG[:size])
    assert drive.calls() == calls


def test_another_process_sends_only_what_is_missing(drive: Drive) -> None:
    upload_stopped_after(drive, pieces=2)
    put(drive)
    # One question, one piece.
    assert drive.calls() == {"uploads.put": 2}
    assert_arrived(drive)


def test_half_a_piece_that_arrived_is_not_sent_again(drive: Drive) -> None:
    drive.fault(operation="uploads.put", kind="partial_chunk", skip=1)
    until_done(drive)
    assert_arrived(drive)


def test_google_may_take_less_of_a_piece_than_was_sent(drive: Drive) -> None:
    drive.fault(operation="uploads.put", keep=PIECE - 262_144)
    put(drive)
    assert_arrived(drive)


def test_an_upload_of_which_nothing_arrives_is_given_up_for_now(drive: Drive) -> None:
    drive.fault(operation="uploads.put", keep=0, times=None)
    with pytest.raises(OutOfReach):
        put(drive)
    drive.emulator.faults.clear()
    put(drive)
    assert_arrived(drive)


@pytest.mark.parametrize(
    "lose",
    [
        lambda drive: drive.emulator.clock.advance(WEEK + 1),
        lambda drive: drive.fault(operation="uploads.put", kind="session_gone"),
        lambda drive: drive.fault(operation="uploads.put", status=410, reason="gone"),
    ],
)
def test_a_session_that_google_has_forgotten_is_begun_again(
    drive: Drive, lose: Callable[[Drive], None]
) -> None:
    upload_stopped_after(drive, pieces=1)
    lose(drive)
    until_done(drive)
    assert_arrived(drive)


def test_a_session_that_ends_in_the_middle_is_begun_again(drive: Drive) -> None:
    drive.fault(operation="uploads.put", kind="session_gone", skip=1, keep=0)
    until_done(drive)
    assert_arrived(drive)


def test_the_last_answer_may_be_lost(drive: Drive) -> None:
    drive.fault(operation="uploads.put", skip=2, cut="after")
    put(drive)
    assert_arrived(drive)


def test_other_bytes_do_not_continue_a_begun_upload(drive: Drive) -> None:
    upload_stopped_after(drive, pieces=1)
    other = BIG[::-1]
    put(drive, other)
    assert_arrived(drive, other)
    with pytest.raises(OccupiedError):
        put(drive)


def test_no_room_is_known_before_the_bytes_are_sent(drive: Drive) -> None:
    drive.meddle("fill", account=drive.furnished["account"], free=1000)
    with pytest.raises(DriveFull):
        put(drive)
    assert "uploads.put" not in drive.calls()


def test_an_upload_whose_room_went_meanwhile_begins_again_when_there_is_some(
    drive: Drive,
) -> None:
    upload_stopped_after(drive, pieces=1)
    drive.meddle("fill", account=drive.furnished["account"])
    drive.fault(operation="uploads.put", skip=2, cut="after")
    with pytest.raises(DriveFull):
        put(drive)
    drive.meddle("fill", account=drive.furnished["account"], free=len(BIG))
    put(drive)
    assert_arrived(drive)


def test_never_much_more_than_a_piece_is_in_memory(drive: Drive) -> None:
    """The emulator runs in this process, but keeps what it gets on disk."""
    with io.BytesIO(BIG) as source:
        tracemalloc.start()
        try:
            drive.store().put("a.pdf", source)
            drive.store().open("a.pdf").close()
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 5 * PIECE
