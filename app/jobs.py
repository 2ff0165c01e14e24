"""The job queue: deferring a job by its name, in the transaction that makes it necessary."""

import logging
from collections.abc import Iterable, Mapping

import procrastinate
from procrastinate.types import JSONValue
from sqlalchemy import make_url
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
