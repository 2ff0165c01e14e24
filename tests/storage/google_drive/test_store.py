"""What the verbs cost, and what they make of what people do in Drive."""

import io
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.storage.google_drive.calls import PIECE
from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.store import GoogleStore
from app.storage.policy import FileLocked, OutOfReach
from app.storage.protocol import MissingError, OccupiedError
from tests.storage.google_case import ROOT, Drive


def put(store: GoogleStore, path: str, content: bytes = b"bytes") -> None:
    store.put(path, io.BytesIO(content))


def locked(drive: Drive, path: str) -> bool:
    files = {each["path"]: each for each in drive.emulator.state()["files"]}
    return bool(files[f"{ROOT}/{path}"]["locked"])


@pytest.fixture
def robot(drive: Drive) -> Iterator[DriveClient]:
    """Sign in the service account, which is a member of the shared drive."""
    client = DriveClient(
        drive.furnished["service_account"], drive.kept.append, api_root=drive.furnished["api_root"]
    )
    with closing(client):
        yield client


def on_shared_drive(drive: Drive, robot: DriveClient, *, chosen_ids: bool = True) -> GoogleStore:
    shared = str(drive.furnished["shared_drive"])
    return GoogleStore(
        robot, drive.ledger, drive.pacer, shared, shared_drive_id=shared, chosen_ids=chosen_ids
    )


def in_shared_drive(drive: Drive) -> list[str]:
    shared = drive.furnished["shared_drive"]
    return sorted(each["path"] for each in drive.emulator.state()["files"] if each["drive"] == shared)


def test_a_folder_costs_one_call_and_a_file_one_and_its_lock_one(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("year")
    drive.forget_calls()
    store.make_folder("year/week")
    assert drive.calls() == {"files.create": 1}
    for number in range(5):
        put(store, f"year/week/{number}.pdf", b"%d" % number)
    assert drive.calls() == {"files.create": 6}
    store.lock("year/week/1.pdf", "Đã ký duyệt")
    assert drive.calls() == {"files.create": 6, "files.update": 1}


def test_ids_are_fetched_a_thousand_at_a_time(drive: Drive) -> None:
    store = drive.store()
    for number in range(20):
        store.make_folder(str(number))
    assert drive.calls()["files.generateIds"] == 1
    assert len(drive.ledger.spare_ids) == 980


def test_what_lies_there_already_costs_one_question(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("year")
    put(store, "a.pdf")
    drive.forget_calls()
    store.make_folder("year")
    put(store, "a.pdf")
    assert drive.calls() == {"files.get": 2}


def test_moving_costs_a_question_and_a_call_however_much_is_inside(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("old")
    for number in range(5):
        put(store, f"old/{number}.pdf")
    drive.forget_calls()
    store.move("old", "new")
    assert drive.calls() == {"files.get": 1, "files.update": 1}


def test_a_walk_costs_one_call_for_all_folders(drive: Drive) -> None:
    store = drive.store()
    for path in ("a", "a/b", "a/b/c"):
        store.make_folder(path)
    drive.forget_calls()
    assert len(list(store.walk())) == 3
    assert drive.calls() == {"files.list": 1}


def test_a_walk_tells_ids_and_leaves_out_the_trash(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("a")
    store.make_folder("b")
    put(store, "b/x.pdf")
    drive.meddle("trash", file=f"{ROOT}/b")
    (entry,) = store.walk()
    item = drive.ledger.find("a")
    assert item is not None
    assert (entry.path, entry.remote_id) == ("a", item.remote_id)


def test_a_file_in_the_trash_is_not_there_and_may_be_put_again(drive: Drive) -> None:
    store = drive.store()
    put(store, "a.pdf")
    drive.meddle("trash", file=f"{ROOT}/a.pdf")
    with pytest.raises(MissingError):
        store.stat("a.pdf")
    put(store, "a.pdf")
    assert drive.paths() == ["a.pdf"]


def test_a_folder_in_the_trash_is_made_again_for_the_next_file(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("year")
    store.make_folder("year/week")
    drive.meddle("trash", file=f"{ROOT}/year")
    with pytest.raises(MissingError):
        put(store, "year/week/a.pdf")
    store.make_folder("year")
    store.make_folder("year/week")
    put(store, "year/week/a.pdf")
    assert drive.paths() == ["year", "year/week", "year/week/a.pdf"]


def test_a_folder_deleted_in_the_middle_of_an_upload_leaves_no_stray_file(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("year")
    drive.fault(operation="uploads.put", skip=1, cut="before", times=None)
    with pytest.raises(OutOfReach):
        put(store, "year/big.pdf", b"x" * (PIECE + 1))
    drive.emulator.faults.clear()
    drive.meddle("delete", file=f"{ROOT}/year")
    with pytest.raises(MissingError):
        put(store, "year/big.pdf", b"x" * (PIECE + 1))
    store.make_folder("year")
    put(store, "year/big.pdf", b"x" * (PIECE + 1))
    assert drive.paths() == ["year", "year/big.pdf"]


def test_a_file_is_put_into_its_folder_wherever_a_person_has_moved_that(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("year")
    store.make_folder("elsewhere")
    drive.meddle("move", file=f"{ROOT}/year", to=f"{ROOT}/elsewhere")
    put(store, "year/a.pdf")
    assert drive.paths() == ["elsewhere", "elsewhere/year", "elsewhere/year/a.pdf"]


def test_a_move_to_its_own_place_brings_back_what_a_person_has_moved(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("year")
    store.make_folder("elsewhere")
    put(store, "year/a.pdf")
    drive.meddle("move", file=f"{ROOT}/year/a.pdf", to=f"{ROOT}/elsewhere")
    drive.meddle("rename", file=f"{ROOT}/elsewhere/a.pdf", name="b.pdf")
    store.move("year/a.pdf", "year/a.pdf")
    assert drive.paths() == ["elsewhere", "year", "year/a.pdf"]


def test_a_locked_file_is_moved_but_not_renamed(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("year")
    put(store, "a.pdf")
    store.lock("a.pdf", "Đã ký duyệt")
    store.move("a.pdf", "year/a.pdf")
    with pytest.raises(FileLocked):
        store.move("year/a.pdf", "year/b.pdf")
    assert drive.paths() == ["year", "year/a.pdf"]


def test_a_lock_is_seen_in_drive_and_in_the_ledger(drive: Drive) -> None:
    store = drive.store()
    put(store, "a.pdf")
    store.lock("a.pdf", "Đã ký duyệt")
    item = drive.ledger.find("a.pdf")
    assert item is not None
    assert (locked(drive, "a.pdf"), item.locked) == (True, True)
    store.unlock("a.pdf")
    assert not locked(drive, "a.pdf")


def test_where_the_owners_lock_is_refused_the_plain_one_is_put_on(drive: Drive) -> None:
    store = drive.store()
    put(store, "a.pdf")
    drive.fault(operation="files.update", status=403, reason="insufficientFilePermissions")
    store.lock("a.pdf", "Đã ký duyệt")
    assert locked(drive, "a.pdf")


def test_a_broken_download_is_no_file(drive: Drive) -> None:
    store = drive.store()
    put(store, "a.pdf", b"x" * 1000)
    drive.fault(operation="files.download", cut="during", times=None)
    with pytest.raises(OutOfReach):
        store.open("a.pdf")


def test_a_second_item_of_the_same_name_does_not_confuse_the_ledger(drive: Drive) -> None:
    store = drive.store()
    put(store, "a.pdf", b"ours")
    drive.meddle("add", to=drive.root_id, name="a.pdf", content="theirs")
    put(store, "a.pdf", b"ours")
    with store.open("a.pdf") as file:
        assert file.read() == b"ours"


def test_what_is_put_into_the_trash_is_forgotten(drive: Drive) -> None:
    store = drive.store()
    store.make_folder("scratch")
    put(store, "scratch/a.pdf")
    store.trash("scratch")
    assert drive.paths() == []
    assert list(drive.ledger.items()) == []


def test_a_shared_drive_keeps_a_tree_as_well(drive: Drive, robot: DriveClient) -> None:
    store = on_shared_drive(drive, robot)
    store.make_folder("year")
    put(store, "year/a.pdf")
    store.lock("year/a.pdf", "Đã ký duyệt")
    store.move("year", "year two")
    assert sorted(entry.path for entry in store.walk()) == ["year two", "year two/a.pdf"]
    assert store.space().used == 5
    assert store.space().limit is None


@pytest.mark.parametrize("chosen_ids", [True, False])
def test_a_drive_that_takes_no_ids_gets_everything_once_all_the_same(
    drive: Drive, robot: DriveClient, *, chosen_ids: bool
) -> None:
    store = on_shared_drive(drive, robot, chosen_ids=chosen_ids)
    if chosen_ids:
        drive.fault(operation="files.create", status=400, reason="invalid", message="Invalid ID")
    store.make_folder("year")
    drive.fault(operation="files.create", cut="after")
    put(store, "year/a.pdf")
    put(on_shared_drive(drive, robot, chosen_ids=chosen_ids), "year/a.pdf")
    assert in_shared_drive(drive) == ["year", "year/a.pdf"]


def test_without_ids_a_search_that_lags_makes_nothing_a_second_time_in_the_same_call(
    drive: Drive, robot: DriveClient
) -> None:
    store = on_shared_drive(drive, robot, chosen_ids=False)
    drive.fault(operation="files.create", cut="after")
    drive.fault(operation="files.list", kind="list_lag")
    with pytest.raises(OutOfReach):
        store.make_folder("year")
    store.make_folder("year")
    assert in_shared_drive(drive) == ["year"]


def test_without_ids_what_was_moved_away_is_not_taken_for_what_comes_after(
    drive: Drive, robot: DriveClient
) -> None:
    store = on_shared_drive(drive, robot, chosen_ids=False)
    put(store, "a.pdf", b"first")
    store.move("a.pdf", "b.pdf")
    drive.fault(operation="files.create", cut="before")
    with pytest.raises(OutOfReach):
        put(store, "a.pdf", b"second")
    put(store, "a.pdf", b"second")
    assert in_shared_drive(drive) == ["a.pdf", "b.pdf"]


def test_other_bytes_after_a_lost_answer_are_refused(drive: Drive) -> None:
    drive.fault(operation="files.create", cut="after")
    drive.fault(operation="files.get", cut="before", times=None)
    with pytest.raises(OutOfReach):
        put(drive.store(), "a.pdf", b"first")
    drive.emulator.faults.clear()
    with pytest.raises(OccupiedError):
        put(drive.store(), "a.pdf", b"other")
    put(drive.store(), "a.pdf", b"first")
    assert drive.paths() == ["a.pdf"]


def test_an_id_whose_file_was_deleted_before_the_answer_came_is_replaced(drive: Drive) -> None:
    drive.fault(operation="files.create", cut="after")
    drive.fault(operation="files.get", cut="before", times=None)
    with pytest.raises(OutOfReach):
        put(drive.store(), "a.pdf")
    drive.emulator.faults.clear()
    drive.meddle("delete", file=f"{ROOT}/a.pdf")
    drive.fault(operation="files.create", status=409, reason="fileIdInUse")
    put(drive.store(), "a.pdf")
    assert drive.paths() == ["a.pdf"]
