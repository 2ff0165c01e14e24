"""Moving and renaming: one call, repeated without harm, and never over something else."""

import io

import pytest

from app.storage.policy import FileLocked, OutOfReach
from app.storage.protocol import MissingError, OccupiedError, OutsideTreeError
from tests.storage.onedrive.school import ROOT, School

PDF = b"%PDF-1.7\nbytes"


@pytest.fixture(autouse=True)
def filed(school: School) -> None:
    school.store.make_folder("one")
    school.store.make_folder("two")
    school.store.put("one/a.pdf", io.BytesIO(PDF))
    school.made()


def test_a_move_is_one_call_for_a_folder_with_all_it_holds(school: School) -> None:
    school.store.move("one", "two/three")
    assert school.made() == ["items.update"]
    assert list(school.tree()) == ["two", "two/three", "two/three/a.pdf"]


def test_a_move_after_a_move_is_one_call_again(school: School) -> None:
    school.store.move("one/a.pdf", "two/a.pdf")
    school.store.move("two/a.pdf", "b.pdf")
    assert school.made() == ["items.update"] * 2


def test_what_somebody_touched_since_is_looked_at_before_it_is_moved(school: School) -> None:
    school.meddle("edit", "one/a.pdf", content="theirs")
    school.store.move("one/a.pdf", "two/a.pdf")
    assert school.made() == ["items.update", "items.get", "items.update"]
    assert list(school.tree()) == ["one", "two", "two/a.pdf"]


def test_what_somebody_moved_there_already_is_left_there(school: School) -> None:
    school.meddle("move", "one/a.pdf", to=f"{ROOT}/two")
    school.store.move("one/a.pdf", "two/a.pdf")
    assert school.made() == ["items.update", "items.get"]
    assert school.store.stat("two/a.pdf").size == len(PDF)


def test_what_somebody_moved_away_is_put_back_by_moving_it_to_its_own_place(school: School) -> None:
    school.meddle("move", "one/a.pdf", to=f"{ROOT}/two")
    school.meddle("rename", "two/a.pdf", name="x.pdf")
    school.store.move("one/a.pdf", "one/a.pdf")
    assert list(school.tree()) == ["one", "one/a.pdf", "two"]


def test_a_place_that_a_stranger_has_taken_is_not_overwritten(school: School) -> None:
    school.emulator.meddle({"verb": "add", "to": f"{ROOT}/two", "name": "a.pdf", "content": "theirs"})
    with pytest.raises(OccupiedError):
        school.store.move("one/a.pdf", "two/a.pdf")
    assert list(school.tree()) == ["one", "one/a.pdf", "two", "two/a.pdf"]


def test_a_move_to_where_a_file_was_only_reserved_goes_through(school: School) -> None:
    school.fault(operation="content.put", cut="before")
    with pytest.raises(OutOfReach):
        school.store.put("two/a.pdf", io.BytesIO(PDF))
    school.store.move("one/a.pdf", "two/a.pdf")
    assert school.store.stat("two/a.pdf").size == len(PDF)


def test_a_locked_file_is_moved_once_it_is_unlocked(school: School) -> None:
    school.store.lock("one/a.pdf", "Đã ký duyệt")
    with pytest.raises(FileLocked):
        school.store.move("one/a.pdf", "two/a.pdf")
    school.store.unlock("one/a.pdf")
    school.store.move("one/a.pdf", "two/a.pdf")
    assert list(school.tree()) == ["one", "two", "two/a.pdf"]


def test_a_folder_that_never_was_takes_nothing(school: School) -> None:
    with pytest.raises(MissingError):
        school.store.move("one/a.pdf", "never/a.pdf")
    with pytest.raises(MissingError):
        school.store.move("never", "two/never")


@pytest.mark.parametrize("path", ["../a.pdf", "", "/a", "one//a", "one/../two", "a\0b"])
def test_no_path_leads_out_of_the_tree(school: School, path: str) -> None:
    with pytest.raises(OutsideTreeError):
        school.store.move("one", path)
    with pytest.raises(OutsideTreeError):
        school.store.put(path, io.BytesIO(PDF))
    assert school.made() == []
