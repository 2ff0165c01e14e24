"""Tells when one transaction waits for another, so that a test of both needs no pauses."""

from time import monotonic

import pytest
from sqlalchemy import text

from app.context import Context


def until_somebody_waits(context: Context) -> None:
    """Return once a transaction waits for another one's lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    end = monotonic() + 30
    while monotonic() < end:
        with context.database.transaction() as session:
            if session.scalar(waiting):
                return
    pytest.fail("nobody waits")
