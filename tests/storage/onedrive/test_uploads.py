"""Files in pieces: resumed by another process, begun anew where the service has forgotten them."""

import hashlib
import io
import random
from datetime import timedelta

import pytest

from app.storage.onedrive.uploads import AT_ONCE, PIECE
from app.storage.policy import DriveFull, OutOfReach
from app.storage.protocol import MissingError, OccupiedError, Stored
from tests.storage.onedrive.school import ROOT, School

BIG = random.Random(7).randbytes(AT_ONCE + 13)
SHA256 = hashlib.sha256(BIG).hexdigest()


def put(school: School, content: bytes = BIG) -> Stored:
    return school.another().put("big.pdf", io.BytesIO(content))


def test_a_large_file_goes_in_pieces_and_is_believed_by_its_hash(school: School) -> None:
    assert put(school) == Stored(len(BIG), SHA256)
    assert school.made() == ["sessions.create", *["sessions.put"] * 3]
    assert len(BIG) > 2 * PIECE
    assert PIECE % (320 * 1024) == 0


def test_another_process_goes_on_where_the_first_one_stopped(school: School) -> None:
    school.fault(operation="sessions.put", skip=1, cut="before")
    with pytest.raises(OutOfReach):
        put(school)
    school.made()
    put(school)
    assert school.made() == ["sessions.get", "sessions.put", "sessions.put"]
    assert school.tree() == {"big.pdf": SHA256}


def test_a_piece_of_which_half_arrived_is_not_sent_whole_again(school: School) -> None:
    school.fault(kind="mid_chunk", keep=320 * 1024 * 3, skip=1)
    with pytest.raises(OutOfReach):
        put(school)
    put(school)
    assert school.tree() == {"big.pdf": SHA256}


def test_an_upload_that_the_service_forgot_is_begun_anew(school: School) -> None:
    school.fault(operation="sessions.put", skip=1, cut="before")
    with pytest.raises(OutOfReach):
        put(school)
    school.emulator.clock.advance(timedelta(days=8).total_seconds())
    school.made()
    put(school)
    assert school.made()[:3] == ["sessions.get", "items.get", "sessions.create"]
    assert school.tree() == {"big.pdf": SHA256}


def test_an_upload_that_is_forgotten_in_the_middle_is_begun_anew(school: School) -> None:
    school.fault(kind="session_gone", skip=1)
    with pytest.raises(OutOfReach):
        put(school)
    put(school)
    assert school.tree() == {"big.pdf": SHA256}


def test_an_upload_that_was_done_before_the_cut_is_found(school: School) -> None:
    school.fault(operation="sessions.put", skip=2, cut="after")
    with pytest.raises(OutOfReach):
        put(school)
    school.made()
    assert put(school) == Stored(len(BIG), SHA256)
    assert school.made() == ["sessions.get", "items.get"]


@pytest.mark.parametrize("other", [bytes(len(BIG)), BIG + b"longer"], ids=["as long", "longer"])
def test_an_upload_is_never_finished_with_the_end_of_another_file(school: School, other: bytes) -> None:
    school.fault(operation="sessions.put", skip=1, cut="before")
    with pytest.raises(OutOfReach):
        put(school, other)
    put(school)
    assert school.tree() == {"big.pdf": SHA256}


def test_a_service_that_takes_no_byte_is_not_sent_the_same_for_ever(school: School) -> None:
    school.fault(operation="sessions.put", keep=0)
    with pytest.raises(OutOfReach):
        put(school)
    put(school)
    assert school.tree() == {"big.pdf": SHA256}


def test_a_place_that_is_taken_while_the_pieces_go_is_not_overwritten(school: School) -> None:
    school.fault(operation="sessions.put", skip=2, cut="before")
    with pytest.raises(OutOfReach):
        put(school)
    school.emulator.meddle({"verb": "add", "to": ROOT, "name": "big.pdf", "content": "theirs"})
    with pytest.raises(OccupiedError):
        put(school)
    assert school.tree() == {"big.pdf": hashlib.sha256(b"theirs").hexdigest()}


def test_a_folder_that_is_deleted_while_the_pieces_go_is_missing_at_the_next_attempt(school: School) -> None:
    school.store.make_folder("year")
    school.fault(operation="sessions.put", skip=1, cut="before")
    with pytest.raises(OutOfReach):
        school.store.put("year/big.pdf", io.BytesIO(BIG))
    school.meddle("delete", "year")
    with pytest.raises(OutOfReach):
        school.store.put("year/big.pdf", io.BytesIO(BIG))
    with pytest.raises(MissingError):
        school.store.put("year/big.pdf", io.BytesIO(BIG))
    assert school.tree() == {}


def test_a_large_file_that_has_no_room_is_refused_before_it_is_sent(school: School) -> None:
    school.emulator.meddle({"verb": "fill", "free": 1000})
    with pytest.raises(DriveFull):
        put(school)
    assert school.made() == ["sessions.create"]
