"""Having a stuck job tried again: exactly that job, once, however often somebody clicks."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.db import now
from app.errors import NotFound
from app.jobs import bring_forward, defer
from app.people.authority import Authority
from app.schools.models import School
from app.storage.accounts import lock_for
from app.stuck.kinds import KINDS
from app.stuck.models import StuckJob
from app.stuck.queries import known_to


def retry(session: Session, authority: Authority, stuck_id: int) -> None:
    """Have a job tried again that the person can do something about; raises `NotAllowed` and `NotFound`."""
    _retry(session, str(authority.user_id), stuck_id, known_to(authority))


def retry_as_operator(session: Session, operator: str, stuck_id: int) -> None:
    """Have any job tried again, in the name of the server's `operator`; raises `NotFound`."""
    _retry(session, f"operator:{operator}", stuck_id, true())


def _retry(session: Session, actor: str, stuck_id: int, known: ColumnElement[bool]) -> None:
    found = select(StuckJob).where(StuckJob.id == stuck_id, known).with_for_update()
    job = session.scalars(found).one_or_none()
    if job is None or job.task not in KINDS:
        raise NotFound
    kind = KINDS[job.task]
    job.asked_at = now()
    if bring_forward(session, job.task, None if kind.by_clock else job.arguments):
        return
    school = session.get_one(School, job.school_id) if job.school_id else None
    defer(session, job.task, [job.arguments], lock=_lock(session, job, school))
    facts = {"task": job.task, "code": job.code}
    happening = Happening("job.retry", actor, job.subject or job.task, facts)
    append(session, school.code if school else DEPLOYMENT, [happening])


def _lock(session: Session, job: StuckJob, school: School | None) -> str | None:
    """Return the lock that the job needs by now: its school may have gone to a cloud since."""
    if job.lock is None and school is not None and KINDS[job.task].calls_store:
        return lock_for(session, school.id, school.code)
    return job.lock
