"""Having a stuck job tried again, once, however often somebody clicks; or doing without a letter."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.db import now
from app.errors import NotFound
from app.jobs import bring_forward, defer, take_back
from app.people.authority import Authority
from app.people.holding import caller_now, keep_posts
from app.schools.models import School
from app.storage.accounts import lock_for
from app.stuck.kinds import KINDS, LETTERS
from app.stuck.models import StuckJob
from app.stuck.queries import known_to


def retry(session: Session, authority: Authority, stuck_id: int) -> None:
    """Have a job tried again that the person can do something about; raises `NotAllowed` and `NotFound`."""
    caller = _keeping(session, authority, stuck_id)
    _retry(session, str(caller.user_id), _locked(session, stuck_id, known_to(caller)))


def retry_as_operator(session: Session, operator: str, stuck_id: int) -> None:
    """Have any job tried again, in the name of the server's `operator`; raises `NotFound`."""
    _retry(session, f"operator:{operator}", _locked(session, stuck_id, true()))


def drop_letter(session: Session, authority: Authority, stuck_id: int) -> None:
    """Do without a letter that cannot be sent; raises as `retry`, `NotFound` also for what is no letter."""
    caller = _keeping(session, authority, stuck_id)
    job = _locked(session, stuck_id, known_to(caller) & StuckJob.task.in_(LETTERS))
    subject = KINDS[job.task].subject
    take_back(session, job.task, {name: job.arguments[name] for name in subject if name in job.arguments})
    session.delete(job)
    session.flush()
    _note(session, str(caller.user_id), job, "job.drop")


def _keeping(session: Session, authority: Authority, stuck_id: int) -> Authority:
    """Keep the posts of the school whose job it is, and return the caller as of now."""
    found = select(StuckJob.id, StuckJob.school_id).where(StuckJob.id == stuck_id, known_to(authority))
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound
    keep_posts(session, [row.school_id] if row.school_id else [])
    return caller_now(session, authority)


def _locked(session: Session, stuck_id: int, condition: ColumnElement[bool]) -> StuckJob:
    found = select(StuckJob).where(StuckJob.id == stuck_id, condition).with_for_update()
    job = session.scalars(found).one_or_none()
    if job is None or job.task not in KINDS:
        raise NotFound
    return job


def _retry(session: Session, actor: str, job: StuckJob) -> None:
    was_asked, job.asked_at = job.asked_at is not None, now()
    is_queued = bring_forward(session, job.task, None if KINDS[job.task].by_clock else job.arguments)
    if is_queued and was_asked:
        return
    if not is_queued:
        defer(session, job.task, [job.arguments], lock=_lock(session, job))
    _note(session, actor, job, "job.retry")


def _note(session: Session, actor: str, job: StuckJob, kind: str) -> None:
    school = _school_of(session, job)
    happening = Happening(kind, actor, job.subject or job.task, {"task": job.task, "code": job.code})
    append(session, school.code if school else DEPLOYMENT, [happening])


def _school_of(session: Session, job: StuckJob) -> School | None:
    return session.get_one(School, job.school_id) if job.school_id else None


def _lock(session: Session, job: StuckJob) -> str | None:
    """Return the lock that the job needs by now: its school may have gone to a cloud since."""
    school = _school_of(session, job)
    if job.lock is None and school is not None and KINDS[job.task].calls_store:
        return lock_for(session, school.id, school.code)
    return job.lock
