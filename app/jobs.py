"""The job queue: deferring a job by its name, in the transaction that makes it necessary."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import procrastinate
from procrastinate.types import JSONValue
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from app.db import raw_connection

Arguments = Mapping[str, str | int]

logging.getLogger("procrastinate").setLevel(logging.WARNING)


def queue_on(database_url: str | None = None) -> procrastinate.App:
    """Return the queue in the database at `database_url`; without one it can only defer."""
    if database_url is None:
        return procrastinate.App(connector=procrastinate.PsycopgConnector())
    conninfo = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    return procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=6)
    )


_deferring = queue_on()


URGENT = 10
"""The priority of jobs that somebody waits for."""
LEISURELY = 0
"""The priority of jobs done ahead of need, after all urgent ones."""


def defer(
    session: Session,
    task: str,
    arguments: Iterable[Arguments],
    *,
    lock: str | None = None,
    priority: int = URGENT,
) -> None:
    """Queue one job of the task named `task` for each item of `arguments`, on the session's connection.

    The jobs exist when the session commits and vanish when it rolls back. Jobs with the same `lock`
    run one after the other; those of a higher `priority` run first.
    """
    batch: list[dict[str, JSONValue]] = [dict(item) for item in arguments]
    if batch:
        connection = raw_connection(session)
        deferrer = _deferring.configure_task(task, lock=lock, priority=priority, connection=connection)
        deferrer.batch_defer(*batch)


@dataclass(frozen=True)
class Waiting:
    """The jobs under one lock that are not done, without those that only look."""

    count: int
    oldest: datetime | None
    """When the one that waits longest was queued."""
    next_try: datetime | None
    """When the first of them is due; None: at once, or there is none."""


_WAITING = text(
    """
    SELECT count(DISTINCT job.id) AS count, min(event.at) AS oldest,
           (array_agg(job.scheduled_at ORDER BY job.priority DESC, job.id))[1] AS next_try
    FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.lock = :lock AND job.status IN ('todo', 'doing')
      AND job.task_name NOT IN ('look_for_drift', 'nightly_sample', 'write_heads')
    """
)
_WAKE = text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE lock = :lock AND status = 'todo'")
_LOCK = text(
    "UPDATE procrastinate_jobs SET lock = :lock WHERE status = 'todo' AND lock IS DISTINCT FROM :lock"
    " AND task_name = :task AND args ->> :name = ANY(:values)"
)

_QUEUED = text(
    "SELECT EXISTS (SELECT FROM procrastinate_jobs"
    " WHERE status = 'todo' AND task_name = :task AND args ->> :name = :value)"
)
_UNDER_WAY = text(
    "SELECT EXISTS (SELECT FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing') AND task_name = :task AND args ->> :name = :value)"
)


def waiting_under(session: Session, lock: str) -> Waiting:
    """Count the jobs that hold, or wait for, a lock."""
    return Waiting(*session.execute(_WAITING, {"lock": lock}).one())


def wake(session: Session, lock: str) -> None:
    """Make every waiting job under a lock due at once."""
    session.execute(_WAKE, {"lock": lock})


def put_under(session: Session, lock: str | None, task: str, name: str, values: Sequence[str]) -> None:
    """Give a lock to the waiting jobs of a task whose argument `name` is one of `values`, or take it off."""
    session.execute(_LOCK, {"lock": lock, "task": task, "name": name, "values": list(values)})


def is_queued(session: Session, task: str, name: str, value: str) -> bool:
    """Tell whether a job of a task, with `value` as its argument `name`, waits to be begun."""
    return bool(session.scalar(_QUEUED, {"task": task, "name": name, "value": value}))


def is_under_way(session: Session, task: str, name: str, value: str) -> bool:
    """Tell whether a job of a task, with `value` as its argument `name`, waits or is being done."""
    return bool(session.scalar(_UNDER_WAY, {"task": task, "name": name, "value": value}))


_BRING_FORWARD = text(
    "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND task_name = :task"
    " AND (CAST(:arguments AS jsonb) IS NULL OR args = CAST(:arguments AS jsonb))"
)
_LIVES = text(
    "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = :task"
    " AND (CAST(:arguments AS jsonb) IS NULL OR args = CAST(:arguments AS jsonb)))"
)


def bring_forward(session: Session, task: str, arguments: Arguments | None) -> bool:
    """Make the waiting job with exactly these arguments due at once; None: whatever they are.

    Tells whether there is such a job, waiting or being done.
    """
    asked = {"task": task, "arguments": None if arguments is None else json.dumps(dict(arguments))}
    session.execute(_BRING_FORWARD, asked)
    return bool(session.scalar(_LIVES, asked))


_FIRST_DEFERRED = text("SELECT min(at) FROM procrastinate_events WHERE job_id = :id AND type = 'deferred'")


def deferred_at(session: Session, job_id: int) -> datetime | None:
    """Return when a job was first deferred, if it is known."""
    found: datetime | None = session.scalar(_FIRST_DEFERRED, {"id": job_id})
    return found


_WAITING_FOR = text(
    "SELECT args ->> :name FROM procrastinate_jobs"
    " WHERE status = 'todo' AND task_name = :task AND args ->> :name = ANY(:values)"
)


def ask_for_each(
    session: Session,
    task: str,
    name: str,
    values: Iterable[str | int],
    *,
    lock: Callable[[str | int], str] | None = None,
) -> None:
    """Queue one job for each value of the argument `name`, unless one waits already, after all urgent ones.

    So a chore does what is due: what fails unforeseen fails alone, and is asked for again the next time.
    """
    wanted = list(values)
    asked = {"task": task, "name": name, "values": [str(value) for value in wanted]}
    waiting = set(session.scalars(_WAITING_FOR, asked))
    for value in wanted:
        if str(value) not in waiting:
            under = lock(value) if lock else None
            defer(session, task, [{name: value}], lock=under, priority=LEISURELY)


_FORGET = text(
    "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = :task AND args ->> :name = :value"
)


def forget_waiting(session: Session, task: str, name: str, value: str) -> None:
    """Take waiting jobs of a task away whose work is done by what this transaction commits."""
    session.execute(_FORGET, {"task": task, "name": name, "value": value})


_TAKE_BACK = text(
    "DELETE FROM procrastinate_jobs"
    " WHERE status = 'todo' AND task_name = :task AND args @> CAST(:arguments AS jsonb)"
)


def take_back(session: Session, task: str, arguments: Arguments) -> None:
    """Take waiting jobs of a task away that have these arguments, among others."""
    session.execute(_TAKE_BACK, {"task": task, "arguments": json.dumps(dict(arguments))})
