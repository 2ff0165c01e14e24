"""Noting of a job that it failed and why, and forgetting it once it was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.errors import Refused
from app.stuck.kinds import KINDS, OWNERS
from app.stuck.models import StuckJob
from app.stuck.reasons import MailAway, reason_of


@dataclass(frozen=True)
class FailedJob:
    """A job as it was deferred."""

    task: str
    arguments: Mapping[str, Any]
    lock: str | None
    attempts: int

    @property
    def subject(self) -> str:
        """What tells it from others of its task."""
        return KINDS[self.task].subject_of(self.arguments)


def note_stuck(context: Context, failed: FailedJob, failure: Exception) -> None:
    """Note why a job does not get on; one noted already keeps the time since when."""
    with context.database.transaction() as session:
        school_id, office_id = _owner(session, failed)
        told = {
            "school_id": school_id,
            "office_id": office_id,
            "arguments": dict(failed.arguments),
            "lock": failed.lock,
            "code": _reason(failed, failure).code,
        }
        row = insert(StuckJob).values(
            task=failed.task, subject=failed.subject, at=now(), attempts=failed.attempts, **told
        )
        again = {**told, "attempts": StuckJob.attempts + 1, "asked_at": None}
        session.execute(row.on_conflict_do_update(index_elements=["task", "subject"], set_=again))


def forget_stuck(context: Context, task: str, arguments: Mapping[str, Any]) -> None:
    """Take a job off the list, because it was done after all."""
    with context.database.transaction() as session:
        subject = KINDS[task].subject_of(arguments)
        session.execute(delete(StuckJob).where(StuckJob.task == task, StuckJob.subject == subject))


def _reason(failed: FailedJob, failure: Exception) -> type[Refused]:
    is_away = KINDS[failed.task].is_letter and isinstance(failure, OSError)
    return MailAway if is_away else reason_of(failure)


def _owner(session: Session, failed: FailedJob) -> tuple[int | None, int | None]:
    """Return the school and the office that a job is for; without either it is the operator's."""
    for name in KINDS[failed.task].subject[:1]:
        row = session.execute(text(OWNERS[name]), {"key": failed.arguments.get(name)}).one_or_none()
        if row is not None:
            return row[0], row[1]
    return None, None
