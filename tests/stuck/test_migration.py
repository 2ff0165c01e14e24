"""What was stuck before any job could be kept is kept as it was."""

from collections.abc import Callable
from typing import Any

from alembic import command
from sqlalchemy import select, text

from app.context import Context
from app.database.schema import migrate, migrations
from app.db import Database
from app.notices.mail import MailRefused
from app.stuck.models import StuckJob
from app.stuck.noting import FailedJob, note_stuck
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


def test_reminders_of_several_days_become_one_line_which_the_next_one_finds(
    context: Context, cast: Any
) -> None:
    (school_id,) = cast.teacher.own_schools()
    reader = str(cast.teacher.user_id)
    owner = Database(context.settings.owner_database_url)
    with owner.engine.begin() as connection:
        command.downgrade(migrations(connection), "0038")
    with owner.transaction() as session:
        for day in ("2026-11-02", "2026-11-03"):
            arguments = {"school_id": school_id, "user_id": reader, "day": day}
            line = StuckJob(task="send_reminder", subject=f"{school_id}/{reader}/{day}", arguments=arguments)
            line.school_id, line.code, line.attempts = school_id, "letter_refused", 1
            session.add(line)
            session.flush()
        path = {"school_code": "truong-a", "path": "-".join(map(str, range(200))), "grant_id": "anyone"}
        long = StuckJob(task="remove_permission", subject="/".join(path.values()), arguments=path)
        long.school_id, long.code, long.attempts = school_id, "internal_error", 1
        session.add(long)
    migrate(owner.engine)
    note_stuck(context, FailedJob("send_reminder", arguments, None, 1), MailRefused("550"))
    note_stuck(context, FailedJob("remove_permission", path, None, 1), ZeroDivisionError())
    with owner.transaction() as session:
        jobs = session.scalars(select(StuckJob).order_by(StuckJob.task)).all()
    told = [(job.task, job.attempts, job.arguments) for job in jobs]
    assert told == [("remove_permission", 2, path), ("send_reminder", 2, arguments)]
    owner.engine.dispose()
