"""Reading locks and windows, for whoever works where they hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.clock import today
from app.locks.authority import schools_known_to
from app.locks.closures import OFFICES_OVER, SCHOOLS
from app.locks.models import Lock, OfficeWindow
from app.people.authority import Authority
from app.people.models import User
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
    session: Session, authority: Authority, *, in_force: bool | None = None, limit: int | None = None
) -> list[LockView]:
    """List the locks of the schools where the person works, newest first.

    `in_force`: only those that hold (True) or were lifted (False).
    """
    setter, lifter = aliased(User), aliased(User)
    known: list[ColumnElement[bool]] = [Lock.school_id.in_(schools_known_to(authority))]
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


def windows_over(session: Session, school_ids: Iterable[int]) -> list[WindowView]:
    """List the windows that the offices above these schools have laid over them, the newest first."""
    over = select(OFFICES_OVER.c.office_id)
    return _windows(session, OfficeWindow.office_id.in_(over), {SCHOOLS.key: list(school_ids)})


def windows_of(session: Session, office_ids: Sequence[int]) -> list[WindowView]:
    """List the windows that these offices have set themselves."""
    return _windows(session, OfficeWindow.office_id.in_(office_ids))


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
