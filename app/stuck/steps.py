"""Jobs that got stuck: noted with their reason, shown to the school, and tried again at a click."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.db import now
from app.errors import NotFound, Refused
from app.jobs import defer
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.models import User
from app.records.models import Record
from app.schools.models import School
from app.storage.accounts import lock_for
from app.stuck.models import StuckJob
from app.stuck.reasons import reason_of, reason_with
from app.text import N_

STEPS = {"seal": N_("Đóng dấu duyệt và lập phiếu ký duyệt"), "file": N_("Lưu vào cây thư mục")}
"""The jobs that stand between a sign-off and the tree, as people are told of them."""


@dataclass(frozen=True)
class StuckStep:
    """One line of the page of stuck jobs."""

    job: StuckJob
    record: Record
    owner_name: str
    school_name: str

    @property
    def step(self) -> str:
        """What was being done; to be translated."""
        return STEPS[self.job.task]

    @property
    def reason(self) -> type[Refused]:
        """Why it failed, with a sentence on what to do; to be translated."""
        return reason_with(self.job.code)


def note_stuck(context: Context, task: str, record_id: str, failure: Exception, attempts: int) -> None:
    """Note why a step does not get on; a step noted already keeps the time since when."""
    with context.database.transaction() as session:
        record = session.get_one(Record, uuid.UUID(record_id))
        told = {"code": reason_of(failure).code, "attempts": attempts}
        row = insert(StuckJob).values(
            school_id=record.school_id, record_id=record.id, task=task, at=now(), **told
        )
        session.execute(row.on_conflict_do_update(index_elements=["record_id", "task"], set_=told))


def forget_stuck(context: Context, task: str, record_id: str) -> None:
    """Take a step off the list, because it was done after all."""
    with context.database.transaction() as session:
        session.execute(
            delete(StuckJob).where(StuckJob.record_id == uuid.UUID(record_id), StuckJob.task == task)
        )


def stuck_steps(session: Session, authority: Authority) -> Sequence[StuckStep]:
    """List what is stuck in the schools that the person leads or administers, the oldest first."""
    rows = session.execute(
        select(StuckJob, Record, User.name, School.name)
        .join(Record, Record.id == StuckJob.record_id)
        .join(User, User.id == Record.owner_id)
        .join(School, School.id == StuckJob.school_id)
        .where(StuckJob.school_id.in_(authority.school_ids(SCHOOL_WIDE)))
        .order_by(StuckJob.at)
    )
    return [StuckStep(*row) for row in rows]


def retry(session: Session, authority: Authority, stuck_id: int) -> None:
    """Queue a stuck step again and take it off the list; raises `NotFound`."""
    rows = session.execute(
        select(StuckJob, School)
        .join(School, School.id == StuckJob.school_id)
        .where(StuckJob.id == stuck_id, StuckJob.school_id.in_(authority.school_ids(SCHOOL_WIDE)))
        .with_for_update(of=StuckJob)
    )
    row = rows.one_or_none()
    if row is None:
        raise NotFound
    job, school = row
    lock = lock_for(session, school.id, school.code) if job.task == "file" else None
    defer(session, job.task, [{"record_id": str(job.record_id)}], lock=lock)
    session.delete(job)
    facts = {"task": job.task, "code": job.code}
    append(session, school.code, [Happening("job.retry", str(authority.user_id), str(job.record_id), facts)])
