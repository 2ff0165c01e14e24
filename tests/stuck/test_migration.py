"""What was stuck before any job could be kept is kept as it was."""

from collections.abc import Callable
from typing import Any

from alembic import command
from sqlalchemy import select, text

from app.context import Context
from app.database.schema import migrate, migrations
from app.db import Database
from app.stuck.models import StuckJob
from tests.handing_in import hand_in


def test_a_step_that_is_stuck_is_kept_by_the_migration_and_when_it_is_undone(
    context: Context, cast: Any, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    about: dict[str, Any] = {"subject": str(record.id), "arguments": {"record_id": str(record.id)}}
    step = StuckJob(school_id=record.school_id, task="seal", code="not_sealable", attempts=3, **about)
    chore = StuckJob(task="keep_heads", arguments={"timestamp": 1}, code="internal_error", attempts=1)
    with context.database.transaction() as session:
        session.add_all([step, chore])
    owner = Database(context.settings.owner_database_url)
    with owner.engine.begin() as connection:
        command.downgrade(migrations(connection), "0034")
        kept = connection.execute(text("SELECT id, record_id, task, code, attempts FROM stuck_jobs")).all()
        assert kept == [(step.id, record.id, "seal", "not_sealable", 3)]
    migrate(owner.engine)
    with owner.transaction() as session:
        (again,) = session.scalars(select(StuckJob))
        assert (again.id, again.school_id, again.at) == (step.id, record.school_id, step.at)
        assert {"subject": again.subject, "arguments": again.arguments} == about
    owner.engine.dispose()
