"""Reading locks and windows, for whoever works where they hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import RecordType
from app.clock import today
from app.locks.authority import schools_known_to
from app.locks.closures import OFFICES_OVER, SCHOOLS, closures_of
from app.locks.models import Lock, OfficeWindow
from app.people.authority import Authority
from app.people.models import User
from app.records.models import Record
from app.records.queries import was_filed
from app.schools.models import Office, School


@dataclass(frozen=True, slots=True)
class LockView:
    """A lock with its school's code and the names of who set and lifted it."""

    lock: Lock
    school_code: str
    school_name: str
    locked_by: str
    lifted_by: str


@dataclass(frozen=True, slots=True)
class WindowView:
    """An office's window with the names of the office and of who set it."""

    window: OfficeWindow
    office: str
    set_by: str


def locks_known_to(
    session: Session,
    authority: Authority,
    school_id: int | None = None,
    *,
    in_force: bool | None = None,
    limit: int | None = None,
) -> list[LockView]:
    """List the locks of the schools where the person works, or of one of them, newest first.

    `in_force`: only those that hold (True) or were lifted (False).
    """
    setter, lifter = aliased(User), aliased(User)
    known: list[ColumnElement[bool]] = [Lock.school_id.in_(schools_known_to(authority))]
    if school_id is not None:
        known.append(Lock.school_id == school_id)
    if in_force is not None:
        known.append(Lock.lifted_at.is_(None) if in_force else Lock.lifted_at.is_not(None))
    rows = session.execute(
        select(Lock, School.code, School.name, setter.name, func.coalesce(lifter.name, ""))
        .join(School, School.id == Lock.school_id)
        .join(setter, setter.id == Lock.locked_by_id)
        .outerjoin(lifter, lifter.id == Lock.lifted_by_id)
        .where(*known)
        .order_by(Lock.id.desc())
        .limit(limit)
    )
    return [LockView(*row) for row in rows]


def count_stopped(session: Session, lock: Lock) -> int:
    """Count the records that wait for a decision and that this lock, as the first one, keeps from it.

    A later version of what was filed before goes on in spite of locks.
    """
    waiting = session.execute(
        select(RecordType.code, Record.period)
        .join(RecordType, RecordType.id == Record.record_type_id)
        .where(Record.school_id == lock.school_id, Record.waiting_for.is_not(None), ~was_filed())
    ).all()
    closures = closures_of(session, [lock.school_id])
    met = (closures.over(lock.school_id, code, period) for code, period in waiting)
    this = (lock.period, lock.record_type_code)
    return sum(each is not None and (each.period, each.record_type_code) == this for each in met)


def windows_over(session: Session, school_ids: Iterable[int]) -> list[WindowView]:
    """List the windows that the offices above these schools have laid over them, the newest first."""
    over = select(OFFICES_OVER.c.office_id)
    return _windows(session, OfficeWindow.office_id.in_(over), {SCHOOLS.key: list(school_ids)})


def windows_of(session: Session, office_ids: Sequence[int]) -> list[WindowView]:
    """List the windows that these offices have set themselves."""
    return _windows(session, OfficeWindow.office_id.in_(office_ids))


def windows_above(session: Session, office_ids: Sequence[int]) -> list[WindowView]:
    """List the windows that the offices above these have set, which hold for the same schools too."""
    above = select(Office.parent_id.label("id")).where(Office.id.in_(office_ids)).cte("above", recursive=True)
    above = above.union(select(Office.parent_id).join(above, above.c.id == Office.id))
    higher = select(above.c.id).where(above.c.id.is_not(None))
    return _windows(
        session, and_(OfficeWindow.office_id.in_(higher), OfficeWindow.office_id.not_in(office_ids))
    )


def _windows(
    session: Session, condition: ColumnElement[bool], values: Mapping[str, object] | None = None
) -> list[WindowView]:
    """Windows that were taken back, and openings whose last day is past, are left out."""
    still = or_(OfficeWindow.closes_on.is_(None), OfficeWindow.closes_on >= today())
    rows = session.execute(
        select(OfficeWindow, Office.name, User.name)
        .join(Office, Office.id == OfficeWindow.office_id)
        .join(User, User.id == OfficeWindow.set_by_id)
        .where(condition, OfficeWindow.ended_at.is_(None), still)
        .order_by(OfficeWindow.id.desc()),
        values,
    )
    return [WindowView(*row) for row in rows]
