"""What is stuck, for those who can do something about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Uuid, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotAllowed, Refused
from app.people.authority import Authority
from app.people.models import User
from app.people.permissions import Permission, schools_where
from app.records.models import Record
from app.schools.models import Office, School
from app.stuck.kinds import AWAITED, KINDS, LETTERS
from app.stuck.models import StuckJob
from app.stuck.reasons import reason_with

MOST_SHOWN = 200


@dataclass(frozen=True)
class StuckView:
    """One line of the page of stuck jobs."""

    job: StuckJob
    record: Record | None
    """The record that it is about, if any."""
    record_owner: str | None
    unit: str | None
    """The school or office; None for the operator's."""
    reader: str | None
    """Whom it is written to, if it is a letter to somebody who has an account."""

    @property
    def is_letter(self) -> bool:
        """Whether one can do without it."""
        return self.job.task in LETTERS

    @property
    def says(self) -> str:
        """What the job does; to be translated."""
        kind = KINDS.get(self.job.task)
        return kind.says if kind else self.job.task

    @property
    def reason(self) -> type[Refused]:
        """Why it failed, with a sentence on what to do; to be translated."""
        return reason_with(self.job.code)


@dataclass(frozen=True)
class StuckJobs:
    """What is stuck: what somebody waits for, then the oldest, letters last; and how many there are."""

    shown: Sequence[StuckView]
    count: int


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a stuck job, and have it tried again.

    The school's leaders, clerks and administrators know of the school's, an office's officers of its own;
    raises `NotAllowed` for anybody else.
    """
    schools, offices = schools_where(authority, Permission.SEE_STUCK_JOBS), authority.office_ids()
    if not schools and not offices:
        raise NotAllowed
    return or_(StuckJob.school_id.in_(schools), StuckJob.office_id.in_(offices))


def stuck_for(session: Session, authority: Authority) -> StuckJobs:
    """List what a person can do something about, as `StuckJobs` is in order; raises `NotAllowed`."""
    known = known_to(authority)
    urgency = case((StuckJob.task.in_(AWAITED), 0), (StuckJob.task.in_(LETTERS), 2), else_=1)
    rows = session.execute(_views().where(known).order_by(urgency, *_OLDEST).limit(MOST_SHOWN))
    count = session.scalar(select(func.count()).select_from(StuckJob).where(known)) or 0
    return StuckJobs([StuckView(*row) for row in rows], count)


def stuck_lines(session: Session) -> list[str]:
    """List everything that is stuck for the operator, a line each, the oldest first."""
    return [
        f"{view.job.id} {view.job.at:%Y-%m-%dT%H:%MZ} {view.job.task} {view.job.subject or '-'}"
        f" {view.unit or '-'}: {view.job.code}, {view.job.attempts} attempts"
        for view in (StuckView(*row) for row in session.execute(_views().order_by(*_OLDEST)))
    ]


_OLDEST = (StuckJob.at, StuckJob.id)


def _views() -> Select[StuckJob, Record, str, str, str]:
    about = cast(StuckJob.arguments["record_id"].astext, Uuid)
    reader = aliased(User)
    written_to = case((StuckJob.task.in_(LETTERS), cast(StuckJob.arguments["user_id"].astext, Uuid)))
    return (
        select(StuckJob, Record, User.name, func.coalesce(School.name, Office.name), reader.name)
        .outerjoin(Record, Record.id == about)
        .outerjoin(User, User.id == Record.owner_id)
        .outerjoin(School, School.id == StuckJob.school_id)
        .outerjoin(Office, Office.id == StuckJob.office_id)
        .outerjoin(reader, reader.id == written_to)
    )
