"""While a store does not let us in, jobs wait: nothing is lost, one letter says so, one click ends it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from procrastinate.jobs import Job
from sqlalchemy import select, text

from app.context import Context
from app.db import now
from app.moves.connection_queries import StoreView, store_views
from app.moves.connections import try_again
from app.moves.store_jobs import measure_stores
from app.records.models import Record
from app.running.worker import GrowingPauses, run_worker
from app.schools.models import School
from app.storage.accounts import note_refusal
from app.storage.models import StoreAccount, StoreState
from app.storage.pacing import PutOff
from app.storage.policy import CloudError, DailyCap, DriveFull, OutOfReach, SharingTooFast, TooFast
from tests.tree.clouds import SCHOOL, Sky, account_of, google_sky, make_due, microsoft_sky, queued
from tests.tree.steps import file_one, sign_off
from workflows.model import State

Cast = Any
Pdf = Callable[..., bytes]
SKIES = {"google": google_sky, "microsoft": microsoft_sky}
FULL: dict[str, dict[str, Any]] = {
    "google": {"kind": "storage_full"},
    "microsoft": {"status": 507, "reason": "insufficientStorage"},
}


@pytest.fixture(params=[*SKIES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(kind: str, context: Context) -> Iterator[Sky]:
    with SKIES[kind](context) as opened:
        opened.connect()
        run_worker(opened.context, wait=False)
        yield opened


def state_of(context: Context, record: Record) -> str:
    with context.database.transaction() as session:
        return session.get_one(Record, record.id).state


def view(context: Context, cast: Cast) -> StoreView:
    with context.database.transaction() as session:
        return store_views(session, cast.records_admin)[0]


def click_try_again(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        try_again(session, cast.records_admin, SCHOOL)


def test_a_full_store_stops_the_school_until_somebody_tries_again(
    sky: Sky, kind: str, cast: Cast, pdf: Pdf
) -> None:
    sky.fault(path=".*", **FULL[kind])
    record = file_one(sky.context, cast, pdf("Bài 1"))
    assert account_of(sky.context).state == StoreState.STOPPED
    assert [job for job in queued(sky.context) if job[0] == "file"] == [("file", 0, True)]
    shown = view(sky.context, cast)
    assert shown.reason is not None
    assert shown.reason.code == "store_full"
    assert (shown.waiting.count, shown.next_try) == (1, None)
    sky.mend()
    click_try_again(sky.context, cast)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, record) == State.FILED
    assert account_of(sky.context).error_code is None


def test_a_stopped_store_is_not_called_however_often_its_jobs_come_round(
    sky: Sky, kind: str, cast: Cast, pdf: Pdf
) -> None:
    sky.fault(path=".*", **FULL[kind])
    file_one(sky.context, cast, pdf("Bài 1"))
    calls = sky.calls()
    for _ in range(3):
        make_due(sky.context)
        run_worker(sky.context, wait=False)
    assert sky.calls() == calls
    assert [job for job in queued(sky.context) if job[0] == "file"] == [("file", 0, True)]


def test_a_revoked_grant_asks_for_a_new_connection_and_files_what_waited(
    sky: Sky, cast: Cast, pdf: Pdf
) -> None:
    sky.fault(path="^/(v1.0|drive|upload)/", status=401, reason="authError")
    record = file_one(sky.context, cast, pdf("Bài 1"))
    account = account_of(sky.context)
    assert (account.state, account.error_code) == (StoreState.RECONNECT, "store_sign_in_again")
    sky.mend()
    assert sky.connect().id == account.id
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, record) == State.FILED
    assert queued(sky.context) == []


def test_each_records_administrator_is_told_once_a_trouble(
    sky: Sky, kind: str, cast: Cast, pdf: Pdf, owner: psycopg.Connection
) -> None:
    sky.fault(path=".*", **FULL[kind])
    sign_off(sky.context, cast, pdf("Bài 1"))
    sign_off(sky.context, cast, pdf("Bài 2"), title="Bài 2")
    owner.execute("CREATE TABLE told AS SELECT task_name, args FROM procrastinate_jobs")
    owner.execute(
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO told VALUES (NEW.task_name, NEW.args); RETURN NEW; END $$"
    )
    owner.execute(
        "CREATE TRIGGER tell AFTER INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION tell()"
    )
    for _ in range(3):
        make_due(sky.context)
        run_worker(sky.context, wait=False)
    with sky.context.database.transaction() as session:
        readers = session.scalars(
            text("SELECT args ->> 'user_id' FROM told WHERE task_name = 'mail_about_store'")
        ).all()
    assert readers == [str(cast.records_admin.user_id)]


def test_too_many_calls_put_the_account_off_and_count_as_no_failure(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    sky.fault(path=".*", status=429, reason="rateLimitExceeded", retry_after=600)
    file_one(sky.context, cast, pdf("Bài 1"))
    account = account_of(sky.context)
    assert (account.state, account.error_code) == (StoreState.CONNECTED, "store_too_fast")
    assert [job for job in queued(sky.context) if job[0] == "file"] == [("file", 0, True)]
    shown = view(sky.context, cast)
    assert shown.next_try is not None
    assert 500 < (shown.next_try - account.error_at).total_seconds() < 700 if account.error_at else False


def job(task: str, lock: str | None) -> Job:
    return Job(
        id=1, queue="default", lock=lock, queueing_lock=None, task_name=task, priority=10, status="doing"
    )


@pytest.mark.parametrize(
    ("task", "lock", "failure", "priority"),
    [
        ("file", "store:a", OutOfReach(), 9),
        ("file", "store:a", PutOff(now()), None),
        ("file", "store:a", DriveFull(), None),
        ("share", "store:a", SharingTooFast(), 9),
        ("seal", None, OSError(), None),
    ],
)
def test_a_job_in_trouble_of_its_own_lets_the_others_of_its_store_go_first(
    task: str, lock: str | None, failure: Exception, priority: int | None
) -> None:
    decision = GrowingPauses().get_retry_decision(exception=failure, job=job(task, lock))
    assert decision.priority == priority


def test_pauses_double_as_long_as_the_trouble_lasts_and_end_with_it(sky: Sky) -> None:
    def pause(minutes: float, error: CloudError) -> float:
        with sky.context.database.transaction() as session:
            account = session.scalars(select(StoreAccount)).one()
            account.error_code, account.error_at = error.code, now() - timedelta(minutes=minutes)
            session.flush()
            until = note_refusal(session, account.id, error)
            session.rollback()
        return (until - now()).total_seconds()

    assert [round(pause(minutes, TooFast()) / 60) for minutes in (0, 1, 30, 300)] == [0, 1, 30, 300]
    assert round(pause(300, OutOfReach()) / 60) == 5
    assert round(pause(0, DailyCap()) / 60) == 60


def test_the_page_knows_how_much_room_there_is(sky: Sky, cast: Cast) -> None:
    measure_stores(sky.context)
    run_worker(sky.context, wait=False)
    shown = view(sky.context, cast)
    assert shown.account is not None
    assert shown.account.measured_at is not None
    assert shown.account.used_bytes is not None


def test_a_school_without_a_store_of_its_own_keeps_its_folder(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        assert session.scalars(select(School.code)).all()
    assert view(context, cast).account is None
