"""Cut or killed anywhere, and done again: the same tree, nothing twice, nothing missing."""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.storage.ledger import Confirmed
from app.storage.onedrive.store import OneDriveStore
from app.storage.onedrive.uploads import AT_ONCE
from app.storage.protocol import StorageError
from tests.storage.memory import MemoryLedger
from tests.storage.onedrive.school import INSIDE, School, opened_school

BIG = random.Random(11).randbytes(AT_ONCE + 1)
MOST_ATTEMPTS = 4


class KilledError(BaseException):
    """The process ends here."""


class MortalLedger(MemoryLedger):
    """A ledger before whose nth change the process is killed, once."""

    def __init__(self, changes_to_live: int) -> None:
        super().__init__()
        self._left = changes_to_live

    def confirm(self, path: str, learned: Confirmed) -> None:
        self._age()
        super().confirm(path, learned)

    def begin_upload(self, path: str, upload_url: str | None) -> None:
        self._age()
        super().begin_upload(path, upload_url)

    def set_locked(self, path: str, *, locked: bool) -> None:
        self._age()
        super().set_locked(path, locked=locked)

    def forget(self, path: str) -> None:
        self._age()
        super().forget(path)

    def move(self, path: str, target: str) -> None:
        self._age()
        super().move(path, target)

    @property
    def lives(self) -> bool:
        return self._left > 0

    def take_over(self, other: MemoryLedger) -> None:
        """Begin with what another ledger holds."""
        self._items = dict(other._items)

    def _age(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise KilledError


def nothing(_store: OneDriveStore) -> None:
    """Begin with an empty tree."""


def a_folder_with_a_file(store: OneDriveStore) -> None:
    store.make_folder("from")
    store.put("from/a.pdf", io.BytesIO(b"bytes"))


def lock_and_unlock(store: OneDriveStore) -> None:
    store.lock("from/a.pdf", "Đã ký duyệt")
    store.unlock("from/a.pdf")
    store.lock("from/a.pdf", "Đã ký duyệt")


def file_a_document(store: OneDriveStore) -> None:
    store.make_folder("year")
    store.make_folder("year/week")
    store.put("year/week/a.pdf", io.BytesIO(b"bytes"))
    store.lock("year/week/a.pdf", "Đã ký duyệt")


def send_in_pieces(store: OneDriveStore) -> None:
    store.put("big.pdf", io.BytesIO(BIG))


def share_and_take_back(store: OneDriveStore) -> None:
    store.make_folder("year")
    store.revoke("year", store.grant("year", INSIDE, None).id)
    store.grant("year", INSIDE, None)


def move_and_rename(store: OneDriveStore) -> None:
    store.make_folder("over")
    store.move("from", "over/to")
    store.move("over/to/a.pdf", "over/to/b.pdf")


Work = Callable[[OneDriveStore], None]
JOBS: list[tuple[Work, Work]] = [
    (nothing, file_a_document),
    (nothing, send_in_pieces),
    (nothing, share_and_take_back),
    (a_folder_with_a_file, lock_and_unlock),
    (a_folder_with_a_file, move_and_rename),
]
each_job = pytest.mark.parametrize(("before", "job"), JOBS, ids=[job.__name__ for _, job in JOBS])


@contextmanager
def begun(before: Work, ledger: MortalLedger | None = None) -> Iterator[School]:
    with opened_school() as school:
        before(school.store)
        if ledger:
            ledger.take_over(school.ledger)
            school.ledger = ledger
        school.made()
        yield school


def outcome(school: School) -> object:
    """Everything that counts: names and bytes, what is in the bin, who may read, what is locked."""
    items = list(school.drive.below(school.root))
    readers = {each.name: sorted(each.permissions) for each in items}
    locked = sorted(each.name for each in items if each.is_record)
    known = [(item.path, item.remote_id, item.locked) for item in school.ledger.items()]
    ids = {each.id for each in items}
    assert {remote_id for _, remote_id, _ in known} <= ids
    paths = [(path, is_locked) for path, _, is_locked in known]
    return school.tree(), school.drive.binned_items(), readers, locked, paths


def undisturbed(before: Work, job: Work) -> tuple[object, int]:
    with begun(before) as school:
        job(school.another())
        return outcome(school), school.emulator.counters.calls()


def done_at_last(school: School, job: Work) -> None:
    """Do the job as a queue would: again, from its beginning, in another process."""
    for _ in range(MOST_ATTEMPTS):
        try:
            job(school.another())
        except StorageError as error:
            if error.permanent:
                raise
        except KilledError:
            continue
        else:
            return
    pytest.fail("the job does not come to its end")


@each_job
@pytest.mark.parametrize("cut", ["before", "after", "during"])
def test_a_connection_cut_at_any_call_changes_nothing_in_the_end(before: Work, job: Work, cut: str) -> None:
    expected, calls = undisturbed(before, job)
    for place in range(calls):
        with begun(before) as school:
            school.fault(skip=place, cut=cut)
            done_at_last(school, job)
            assert outcome(school) == expected, f"cut {cut} call {place}"
    assert calls > 3


@each_job
@pytest.mark.parametrize("kind", ["server_error", "throttled"])
def test_a_service_that_fails_at_any_call_changes_nothing_in_the_end(
    before: Work, job: Work, kind: str
) -> None:
    expected, calls = undisturbed(before, job)
    for place in range(calls):
        with begun(before) as school:
            school.fault(skip=place, kind=kind)
            done_at_last(school, job)
            assert outcome(school) == expected, f"{kind} at call {place}"


@each_job
def test_a_process_killed_before_it_writes_anything_down_changes_nothing_in_the_end(
    before: Work, job: Work
) -> None:
    expected, _ = undisturbed(before, job)
    deaths = 0
    for place in range(1, 30):
        ledger = MortalLedger(place)
        with begun(before, ledger) as school:
            done_at_last(school, job)
            assert outcome(school) == expected, f"killed at change {place}"
        if ledger.lives:
            break
        deaths += 1
    assert deaths > 0
