"""The worker: binds the jobs' names to their functions and works through the queue."""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.approvals.standstill_letters import (
    ask_for_deciders,
    find_deciders,
    mail_about_standstill,
)
from app.config import Settings
from app.context import Context, build_context
from app.corrections.closing import ask_for_expired, close_expired
from app.corrections.letters import mail_about_correction
from app.database.embedded import embedded_database
from app.db import Longest
from app.drift.looks import ask_for_looks, look_for_drift
from app.drift.repair import repair_drift
from app.drift.sample import ask_for_samples, nightly_sample
from app.handovers.carrying_out import ask_for_due_handovers, carry_out_handover
from app.handovers.letters import mail_about_handover
from app.jobs import deferred_at, queue_on
from app.locks.letters import mail_about_lock
from app.locks.window_letters import mail_about_window, tell_of_window
from app.logs import configure_logging
from app.moves.steps import move_house
from app.moves.store_jobs import mail_about_store, measure_store, measure_stores, tell_of_store
from app.obligations.building import ask_for_obligations, build_obligations, rebuild_school
from app.obligations.reminders import ask_for_reminders, remind_school, send_reminder
from app.obligations.summaries import count_again
from app.people.invitation_letters import mail_about_invitation
from app.people.request_letters import mail_about_requests
from app.people.stop_letters import mail_about_stop
from app.proof.sheet_keeping import keep_heads, write_heads
from app.records.counting import count_records
from app.records.page_images import prepare_pages
from app.records.rereading import ask_to_read_again, read_again
from app.schools.taking_effect import take_effect_today
from app.shares.jobs import close_share, end_shares, open_share
from app.shares.lapse import mail_about_lapse
from app.shares.letters import mail_about_share
from app.shares.links import remove_permission
from app.shares.walk import audit_every_share, audit_shares
from app.storage.waiting import next_try, put_off_until
from app.stuck.kinds import KINDS, JobKind
from app.stuck.noting import FailedJob, forget_stuck, note_stuck
from app.stuck.reasons import WorkerDied, may_pass
from app.tree.chores import sweep_pages, sweep_sign_ins, sweep_staging, sweep_stores
from app.tree.filing_run import file_and_go_on
from app.tree.renaming import arrange_tree
from app.tree.sealing import seal_record

log = logging.getLogger(__name__)

TASKS: Mapping[str, Callable[..., None]] = {
    "prepare_pages": prepare_pages,
    "read_again": read_again,
    "seal": seal_record,
    "file": file_and_go_on,
    "arrange_tree": arrange_tree,
    "share": open_share,
    "mail_about_share": mail_about_share,
    "mail_about_lapse": mail_about_lapse,
    "unshare": close_share,
    "audit_shares": audit_shares,
    "remove_permission": remove_permission,
    "look_for_drift": look_for_drift,
    "repair_drift": repair_drift,
    "nightly_sample": nightly_sample,
    "move_house": move_house,
    "tell_of_store": tell_of_store,
    "mail_about_store": mail_about_store,
    "mail_about_lock": mail_about_lock,
    "tell_of_window": tell_of_window,
    "mail_about_window": mail_about_window,
    "mail_about_correction": mail_about_correction,
    "measure_store": measure_store,
    "carry_out_handover": carry_out_handover,
    "close_expired": close_expired,
    "mail_about_handover": mail_about_handover,
    "mail_about_requests": mail_about_requests,
    "mail_about_invitation": mail_about_invitation,
    "mail_about_stop": mail_about_stop,
    "build_obligations": build_obligations,
    "rebuild_school": rebuild_school,
    "find_deciders": find_deciders,
    "mail_about_standstill": mail_about_standstill,
    "remind_school": remind_school,
    "send_reminder": send_reminder,
    "write_heads": write_heads,
}
"""Every job there is; each takes the context and the arguments it was deferred with."""

CHORES: Mapping[str, tuple[str, Callable[[Context], None]]] = {
    "sweep_sign_ins": ("*/15 * * * *", sweep_sign_ins),
    "sweep_staging": ("17 * * * *", sweep_staging),
    "sweep_stores": ("27 * * * *", sweep_stores),
    "sweep_pages": ("37 3 * * *", sweep_pages),
    "ask_to_read_again": ("* * * * *", ask_to_read_again),
    "close_expired_corrections": ("* * * * *", ask_for_expired),
    "end_shares": ("*/5 * * * *", end_shares),
    "audit_every_share": ("7 19 * * *", audit_every_share),
    "ask_for_looks": ("*/15 * * * *", ask_for_looks),
    "ask_for_samples": ("47 18 * * *", ask_for_samples),
    "measure_stores": ("57 * * * *", measure_stores),
    "keep_heads": ("33 17 * * *", keep_heads),
    "ask_for_reminders": ("0 0 * * *", ask_for_reminders),
    "find_deciders_everywhere": ("*/5 * * * *", ask_for_deciders),
    "carry_out_due_handovers": ("*/15 * * * *", ask_for_due_handovers),
    "take_effect_today": ("3 17 * * *", take_effect_today),
    "ask_for_obligations": ("7 18 * * *", ask_for_obligations),
    "count_records": ("*/5 * * * *", count_records),
    "count_obligations": ("* * * * * */20", count_again),
}
"""What is done by the clock (UTC, as cron writes it, a sixth field being seconds), by one worker of all."""

CONCURRENCY = 4
_KEEPING_PLACE = frozenset({"file", "arrange_tree"})
_LONGEST_PAUSE = 300
_SHOWN_AFTER = 3
"""Attempts after which people are told of a job that they wait for."""
_SHOWN_LATER = timedelta(hours=1)
"""How long any other job is tried again and again before people are told."""


@dataclass(frozen=True)
class Patience:
    """Seconds between signs of life and checks; shorter ones suit tests."""

    heartbeat: float = 2
    silence: float = 10
    """A worker not heard of for so long is taken for dead, and its jobs are done by others."""
    poll: float = 0.5
    """How long a job can wait whose announcement went unheard."""
    farewell: float = 4
    """How long running jobs may take to finish when the worker is to stop."""
    reconnect: float = 2


@dataclass(frozen=True)
class Work:
    """What a worker can do; tests have tasks of their own."""

    tasks: Mapping[str, Callable[..., None]] = field(default_factory=lambda: TASKS)
    chores: Mapping[str, tuple[str, Callable[[Context], None]]] = field(default_factory=lambda: CHORES)


def run_worker(
    context: Context,
    *,
    wait: bool = True,
    concurrency: int = CONCURRENCY,
    patience: Patience = Patience(),
    work: Work = Work(),
) -> None:
    """Work through the queue and by the clock until SIGTERM; with `wait=False` only until no job is due.

    A worker that stays first catches up on the chores of the last ten minutes, so that starting it anew
    leaves none out. One that only empties the queue looks at no clock.
    """
    run = _work_until_stopped if wait else _work_until_empty
    with suppress(asyncio.CancelledError):
        asyncio.run(run(context, concurrency, patience, work))


def queue_with_tasks(context: Context, work: Work = Work(), *, by_the_clock: bool) -> procrastinate.App:
    """Return the queue with every job bound to its function, and the chores to their hours if asked for."""
    queue = queue_on(context.settings.database_url)
    for name, function in work.tasks.items():
        queue.task(name=name, pass_context=True, retry=GrowingPauses())(_bound(context, name, function))
    patient = context.for_work(Longest.CHORE)
    for name, (cron, chore) in work.chores.items():
        bound = _bound(patient, name, _at(chore), retries=False)
        task = queue.task(name=name, queueing_lock=name, pass_context=True)(bound)
        if by_the_clock:
            queue.periodic(cron=cron)(task)
    return queue


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts before the next."""
    return timedelta(seconds=min(2 ** min(attempts, 10), _LONGEST_PAUSE))


class GrowingPauses(BaseRetryStrategy):
    """Waits as long as the store asks for, else longer from try to try.

    A job that holds a store's lock goes behind the others of that store, lest all wait for one that
    cannot be done; filing keeps its place where it is the account that makes it wait.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """Return when a job goes on, and whether it lets others go first."""
        waits = put_off_until(exception) is not None and job.task_name in _KEEPING_PLACE
        return RetryDecision(
            retry_at=next_try(exception) or datetime.now(UTC) + pause_after(job.attempts),
            priority=None if waits or job.lock is None else job.priority - 1,
        )


def _bound(
    context: Context, name: str, function: Callable[..., None], *, retries: bool = True
) -> Callable[..., None]:
    """Return what the queue runs for a task: a job that fails for good is done for the queue, but noted."""
    kind = KINDS[name]

    def run(job_context: procrastinate.JobContext, **arguments: Any) -> None:
        job = job_context.job
        try:
            function(context, **arguments)
        except Exception as failure:
            if retries and put_off_until(failure) is not None:
                log.info("job put off name=%s %s: %r", name, arguments, failure)
                _uncount(context, job)
                raise
            log.warning(
                "job failed name=%s attempt=%d %s", name, job.attempts + 1, arguments, exc_info=failure
            )
            again = retries and may_pass(failure)
            if not again or _is_shown(context, kind, job):
                # Noted before the queue is told that it is done: whatever is killed in between runs again.
                note_stuck(context, _failed(job), failure)
            if again:
                raise
        else:
            forget_stuck(context, name, arguments)

    return run


def _failed(job: Job) -> FailedJob:
    return FailedJob(job.task_name, job.task_kwargs, job.lock, job.attempts + 1)


def _is_shown(context: Context, kind: JobKind, job: Job) -> bool:
    """Tell whether a job has been tried again and again for so long that people are told."""
    if job.attempts < _SHOWN_AFTER:
        return False
    if kind.awaited:
        return True
    with context.database.transaction() as session:
        since = deferred_at(session, job.id or 0)
    return since is not None and since < datetime.now(UTC) - _SHOWN_LATER


def _uncount(context: Context, job: Job) -> None:
    """Keep a job that is only put off from counting as tried once more, as the queue is about to do."""
    uncounted = text("UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = :id")
    with context.database.transaction() as session:
        session.execute(uncounted, {"id": job.id})


def _at(chore: Callable[[Context], None]) -> Callable[..., None]:
    def run(context: Context, timestamp: int) -> None:  # noqa: ARG001 -- the queue tells when it was due
        chore(context)

    return run


async def _work_until_stopped(context: Context, concurrency: int, patience: Patience, work: Work) -> None:
    """Work on, also after the database was away, until SIGTERM or SIGINT cancels it."""
    myself = asyncio.current_task()
    if myself is not None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, myself.cancel)
    while True:
        try:
            await _work_while_connected(context, concurrency, patience, work)
        except (ConnectorException, psycopg.Error, OSError) as error:
            log.warning("the queue is out of reach: %s", error)
        await asyncio.sleep(patience.reconnect)


async def _work_while_connected(context: Context, concurrency: int, patience: Patience, work: Work) -> None:
    queue = queue_with_tasks(context, work, by_the_clock=True)
    async with queue.open_async():
        await _rescue(context, queue, patience)
        rescuing = asyncio.create_task(_rescue_again_and_again(context, queue, patience))
        try:
            await queue.run_worker_async(wait=True, **_options(concurrency, patience))
        finally:
            rescuing.cancel()
            await asyncio.wait([rescuing])


async def _work_until_empty(context: Context, concurrency: int, patience: Patience, work: Work) -> None:
    queue = queue_with_tasks(context, work, by_the_clock=False)
    async with queue.open_async():
        await _rescue(context, queue, patience)
        while await _is_any_due(queue):
            await queue.run_worker_async(wait=False, **_options(concurrency, patience))


def _options(concurrency: int, patience: Patience) -> dict[str, Any]:
    return {
        "concurrency": concurrency,
        "delete_jobs": "successful",
        "install_signal_handlers": False,
        "update_heartbeat_interval": patience.heartbeat,
        "stalled_worker_timeout": patience.silence,
        "fetch_job_polling_interval": patience.poll,
        "shutdown_graceful_timeout": patience.farewell,
    }


async def _is_any_due(queue: procrastinate.App) -> bool:
    """Tell whether a job could be done now: it is due, and first of those that share its lock."""
    waiting = await queue.job_manager.list_jobs_async(status="todo")
    moment = datetime.now(UTC)
    first: dict[str, int | None] = {}
    for job in sorted(waiting, key=lambda each: (-each.priority, each.id or 0)):
        if job.lock is not None and first.setdefault(job.lock, job.id) != job.id:
            continue
        if job.scheduled_at is None or job.scheduled_at <= moment:
            return True
    return False


async def _rescue_again_and_again(context: Context, queue: procrastinate.App, patience: Patience) -> None:
    while True:
        await asyncio.sleep(patience.silence / 2)
        await _rescue(context, queue, patience)


async def _rescue(context: Context, queue: procrastinate.App, patience: Patience) -> None:
    """Queue again what dead workers were doing; ever later, lest a job kill one worker after the other."""
    stalled = await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=patience.silence)
    for job in stalled:
        log.warning("taking over from a dead worker: job=%s %s", job.task_name, job.task_kwargs)
        if job.attempts >= _SHOWN_AFTER and job.task_name in KINDS:
            # Where the database does not take it, the next death is noted.
            with suppress(SQLAlchemyError):
                await asyncio.to_thread(note_stuck, context, _failed(job), WorkerDied())
        pause = pause_after(job.attempts) if job.attempts else timedelta()
        # Another worker may have been quicker.
        with suppress(ConnectorException):
            await queue.job_manager.retry_job(job, retry_at=datetime.now(UTC) + pause)


def main() -> None:
    """Run a worker with the settings of the environment."""
    configure_logging()
    settings = Settings.from_environment()
    if settings.database_url:
        _run(settings.for_worker())
        return
    with embedded_database(settings.data_dir) as urls:
        _run(replace(settings, database_url=urls.worker))


def _run(settings: Settings) -> None:
    run_worker(build_context(settings, pool_size=CONCURRENCY, longest=Longest.JOB))


if __name__ == "__main__":
    main()
