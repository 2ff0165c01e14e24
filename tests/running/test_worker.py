"""The worker: every job has a task; failures wait, show and pass; the dead are taken over from."""

import ast
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.context import Context
from app.pdf.sandbox import Sandbox
from app.records.models import Record
from app.running.worker import CHORES, TASKS, Patience, pause_after, run_worker
from app.stuck.kinds import KINDS
from app.stuck.models import StuckJob
from tests.tree.steps import file_one, sign_off
from workflows.definitions import DEFINITIONS
from workflows.model import State

Cast = Any
Pdf = Callable[..., bytes]
APP = Path(__file__).parent.parent.parent / "app"
LONGEST_WAIT_S = 60


DEFERRING = {"defer", "ask_for_each"}


def deferred_names() -> Iterator[str]:
    """Yield the name of every job that the source defers by a literal name."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DEFERRING
            )
            if is_call and isinstance(node, ast.Call) and isinstance(node.args[1], ast.Constant):
                yield str(node.args[1].value)


def asleep(context: Context, tmp_path: Path) -> Context:
    """Return the same parts with a sandbox that does not answer."""
    nobody = Sandbox(tmp_path / "nobody.sock")
    return Context(context.settings, context.database, nobody, context.staging)


def change_jobs(context: Context, assignments: str) -> None:
    with context.database.transaction() as session:
        session.execute(text(f"UPDATE procrastinate_jobs SET {assignments}"))


def job_states(context: Context) -> list[str]:
    with context.database.transaction() as session:
        return list(session.scalars(text("SELECT status::text FROM procrastinate_jobs ORDER BY id")))


def state_of(context: Context, record: Record) -> str:
    with context.database.transaction() as session:
        return session.get_one(Record, record.id).state


def stuck_codes(context: Context) -> list[str]:
    with context.database.transaction() as session:
        return list(session.scalars(select(StuckJob.code)))


def test_every_job_that_anybody_defers_has_a_task() -> None:
    in_workflows = {job for each in DEFINITIONS.values() for t in each.transitions for job in t.jobs}
    deferred = set(deferred_names())
    assert {"file", "prepare_pages"} <= deferred
    assert deferred | in_workflows == set(TASKS)
    assert not set(TASKS) & set(CHORES)
    assert set(KINDS) == set(TASKS) | set(CHORES)


def test_nothing_is_left_in_the_queue_after_a_record_was_filed(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("Bài 1"))
    assert state_of(context, record) == State.FILED
    assert job_states(context) == []
    assert stuck_codes(context) == []


def test_what_may_pass_is_tried_again_shown_after_some_tries_and_forgotten_once_done(
    context: Context, cast: Cast, pdf: Pdf, tmp_path: Path
) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    run_worker(asleep(context, tmp_path), wait=False)
    assert stuck_codes(context) == []
    change_jobs(context, "scheduled_at = NULL, attempts = 5")
    run_worker(asleep(context, tmp_path), wait=False)
    assert stuck_codes(context) == ["sandbox_unavailable"]
    assert state_of(context, record) == State.SIGNED_OFF
    change_jobs(context, "scheduled_at = NULL")
    run_worker(context, wait=False)
    assert stuck_codes(context) == []
    assert state_of(context, record) == State.FILED


def test_what_cannot_pass_is_not_tried_again(context: Context, cast: Cast, pdf: Pdf) -> None:
    sign_off(context, cast, pdf("Bài 1"))
    for blob in (context.settings.data_dir / "staging/uploads").rglob("*.*"):
        blob.unlink()
    run_worker(context, wait=False)
    assert set(stuck_codes(context)) == {"approved_bytes_lost"}
    assert job_states(context) == []


def test_pauses_grow_up_to_five_minutes() -> None:
    pauses = [pause_after(attempts).total_seconds() for attempts in range(12)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 1
    assert pauses[-1] == 300


@pytest.mark.parametrize(("silent_for", "after"), [("1 second", ["doing"]), ("1 hour", [])])
def test_the_jobs_of_dead_workers_alone_are_taken_over(
    context: Context, cast: Cast, pdf: Pdf, silent_for: str, after: list[str]
) -> None:
    file_one(context, cast, pdf("Bài 1"))
    with context.database.transaction() as session:
        worker = session.scalar(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                f"VALUES (now() - interval '{silent_for}') RETURNING id"
            )
        )
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id) VALUES "
                """('default', 'arrange_tree', '{"school_code": "truong-b"}', 'doing', :worker)"""
            ),
            {"worker": worker},
        )
    run_worker(context, wait=False, patience=Patience(silence=600))
    assert job_states(context) == after
    arranged = list((context.settings.data_dir / "tree/truong-b").glob("*"))
    assert bool(arranged) is (not after)


@contextmanager
def running_worker(context: Context) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as the product does, in a process of its own."""
    settings = context.settings
    environment = {
        **os.environ,
        "KYDUYET_DATABASE_URL": settings.database_url,
        "KYDUYET_DATA_DIR": str(settings.data_dir),
        "KYDUYET_SECRET_KEY": settings.secret_key,
        "KYDUYET_SANDBOX_SOCKET": str(context.sandbox.socket_path),
    }
    with subprocess.Popen([sys.executable, "-m", "app.running.worker"], env=environment) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_filed(context: Context, record: Record) -> Callable[[], bool]:
    return lambda: state_of(context, record) == State.FILED


def test_a_worker_outlives_the_loss_of_its_connections_and_ends_when_told(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    first = sign_off(context, cast, pdf("Bài 1"), title="Một")
    second = sign_off(context, cast, pdf("Bài 2"), title="Hai")
    with running_worker(context) as worker:
        wait_until(is_filed(context, first))
        with context.database.transaction() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        context.database.engine.dispose()
        third = sign_off(context, cast, pdf("Bài 3"), title="Ba")
        for record in (second, third):
            wait_until(is_filed(context, record))
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=10) == 0
