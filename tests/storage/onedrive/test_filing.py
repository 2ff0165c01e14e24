"""Making folders and files once: by few calls, whatever is there already and whatever arrives."""

import hashlib
import io
from datetime import timedelta

import pytest

from app.storage.onedrive.uploads import AT_ONCE
from app.storage.policy import OutOfReach
from app.storage.protocol import MissingError, OccupiedError, Stored
from tests.storage.onedrive.school import ROOT, School

PDF = b"%PDF-1.7\nbytes"
SHA256 = hashlib.sha256(PDF).hexdigest()


def test_a_file_is_one_call_and_its_hash_comes_with_it(school: School) -> None:
    assert school.store.put("a.pdf", io.BytesIO(PDF)) == Stored(len(PDF), SHA256)
    assert school.made() == ["content.put"]


def test_a_folder_is_one_call(school: School) -> None:
    school.store.make_folder("year")
    school.store.make_folder("year/week")
    assert school.made() == ["folders.create"] * 2


def test_a_file_of_the_largest_size_for_one_request_takes_one(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(bytes(AT_ONCE)))
    assert school.made() == ["content.put"]


def test_a_file_that_is_known_to_be_there_is_looked_at_and_not_sent(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.made()
    school.another().put("a.pdf", io.BytesIO(PDF))
    assert school.made() == ["items.get"]


def test_a_folder_of_the_same_name_is_adopted(school: School) -> None:
    school.emulator.meddle({"verb": "add", "to": ROOT, "name": "year", "folder": True})
    school.store.make_folder("year")
    assert school.made() == ["folders.create", "items.get"]
    school.store.put("year/a.pdf", io.BytesIO(PDF))
    assert list(school.tree()) == ["year", "year/a.pdf"]


def test_a_file_with_the_same_bytes_is_adopted(school: School) -> None:
    school.emulator.meddle({"verb": "add", "to": ROOT, "name": "a.pdf", "content": PDF.decode()})
    assert school.store.put("a.pdf", io.BytesIO(PDF)) == Stored(len(PDF), SHA256)
    assert list(school.tree()) == ["a.pdf"]


def test_a_strangers_file_stays_as_it_is(school: School) -> None:
    school.emulator.meddle({"verb": "add", "to": ROOT, "name": "a.pdf", "content": "theirs, longer"})
    with pytest.raises(OccupiedError):
        school.store.put("a.pdf", io.BytesIO(PDF))
    assert school.tree() == {"a.pdf": hashlib.sha256(b"theirs, longer").hexdigest()}


def test_two_of_our_paths_that_differ_in_letter_case_never_become_one(school: School) -> None:
    school.store.put("Bài.pdf", io.BytesIO(PDF))
    with pytest.raises(OccupiedError):
        school.store.put("bài.pdf", io.BytesIO(PDF))
    school.store.make_folder("Tổ 1")
    with pytest.raises(OccupiedError):
        school.store.make_folder("TỔ 1")
    assert list(school.tree()) == ["Bài.pdf", "Tổ 1"]


def test_a_path_in_separate_accents_is_the_same_path(school: School) -> None:
    school.store.make_folder("Tuâ\u0300n")
    school.store.put("Tuầ" + "n/a.pdf", io.BytesIO(PDF))
    assert list(school.tree()) == ["Tuần", "Tuần/a.pdf"]


def test_a_hash_that_is_late_costs_a_second_look_and_no_promise(school: School) -> None:
    school.emulator.world.hash_lag = timedelta(minutes=5)
    assert school.store.put("a.pdf", io.BytesIO(PDF)) == Stored(len(PDF), None)
    assert school.made() == ["content.put", "items.get"]
    school.emulator.clock.advance(600)
    assert school.store.put("a.pdf", io.BytesIO(PDF)) == Stored(len(PDF), SHA256)


def test_without_a_hash_the_bytes_that_are_there_are_compared_themselves(school: School) -> None:
    school.emulator.world.hash_lag = timedelta(minutes=5)
    school.emulator.meddle({"verb": "add", "to": ROOT, "name": "a.pdf", "content": PDF.decode()})
    school.emulator.meddle({"verb": "add", "to": ROOT, "name": "b.pdf", "content": "x" * len(PDF)})
    assert school.store.put("a.pdf", io.BytesIO(PDF)).sha256 == SHA256
    with pytest.raises(OccupiedError):
        school.store.put("b.pdf", io.BytesIO(PDF))


def test_a_file_that_arrived_damaged_is_taken_away_and_sent_again(school: School) -> None:
    school.fault(operation="content.put", keep=5)
    with pytest.raises(OutOfReach):
        school.store.put("a.pdf", io.BytesIO(PDF))
    assert school.tree() == {}
    school.store.put("a.pdf", io.BytesIO(PDF))
    assert school.tree() == {"a.pdf": SHA256}


def test_the_service_vouches_for_no_file_by_a_hash_that_can_be_forged(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.made()
    assert school.store.stat("a.pdf") == Stored(len(PDF), None)
    assert school.made() == ["items.get"]


def test_what_was_put_into_the_recycle_bin_is_missing(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.meddle("trash", "a.pdf")
    with pytest.raises(MissingError):
        school.store.stat("a.pdf")


def test_a_folder_that_is_lost_while_a_file_is_on_its_way_is_missing(school: School) -> None:
    school.store.make_folder("year")
    school.meddle("delete", "year")
    with pytest.raises(MissingError):
        school.store.put("year/a.pdf", io.BytesIO(PDF))


def test_a_file_that_was_put_again_where_it_was_lost_may_have_come_back_itself(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.meddle("trash", "a.pdf")
    school.fault(operation="items.get", status=404)
    school.emulator.meddle({"verb": "untrash", "file": school.drive.binned_items()[0].id})
    school.store.put("a.pdf", io.BytesIO(PDF))
    assert school.tree() == {"a.pdf": SHA256}
