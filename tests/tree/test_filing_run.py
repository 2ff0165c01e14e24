"""Filing into a cloud: one call a file and one for its lock, and one job for all that waits."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.records.models import OfficialFile, Record
from app.running.worker import run_worker
from app.tree.filing_run import file_and_go_on
from app.tree.sealing import seal_record
from tests.tree.clouds import Sky, google_sky, microsoft_sky, queued
from tests.tree.steps import file_one, sign_off

Cast = Any
Pdf = Callable[..., bytes]
SKIES = {"google": google_sky, "microsoft": microsoft_sky}
ONE_FILE = {"google": {"files.create": 1, "files.update": 1}, "microsoft": {"content.put": 1}}


@pytest.fixture(params=[*SKIES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(kind: str, context: Context, cast: Cast, pdf: Pdf) -> Iterator[Sky]:
    """A connected school in whose tree one record lies already, so that the folders are made."""
    with SKIES[kind](context) as opened:
        opened.connect()
        file_one(opened.context, cast, pdf("Bài đầu"), title="Bài đầu")
        opened.emulator.counters.reset()
        yield opened


def sealed(sky: Sky, cast: Cast, pdf: Pdf, *titles: str) -> list[Record]:
    records = [sign_off(sky.context, cast, pdf(title), title=title) for title in titles]
    for record in records:
        seal_record(sky.context, str(record.id))
    return records


def states(sky: Sky) -> set[str]:
    with sky.context.database.transaction() as session:
        return set(session.scalars(select(Record.state)))


def file_jobs(sky: Sky) -> int:
    return sum(task == "file" for task, _attempts, _later in queued(sky.context))


def test_a_file_costs_one_call_and_one_for_the_lock_where_there_is_one(
    sky: Sky, kind: str, cast: Cast, pdf: Pdf
) -> None:
    (record,) = sealed(sky, cast, pdf, "Bài hai")
    file_and_go_on(sky.context, str(record.id))
    assert sky.calls() == ONE_FILE[kind]


def test_one_job_takes_along_all_that_waits_for_the_same_store(
    sky: Sky, kind: str, cast: Cast, pdf: Pdf
) -> None:
    first, *others = sealed(sky, cast, pdf, "Bài hai", "Bài ba", "Bài bốn")
    assert file_jobs(sky) == 3
    file_and_go_on(sky.context, str(first.id))
    assert states(sky) == {"filed"}
    assert file_jobs(sky) == 0
    assert sky.calls() == {call: times * 3 for call, times in ONE_FILE[kind].items()}
    for record in others:
        file_and_go_on(sky.context, str(record.id))
    assert sum(path.endswith(".pdf") for path in sky.paths()) == 4


def test_what_fails_on_the_way_is_left_to_its_own_job_and_stops_nobody(
    sky: Sky, cast: Cast, pdf: Pdf
) -> None:
    first, broken, third = sealed(sky, cast, pdf, "Bài hai", "Bài ba", "Bài bốn")
    with sky.context.database.transaction() as session:
        official = session.scalars(select(OfficialFile).where(OfficialFile.record_id == broken.id)).one()
        sky.context.staging.discard(official.blob)
    file_and_go_on(sky.context, str(first.id))
    run_worker(sky.context, wait=False)
    with sky.context.database.transaction() as session:
        found = {record.id: record.state for record in session.scalars(select(Record))}
    assert (found[first.id], found[broken.id], found[third.id]) == ("filed", "signed_off", "filed")
