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


def defer(session: Session, task: str, arguments: Iterable[Arguments], *, lock: str | None = None) -> None:
    """Queue one job of the task named `task` for each item of `arguments`, on the session's connection.

    The jobs exist when the session commits and vanish when it rolls back. Jobs with the same `lock`
    run one after the other.
    """
    batch: list[dict[str, JSONValue]] = [dict(item) for item in arguments]
    if batch:
        deferrer = _deferring.configure_task(task, lock=lock, connection=raw_connection(session))
        deferrer.batch_defer(*batch)
