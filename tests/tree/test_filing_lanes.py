"""Filing several records at a time into one cloud: no twin, no gap, whatever fails, is cut or is killed."""

import io
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, BinaryIO

import pytest
from sqlalchemy import select

from app.approvals.models import Event
from app.audit.chain import verify
from app.context import Context
from app.records.models import OfficialFile, Record
from app.staging.store import FolderStaging
from app.storage.models import StoreState
from app.storage.onedrive.pace import LANES
from app.storage.protocol import StorageError
from app.tree.commands import tree_check
from app.tree.filing_run import file_and_go_on
from app.tree.sealing import seal_record
from emulators.microsoft.service import Microsoft
from tests.tree.clouds import Sky, account_of, google_sky, make_due, microsoft_sky, queued
from tests.tree.steps import sign_off
from tests.tree.test_killed import killable_worker
from workflows.model import Action, State

Cast = Any
Pdf = Callable[..., bytes]
Seal = Callable[..., list[Record]]


class Held(io.BytesIO):
    """A file that tells when it is let go."""

    def __init__(self, content: bytes, let_go: Callable[[], None]) -> None:
        super().__init__(content)
        self._let_go = let_go

    def close(self) -> None:
        if not self.closed:
            self._let_go()
        super().close()


class Crowd(FolderStaging):
    """Staging from which, after the first, files come only when so many are asked for at a time."""

    together: threading.Barrier
    most = 0
    _begun = 0
    _held = 0
    _counting = threading.Lock()

    def open(self, key: str) -> BinaryIO:
        with self._counting:
            self._begun += 1
            self._held += 1
            self.most = max(self.most, self._held)
            alone = self._begun == 1
        if not alone:
            self.together.wait(20)
        with super().open(key) as file:
            return Held(file.read(), self._release)

    def _release(self) -> None:
        with self._counting:
            self._held -= 1


@pytest.fixture
def sky(context: Context) -> Iterator[Sky]:
    with microsoft_sky(context) as opened:
        opened.connect()
        yield opened


@pytest.fixture
def sealed(cast: Cast, pdf: Pdf) -> Seal:
    """Sign and seal records, each in the week that its number says."""

    def bring(context: Context, weeks: Sequence[int], name: str = "Bài") -> list[Record]:
        records = []
        for number, week in enumerate(weeks):
            title = f"{name} {number}"
            records.append(sign_off(context, cast, pdf(title), title=title, period=f"2026-2027/W{week:02}"))
            seal_record(context, str(records[-1].id))
        return records

    return bring


def states(context: Context) -> Counter[str]:
    with context.database.transaction() as session:
        return Counter(session.scalars(select(Record.state)))


def made(sky: Sky) -> dict[str, int]:
    """Count the calls since the last reset, signing in left out."""
    return {operation: calls for operation, calls in sky.calls().items() if "login" not in operation}


def file_until_done(context: Context, records: Sequence[Record]) -> None:
    """Do each record's job as a queue would, again after a failure that may pass."""
    for _ in range(4):
        for record in records:
            with suppress(StorageError):
                file_and_go_on(context, str(record.id))


def assert_filed_once(sky: Sky) -> None:
    """Everything signed off is in the tree once, with the right bytes, in folders that are there once."""
    with sky.context.database.transaction() as session:
        assert verify(session) == []
        expected = set(session.scalars(select(OfficialFile.path)))
        times_filed = Counter(session.scalars(select(Event.record_id).where(Event.action == Action.FILE)))
    assert states(sky.context) == {State.FILED: len(expected)}
    assert set(times_filed.values()) == {1}
    paths = sky.paths()
    assert len(paths) == len({path.casefold() for path in paths})
    filed = {path for path in paths if path.endswith(".pdf")}
    assert len(filed) == len(expected)
    assert all(any(path.endswith(f"/{each}") for path in filed) for each in expected)
    assert tree_check(sky.context) == []


@pytest.mark.parametrize(("open_sky", "lanes"), [(google_sky, 1), (microsoft_sky, LANES)])
def test_as_many_files_are_under_way_as_the_cloud_takes_and_no_more(
    context: Context, sealed: Seal, open_sky: Callable[..., Any], lanes: int
) -> None:
    crowd = Crowd(context.settings.data_dir / "staging")
    crowd.together = threading.Barrier(lanes)
    with open_sky(context) as sky:
        sky.connect()
        records = sealed(sky.context, [1] * (1 + 2 * lanes))
        crowded = replace(sky.context, staging=crowd)
        with closing(crowded.stores):
            file_and_go_on(crowded, str(records[0].id))
        assert states(context) == {State.FILED: len(records)}
        assert crowd.most == lanes


def test_folders_are_made_once_however_many_records_wait_for_them(sky: Sky, sealed: Seal) -> None:
    records = sealed(sky.context, [1, 2, 2, 3, 3, 3, 4, 4])
    sky.emulator.counters.reset()
    file_and_go_on(sky.context, str(records[0].id))
    folders = {path.rpartition("/")[0] for path in sky.paths() if path.endswith(".pdf")}
    assert len(folders) == 4
    above = len(next(iter(folders)).split("/")) - 2
    assert made(sky) == {"folders.create": above + 4, "content.put": len(records)}
    assert_filed_once(sky)


def test_one_record_that_fails_leaves_the_others_their_way(sky: Sky, sealed: Seal) -> None:
    first, broken, *others = sealed(sky.context, [1] * 8)
    with sky.context.database.transaction() as session:
        official = session.scalars(select(OfficialFile).where(OfficialFile.record_id == broken.id)).one()
        sky.context.staging.discard(official.blob)
    file_and_go_on(sky.context, str(first.id))
    assert states(sky.context) == {State.FILED: 1 + len(others), State.SIGNED_OFF: 1}
    assert sum(task == "file" for task, _attempts, _later in queued(sky.context)) == 1


def test_a_full_account_ends_the_run_and_one_letter_says_so(sky: Sky, sealed: Seal) -> None:
    first, *others = sealed(sky.context, [1] * 16)
    sky.fault(operation="content.put", skip=3, status=507, reason="insufficientStorage")
    file_and_go_on(sky.context, str(first.id))
    assert sky.calls()["content.put"] <= 3 + LANES
    assert states(sky.context) == {State.FILED: 3, State.SIGNED_OFF: len(others) - 2}
    assert account_of(sky.context).state == StoreState.STOPPED
    jobs = [task for task, _attempts, _later in queued(sky.context)]
    assert (jobs.count("file"), jobs.count("tell_of_store")) == (len(others) - 2, 1)


def test_a_token_that_ends_in_the_middle_is_renewed_once_for_all(sky: Sky, sealed: Seal) -> None:
    records = sealed(sky.context, [1] * 9)
    file_and_go_on(sky.context, str(records[0].id))
    more = sealed(sky.context, [1] * 9, name="Bài sau")
    sky.emulator.counters.reset()
    assert isinstance(sky.emulator, Microsoft)
    sky.emulator.login.grants.revoke(sky.furnished["tenant_id"])
    file_and_go_on(sky.context, str(more[0].id))
    assert sky.calls()["login.token"] == 1
    assert_filed_once(sky)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("cut", ["before", "after", "during"])
def test_a_connection_cut_at_any_call_of_a_run_leaves_no_twin_and_no_gap(
    sky: Sky, sealed: Seal, cut: str
) -> None:
    for place in range(1, 6):
        records = sealed(sky.context, [place, place, 20 + place, 20 + place], name=f"Bài {place}")
        sky.fault(cut=cut, skip=place, times=2)
        file_until_done(sky.context, records)
        sky.mend()
    assert_filed_once(sky)


@pytest.mark.timeout(300)
def test_a_worker_killed_at_any_step_of_a_run_and_started_again_files_every_record_once(
    sky: Sky, sealed: Seal
) -> None:
    with killable_worker(sky.context) as run:
        kill_at, was_in_time = 3, True
        while was_in_time:
            sealed(sky.context, [kill_at % 30 + 1] * 5, name=f"Bài {kill_at}")
            assert run(kill_at) == "killed"
            was_in_time = states(sky.context)[State.SIGNED_OFF] > 0
            assert run(0).startswith("done")
            kill_at += 13
        make_due(sky.context)
        assert run(0).startswith("done")
    assert kill_at > 100
    assert_filed_once(sky)
