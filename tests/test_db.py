"""Sessions: what is not committed is gone, and what the database has planned stays planned."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db import Database, planned_anew, raw_connection, took_too_long
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


def test_who_only_reads_begins_no_transaction_and_finds_what_is_planned(database: Database) -> None:
    for _ in range(OFTEN):
        with database.reading() as session:
            session.scalar(select(func.count()).select_from(School))
            assert raw_connection(session).info.transaction_status is TransactionStatus.IDLE
    assert prepared(database) == 1


def test_after_who_only_reads_the_same_connection_begins_transactions(database: Database) -> None:
    with database.reading() as session:
        session.scalar(select(func.count()).select_from(School))
    with database.sessions() as session:
        session.scalar(select(func.count()).select_from(School))
        assert raw_connection(session).info.transaction_status is TransactionStatus.INTRANS


def test_the_connection_that_was_used_last_is_taken_first(fresh_url: str) -> None:
    database = Database(fresh_url)
    with database.sessions() as first, database.sessions() as second:
        first.connection()
        used_last = raw_connection(second)
        first.close()
        second.close()
        assert raw_connection(first) is used_last
    database.engine.dispose()


def test_a_statement_that_takes_longer_than_its_work_may_is_ended(fresh_url: str) -> None:
    hasty = Database(fresh_url, pool_size=1, longest=timedelta(milliseconds=50))
    patient = hasty.for_work(timedelta(seconds=20))
    slow = text("SELECT pg_sleep(0.2)")
    with hasty.sessions() as session, pytest.raises(DBAPIError) as ended:
        session.execute(slow)
    assert took_too_long(ended.value)
    with patient.sessions() as session:
        session.execute(slow)
    with hasty.sessions() as session, pytest.raises(DBAPIError):
        session.execute(slow)
    hasty.engine.dispose()


@pytest.mark.parametrize("by_index", [True, False])
def test_planning_anew_ends_with_its_block_and_with_what_failed_in_it(
    database: Database, *, by_index: bool
) -> None:
    with database.reading() as session:
        with planned_anew(session, by_index=by_index):
            assert _setting(session, "plan_cache_mode") == "force_custom_plan"
            assert _setting(session, "enable_seqscan") == ("off" if by_index else "on")
        assert _setting(session, "plan_cache_mode") == "auto"
        with pytest.raises(DBAPIError), planned_anew(session, by_index=by_index):
            session.execute(text("SELECT 1 / 0"))
    with database.sessions() as session:
        with pytest.raises(DBAPIError), planned_anew(session, by_index=by_index):
            session.execute(text("SELECT 1 / 0"))
        session.rollback()
        assert _setting(session, "plan_cache_mode") == "auto"
        assert _setting(session, "enable_seqscan") == "on"


def _setting(session: Session, name: str) -> str | None:
    return session.scalar(select(func.current_setting(name)))
