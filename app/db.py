"""The database: the declarative base every room's tables share, and sessions on it."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, DateTime, MetaData, create_engine, event, make_url, text
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_IN_TRANSACTION = (TransactionStatus.INTRANS, TransactionStatus.INERROR)
_USABLE = (TransactionStatus.IDLE, TransactionStatus.INTRANS)


class Longest:
    """How long one statement may take, waiting for others included, by the kind of work it is done for.

    Commands and migrations take as long as they need: somebody looks on.
    """

    REQUEST = timedelta(seconds=20)
    JOB = timedelta(minutes=5)
    CHORE = timedelta(minutes=15)


class Base(DeclarativeBase):
    """What every table inherits: names for constraints, and times that know their zone."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 -- read by SQLAlchemy


def now() -> datetime:
    """Return the present moment in UTC, the only zone in which times are stored."""
    return datetime.now(UTC)


class Database:
    """One process's connections to PostgreSQL."""

    def __init__(self, url: str, *, pool_size: int = 10, longest: timedelta | None = None) -> None:
        """Connect to `url`; PostgreSQL ends each statement that takes longer than `longest`."""
        self.engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=2,
            pool_timeout=10,
            # The connection that was used last, whose statements PostgreSQL has planned already, goes first.
            pool_use_lifo=True,
            pool_pre_ping=False,
            hide_parameters=True,
            connect_args={"application_name": "kyduyet", "connect_timeout": 5},
        )
        event.listen(self.engine, "rollback", _roll_back)
        if longest is not None:
            event.listen(self.engine, "connect", partial(_limit, longest))
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session that is committed at the end, or rolled back on any exception."""
        with self.sessions() as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Yield a session that sees the database as it is at its first statement, for as long as it lasts."""
        with self.sessions() as session, session.begin():
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that only reads: no transaction is begun and ended around its statements.

        Each sees what is committed by then, as it would in a transaction of ours, and nothing is locked.
        """
        with self.sessions() as session:
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            yield session

    def for_work(self, longest: timedelta) -> "Database":
        """Return the same connections for work whose statements may take another time."""
        limit = text(f"SET LOCAL statement_timeout = {_milliseconds(longest)}")
        other = copy.copy(self)
        other.engine = self.engine.execution_options()
        event.listen(other.engine, "begin", lambda connection: connection.execute(limit))
        other.sessions = sessionmaker(other.engine, expire_on_commit=False)
        return other

    def forget_connections(self) -> None:
        """Drop pooled connections without closing them: after a fork they belong to the parent."""
        self.engine.dispose(close=False)


def raw_connection(session: Session) -> psycopg.Connection:
    """Return the psycopg connection that carries the session's transaction."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the session is not on psycopg")
    return connection


@contextmanager
def planned_anew(session: Session, *, by_index: bool = False) -> Iterator[None]:
    """Have every statement planned for the values that it is asked with, for as long as the block lasts.

    A plan that is kept for any value reads a whole table for a school, state or word that few rows have. With
    `by_index` no table is read whole either, however many rows the planner expects.
    """
    connection = raw_connection(session)
    scope = {"local": not connection.autocommit}
    scans = "off" if by_index else "on"
    session.execute(_PLANNING, {"plans": "force_custom_plan", "scans": scans, **scope})
    try:
        yield
    finally:
        # What has failed in a transaction is undone with it, and a connection that is lost keeps nothing.
        if connection.pgconn.transaction_status in _USABLE:
            session.execute(_PLANNING, {"plans": "auto", "scans": "on", **scope})


_PLANNING = text(
    "SELECT set_config('plan_cache_mode', :plans, :local), set_config('enable_seqscan', :scans, :local)"
)


def took_too_long(error: BaseException) -> bool:
    """Tell whether a statement was ended because it took longer than its kind of work may."""
    return isinstance(getattr(error, "orig", error), psycopg.errors.QueryCanceled)


def _limit(longest: timedelta, connection: psycopg.Connection, _record: object) -> None:
    connection.execute(f"SET statement_timeout = {_milliseconds(longest)}")
    connection.commit()


def _milliseconds(longest: timedelta) -> int:
    return longest // timedelta(milliseconds=1)


def _roll_back(connection: Connection) -> None:
    """End a transaction without psycopg's knowing, which would forget every prepared statement.

    It forgets them lest they name a table that the transaction had made, but only migrations make tables.
    Each request that only reads ends so, and planning its statements anew is half of the database's work.
    """
    driver = None if connection.invalidated else connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection) and driver.pgconn.transaction_status in _IN_TRANSACTION:
        driver.pgconn.exec_(b"ROLLBACK")
