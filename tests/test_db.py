"""Sessions: what is not committed is gone, and what the database has planned stays planned."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from app.db import Database, raw_connection
from app.schools.models import School

OFTEN = 8
"""More often than psycopg wants to have seen a statement before it has it prepared."""


@pytest.fixture
def database(fresh_url: str) -> Iterator[Database]:
    """Open a database through one connection."""
    opened = Database(fresh_url, pool_size=1)
    yield opened
    opened.engine.dispose()


def prepared(database: Database) -> int:
    """Count the statements that the connection keeps planned."""
    with database.sessions() as session:
        row = raw_connection(session).execute("SELECT count(*) FROM pg_prepared_statements", prepare=False)
        return int((row.fetchone() or (0,))[0])


def test_statements_stay_prepared_when_sessions_that_only_read_are_closed(database: Database) -> None:
    for _ in range(OFTEN):
        with database.sessions() as session:
            session.scalar(select(func.count()).select_from(School))
    assert prepared(database) == 1


def test_what_a_session_has_not_committed_is_gone_when_it_is_closed(database: Database) -> None:
    for _ in range(OFTEN):
        with database.sessions() as session:
            session.execute(update(School).values(name="Đổi rồi bỏ"))
    with database.sessions() as session:
        assert session.scalar(select(School.id).where(School.name == "Đổi rồi bỏ")) is None


def test_a_connection_serves_on_after_a_statement_that_failed(database: Database) -> None:
    with database.sessions() as session, pytest.raises(DBAPIError):
        session.execute(text("SELECT 1 / 0"))
    with database.sessions() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_connection_that_the_server_has_ended_is_replaced(database: Database) -> None:
    with database.sessions() as session, pytest.raises(DBAPIError):
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with database.sessions() as session:
        assert session.scalar(text("SELECT 1")) == 1
