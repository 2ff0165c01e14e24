"""What does not get on is kept: whoever is killed meanwhile, and however long it is tried again."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, text

from app.context import Context
from app.errors import NotAllowed, NotFound
from app.jobs import defer
from app.notices.mail import MailRefused
from app.running.worker import Patience, Work, run_worker
from app.stuck.models import StuckJob
from app.stuck.noting import FailedJob, forget_stuck, note_stuck
from app.stuck.retrying import retry

Cast = Any
BUILDING: dict[str, str | int] = {"school_id": 1, "year": "2026-2027"}
PATIENT = Patience(silence=600)


def worker_of(*failures: Exception | None) -> tuple[Work, Counter[str]]:
    """Return work that fails in these ways, one after the other, and counts what was done."""
    left, done = list(failures), Counter[str]()

    def build(_context: Context, **_arguments: object) -> None:
        failure = left.pop(0) if left else None
        if failure:
            raise failure
        done["build_obligations"] += 1

    return Work({"build_obligations": build}, {}), done


def build(context: Context) -> None:
    with context.database.transaction() as session:
        defer(session, "build_obligations", [BUILDING], lock="obligations:1")


def work_through(context: Context, work: Work) -> None:
    run_worker(context, wait=False, patience=PATIENT, work=work)


def noted(context: Context) -> list[tuple[str, int]]:
    with context.database.transaction() as session:
        return [(job.code, job.attempts) for job in session.scalars(select(StuckJob))]


def queued(context: Context) -> list[tuple[str, str | None, bool]]:
    with context.database.transaction() as session:
        asked = "SELECT status::text, lock, scheduled_at > now() FROM procrastinate_jobs ORDER BY id"
        return [(status, lock, bool(later)) for status, lock, later in session.execute(text(asked))]


def change_jobs(context: Context, change: str) -> None:
    with context.database.transaction() as session:
        session.execute(text(change))


def click(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        retry(session, cast.clerk, session.scalars(select(StuckJob.id)).one())


def left_by_a_dead_worker(context: Context, attempts: int) -> None:
    """Leave a job as a worker does that was killed an hour ago."""
    build(context)
    change_jobs(
        context,
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - interval '1 hour') RETURNING id) UPDATE procrastinate_jobs"
        f" SET status = 'doing', attempts = {attempts}, worker_id = (SELECT id FROM dead)",
    )


def test_what_is_tried_again_and_again_is_shown_after_an_hour_until_it_is_done(context: Context) -> None:
    work, done = worker_of(OSError(), OSError(), None)
    build(context)
    change_jobs(context, "UPDATE procrastinate_jobs SET attempts = 5")
    work_through(context, work)
    assert noted(context) == []
    change_jobs(context, "UPDATE procrastinate_events SET at = at - interval '61 minutes'")
    change_jobs(context, "UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work_through(context, work)
    assert noted(context) == [("store_unavailable", 7)]
    assert len(queued(context)) == 1
    change_jobs(context, "UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work_through(context, work)
    assert noted(context) == []
    assert done == {"build_obligations": 1}


def test_a_click_brings_forward_what_waits_for_its_next_try(context: Context, cast: Cast) -> None:
    work, _ = worker_of(OSError())
    build(context)
    change_jobs(context, "UPDATE procrastinate_jobs SET attempts = 5")
    change_jobs(context, "UPDATE procrastinate_events SET at = at - interval '61 minutes'")
    work_through(context, work)
    assert queued(context) == [("todo", "obligations:1", True)]
    for _ in range(2):
        click(context, cast)
    assert queued(context) == [("todo", "obligations:1", False)]
    assert retries_logged(context) == 1


def retries_logged(context: Context) -> int:
    with context.database.transaction() as session:
        asked = "SELECT count(*) FROM audit_entries WHERE kind = 'job.retry'"
        return session.scalar(text(asked)) or 0


def test_a_job_keeps_its_lock_and_how_long_it_has_been_stuck_when_it_fails_again(
    context: Context, cast: Cast
) -> None:
    work, _ = worker_of(ZeroDivisionError(), KeyError("x"))
    build(context)
    work_through(context, work)
    change_jobs(context, "UPDATE stuck_jobs SET at = at - interval '3 days'")
    click(context, cast)
    click(context, cast)
    assert queued(context) == [("todo", "obligations:1", False)]
    work_through(context, work)
    assert noted(context) == [("internal_error", 2)]
    with context.database.transaction() as session:
        kept = "SELECT at < now() - interval '2 days' AND asked_at IS NULL FROM stuck_jobs"
        assert session.scalar(text(kept))


def test_what_is_done_meanwhile_by_another_job_like_it_is_stuck_no_more(context: Context) -> None:
    work, done = worker_of(ZeroDivisionError())
    for _ in range(2):
        build(context)
    work_through(context, work)
    assert (noted(context), done) == ([], {"build_obligations": 1})


def test_a_worker_killed_after_noting_and_before_the_queue_knows_loses_nothing(context: Context) -> None:
    left_by_a_dead_worker(context, attempts=0)
    note_stuck(context, FailedJob("build_obligations", BUILDING, None, 1), ZeroDivisionError())
    run_worker(context, wait=False, work=worker_of(ZeroDivisionError())[0])
    assert noted(context) == [("internal_error", 2)]
    assert queued(context) == []


def test_a_job_of_which_workers_die_again_and_again_is_shown_and_goes_on(context: Context) -> None:
    left_by_a_dead_worker(context, attempts=3)
    run_worker(context, wait=False, work=worker_of()[0])
    assert noted(context) == [("worker_died", 4)]
    assert queued(context) == [("todo", "obligations:1", True)]


def test_a_letter_that_the_server_never_takes_is_told_as_such(context: Context) -> None:
    build(context)
    work_through(context, worker_of(MailRefused("550"))[0])
    assert noted(context) == [("letter_refused", 1)]


def test_a_letter_that_waits_for_its_server_is_told_as_such(context: Context) -> None:
    failed = FailedJob("mail_about_lock", {"lock_id": 0, "step": "set", "user_id": "x"}, None, 20)
    note_stuck(context, failed, ConnectionRefusedError())
    assert noted(context) == [("mail_unavailable", 20)]


def test_what_was_done_after_all_cannot_be_tried_again(context: Context, cast: Cast) -> None:
    build(context)
    work, _ = worker_of(ZeroDivisionError())
    work_through(context, work)
    with context.database.transaction() as session:
        number = session.scalars(select(StuckJob.id)).one()
    click(context, cast)
    work_through(context, work)
    with context.database.transaction() as session, pytest.raises(NotFound):
        retry(session, cast.clerk, number)


def test_a_retry_is_in_the_audit_log_once(context: Context, cast: Cast) -> None:
    build(context)
    work_through(context, worker_of(ZeroDivisionError())[0])
    for _ in range(2):
        click(context, cast)
    assert retries_logged(context) == 1


def test_what_is_about_very_much_is_noted_once_and_forgotten(context: Context) -> None:
    paths = [f"{'-'.join(str(n) for n in range(3000))}/{last}" for last in ("một", "hai")]
    each: list[dict[str, str | int]] = [
        {"school_code": "truong-a", "path": path, "grant_id": "anyone"} for path in paths
    ]
    for arguments in (*each, *each):
        note_stuck(context, FailedJob("remove_permission", arguments, None, 1), ZeroDivisionError())
    assert noted(context) == [("internal_error", 2)] * 2
    for arguments in each:
        forget_stuck(context, "remove_permission", arguments)
    assert noted(context) == []


def test_a_job_without_its_first_argument_is_the_operators(context: Context) -> None:
    note_stuck(context, FailedJob("find_deciders", {}, None, 1), ZeroDivisionError())
    with context.database.transaction() as session:
        job = session.scalars(select(StuckJob)).one()
    assert (job.school_id, job.office_id) == (None, None)


def test_who_lost_the_post_meanwhile_has_nothing_tried_again(context: Context, cast: Cast) -> None:
    build(context)
    work_through(context, worker_of(ZeroDivisionError())[0])
    change_jobs(context, f"UPDATE memberships SET ended_at = now() WHERE user_id = '{cast.clerk.user_id}'")
    with pytest.raises(NotAllowed):
        click(context, cast)
    assert queued(context) == []
