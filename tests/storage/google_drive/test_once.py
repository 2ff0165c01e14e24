"""Nothing is made twice and nothing is lost, wherever a call or the process is cut off."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pytest

from app.storage.google_drive.store import GoogleStore
from app.storage.ledger import Confirmed, Item
from app.storage.policy import CloudError
from tests.storage.google_case import Drive
from tests.storage.memory import MemoryLedger

BIG = bytes(range(256)) * 4096 * 9
"""9 MiB: a whole piece and a part of one."""
YEAR, WEEK = "2026-2027", "2026-2027/Tuần 12"
SMALL_FILE, BIG_FILE = f"{WEEK}/Bài 1.pdf", f"{WEEK}/Sổ quét.pdf"
RENAMED, MOVED = "2026-2027/Tuần mười hai", "2026-2027/Bài 1.pdf"
WHOLE_TREE = sorted([YEAR, RENAMED, MOVED, f"{RENAMED}/Sổ quét.pdf"])


CALLS = 13
"""As many as it takes when nothing goes wrong, ids for a thousand files included."""
WRITES = 14
"""As many changes of the ledger."""


class Killed(BaseException):
    """The process ends here."""


@dataclass
class DyingPacer:
    """Ends the process before the call after the next `calls_left`."""

    calls_left: int

    def take(self, kind: str, cost: float = 1) -> None:
        del kind, cost
        self.calls_left -= 1
        if self.calls_left < 0:
            raise Killed

    def close(self, seconds: float) -> None:
        """Nothing is too fast here."""


class DyingLedger:
    """Passes everything on to a ledger, and ends the process before a write, after `writes_left` more."""

    def __init__(self, ledger: MemoryLedger, writes_left: int) -> None:
        self._ledger = ledger
        self.writes_left = writes_left

    def find(self, path: str) -> Item | None:
        return self._ledger.find(path)

    def by_remote_id(self, remote_ids: Sequence[str]) -> dict[str, Item]:
        return self._ledger.by_remote_id(remote_ids)

    def reserve(self, path: str, *, is_folder: bool, remote_id: str | None) -> Item:
        self._live_on()
        return self._ledger.reserve(path, is_folder=is_folder, remote_id=remote_id)

    def begin_upload(self, path: str, upload_url: str | None) -> None:
        self._live_on()
        self._ledger.begin_upload(path, upload_url)

    def confirm(self, path: str, learned: Confirmed) -> None:
        self._live_on()
        self._ledger.confirm(path, learned)

    def set_locked(self, path: str, *, locked: bool) -> None:
        self._live_on()
        self._ledger.set_locked(path, locked=locked)

    def forget(self, path: str) -> None:
        self._live_on()
        self._ledger.forget(path)

    def move(self, path: str, target: str) -> None:
        self._live_on()
        self._ledger.move(path, target)

    def items(self) -> Iterable[Item]:
        return self._ledger.items()

    def take_spare_id(self) -> str | None:
        return self._ledger.take_spare_id()

    def add_spare_ids(self, remote_ids: Sequence[str]) -> None:
        self._live_on()
        self._ledger.add_spare_ids(remote_ids)

    def _live_on(self) -> None:
        self.writes_left -= 1
        if self.writes_left < 0:
            raise Killed


def build(store: GoogleStore) -> None:
    """Do a bit of everything, as jobs do it: each verb may be a repetition."""
    store.make_folder(YEAR)
    store.make_folder(WEEK)
    store.put(SMALL_FILE, io.BytesIO(b"bytes"))
    store.lock(SMALL_FILE, "Đã ký duyệt")
    store.put(BIG_FILE, io.BytesIO(BIG))


def unlock(store: GoogleStore) -> None:
    store.unlock(SMALL_FILE)


def move_file(store: GoogleStore) -> None:
    store.move(SMALL_FILE, MOVED)


def rename_folder(store: GoogleStore) -> None:
    store.move(WEEK, RENAMED)


JOBS = (build, unlock, move_file, rename_folder)


def until_done(drive: Drive, job: Callable[[GoogleStore], None], first: GoogleStore | None = None) -> None:
    """Run a job as the worker does: again, in another process, until it has gone through."""
    store = first or drive.store()
    for _ in range(5):
        try:
            return job(store)
        except (CloudError, Killed):
            store = drive.store()
    raise AssertionError("the job never goes through")


def all_done(drive: Drive, first: GoogleStore | None = None) -> None:
    for job in JOBS:
        until_done(drive, job, first)


def assert_whole(drive: Drive) -> None:
    assert drive.paths() == WHOLE_TREE
    files = {each["path"].partition("/")[2]: each for each in drive.emulator.state()["files"]}
    assert files[MOVED]["size"] == 5
    assert files[f"{RENAMED}/Sổ quét.pdf"]["size"] == len(BIG)
    for path in (MOVED, f"{RENAMED}/Sổ quét.pdf"):
        item = drive.ledger.find(path)
        assert item is not None
        assert (item.confirmed, item.sha256) == (True, files[path]["sha256"])
    assert sorted(item.path for item in drive.ledger.items()) == WHOLE_TREE


@pytest.mark.parametrize("cut", ["before", "after", "during"])
@pytest.mark.parametrize("call", range(CALLS))
def test_a_connection_cut_at_any_call_changes_nothing_in_the_end(drive: Drive, call: int, cut: str) -> None:
    drive.fault(skip=call, cut=cut)
    all_done(drive)
    assert_whole(drive)


@pytest.mark.parametrize("call", range(CALLS))
def test_a_fault_on_googles_side_at_any_call_changes_nothing_in_the_end(drive: Drive, call: int) -> None:
    drive.fault(skip=call, kind="backend")
    all_done(drive)
    assert_whole(drive)


@pytest.mark.parametrize("call", range(CALLS))
def test_a_process_killed_before_any_call_changes_nothing_in_the_end(drive: Drive, call: int) -> None:
    dying = DyingPacer(call)
    all_done(drive, GoogleStore(drive.client, drive.ledger, dying, drive.root_id, shared_drive_id=None))
    assert dying.calls_left < 0
    assert_whole(drive)


@pytest.mark.parametrize("write", range(WRITES))
def test_a_process_killed_before_it_writes_down_what_it_did_does_it_no_second_time(
    drive: Drive, write: int
) -> None:
    dying = DyingLedger(drive.ledger, write)
    all_done(drive, drive.store(dying))
    assert dying.writes_left < 0
    assert_whole(drive)


def test_a_quiet_day_takes_as_many_calls_and_writes_as_are_tried_here(drive: Drive) -> None:
    drive.forget_calls()
    ledger = DyingLedger(drive.ledger, WRITES)
    all_done(drive, drive.store(ledger))
    assert (drive.emulator.counters.calls(), ledger.writes_left) == (CALLS, 0)
    assert_whole(drive)
