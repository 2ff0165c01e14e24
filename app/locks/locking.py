"""Closing a school's period and opening it again."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import BadPeriod, period_phrase, year_in
from app.catalogue.queries import record_type_for
from app.db import now
from app.errors import NotFound
from app.fields import bounded
from app.locks.authority import LockingPost, locking_post, schools_known_to
from app.locks.letters import tell_of_lock
from app.locks.models import Lock
from app.locks.refusals import AlreadyLocked, LockOver, LockTooNarrow
from app.people.authority import Authority
from app.people.holding import caller_now, hold_posts
from app.people.models import Role
from app.reasons import reason_of
from app.schools.models import School
from app.words import tidy

LONGEST_REASON = 500

_LENGTHS = {PeriodKind.WEEK: 0, PeriodKind.MONTH: 1, PeriodKind.TERM: 2, PeriodKind.YEAR: 3}
_EXAMPLES = {
    PeriodKind.WEEK: "2026-2027/W12",
    PeriodKind.MONTH: "2026-2027/M09",
    PeriodKind.TERM: "2026-2027/HK1",
    PeriodKind.YEAR: "2026-2027",
}
_PATTERN = ", ".join(_EXAMPLES.values())


@dataclass(frozen=True)
class Closing:
    """What is to be closed, for one record type or for all (None), why, and on which order."""

    period: str
    reason: str
    record_type_code: str | None = None
    ordered: str = ""


def lock(session: Session, authority: Authority, school_id: int, closing: Closing) -> Lock:
    """Close a period: the principal or his delegate, or the office on his order, of which he is told by mail.

    Decisions that are being written are waited for, and whoever changes posts. Raises `NotAllowed`,
    `OrderRequired`, `ReasonRequired`, `BadPeriod`, `UnknownRecordType`, `LockTooNarrow` or `AlreadyLocked`.
    """
    hold_posts(session, school_id)
    caller = caller_now(session, authority)
    holder = locking_post(caller, school_id, bounded(tidy(closing.ordered), "ordered", LONGEST_REASON))
    reason = reason_of(closing.reason, LONGEST_REASON)
    _check_reach(session, school_id, closing)
    if _living(session, school_id, closing):
        raise AlreadyLocked
    made = Lock(
        school_id=school_id,
        record_type_code=closing.record_type_code,
        period=closing.period,
        reason=reason,
        ordered=holder.ordered,
        locked_by_id=caller.user_id,
        role=holder.role,
        capacity=holder.capacity,
    )
    session.add(made)
    session.flush()
    _record(session, caller, made, holder, "lock.set")
    return made


def lift(session: Session, authority: Authority, lock_id: int, reason: str = "", ordered: str = "") -> None:
    """Open a period again: whoever may close it.

    Raises `NotFound` for a lock of another school, `NotAllowed`, `OrderRequired` or `LockOver`.
    """
    said = bounded(tidy(reason), "reason", LONGEST_REASON)
    seen = session.get(Lock, lock_id)
    if seen is None or seen.school_id not in schools_known_to(authority):
        raise NotFound  # before anybody has to wait for a stranger
    hold_posts(session, seen.school_id)
    caller = caller_now(session, authority)
    known = select(Lock).where(Lock.id == lock_id, Lock.school_id.in_(schools_known_to(caller)))
    found = session.scalars(known.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    holder = locking_post(caller, found.school_id, bounded(tidy(ordered), "ordered", LONGEST_REASON))
    if found.lifted_at is not None:
        raise LockOver
    found.lifted_at, found.lifted_by_id = now(), caller.user_id
    found.lift_reason = " · ".join(filter(None, [said, holder.ordered]))
    _record(session, caller, found, holder, "lock.lifted")


def _check_reach(session: Session, school_id: int, closing: Closing) -> None:
    """Refuse a period that the school's calendar has not, and one in which no record of the type lies."""
    year = year_in(closing.period)
    days = calendar_of(session, school_id, year).find(closing.period)
    if days is None:
        raise BadPeriod(period=closing.period[:40], example=_PATTERN)
    if closing.record_type_code is None:
        return
    record_type = record_type_for(session, school_id, closing.record_type_code, year)
    kind = PeriodKind(record_type.period_kind)
    if _LENGTHS[days.kind] < _LENGTHS[kind]:
        raise LockTooNarrow(period=period_phrase(closing.period), example=_EXAMPLES[kind])


def _living(session: Session, school_id: int, closing: Closing) -> bool:
    same = select(Lock.id).where(
        Lock.school_id == school_id,
        Lock.period == closing.period,
        Lock.record_type_code.is_not_distinct_from(closing.record_type_code),
        Lock.lifted_at.is_(None),
    )
    return session.scalars(same).first() is not None


def _record(session: Session, authority: Authority, done: Lock, holder: LockingPost, kind: str) -> None:
    facts = {
        "period": done.period,
        "record_type": done.record_type_code,
        "role": holder.role,
        "capacity": holder.capacity,
        "ordered": holder.ordered,
    }
    if holder.role is not Role.PRINCIPAL:
        tell_of_lock(session, done)
    school = session.get_one(School, done.school_id)
    append(session, school.code, [Happening(kind, str(authority.user_id), str(done.id), facts)])
