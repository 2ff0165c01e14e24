"""Beginning, ending and handing on a duty from a day on; what was stays in the history."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.calendar.changes import finish_change
from app.calendar.making import whole_year
from app.calendar.rights import school_to_edit
from app.people.authority import Authority
from app.people.models import Membership
from app.teaching.models import Assignment, Duty, SchoolClass, Subject
from app.teaching.queries import duty_of
from app.teaching.refusals import BadDuty, BadDutyDay, DutyHandedOver, DutyTaken

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Task:
    """What somebody is to do: teach a subject in a class, lead a class, or lead the Young Pioneers."""

    user_id: uuid.UUID
    duty: Duty
    class_id: int | None = None
    subject_id: int | None = None


def begin_duty(
    session: Session, authority: Authority, school_id: int, year: str, task: Task, first: date
) -> Assignment:
    """Give somebody a duty from a day on; who led the class so far does so until the day before.

    Raises `NotFound`, `NotAllowed`, `BadDuty`, `BadDutyDay` or `DutyTaken`.
    """
    school = school_to_edit(session, authority, school_id)
    _check_day(year, first)
    _check_task(session, school_id, year, task)
    if task.duty is Duty.HOMEROOM:
        _end_homeroom(session, school_id, year, task, first)
    begun = put_duty(session, school_id, year, task, first)
    finish_change(session, authority, school, year, ("duty.begin", str(task.user_id), _facts(begun)))
    return begun


def put_duty(session: Session, school_id: int, year: str, task: Task, first: date) -> Assignment:
    """Add a checked duty of a school that is locked already; raises `DutyTaken`."""
    same = _same_work(school_id, year, task).where(Assignment.user_id == task.user_id)
    if session.scalars(same.where(_not_over(first))).first() is not None:
        raise DutyTaken
    begun = Assignment(
        school_id=school_id,
        year=year,
        user_id=task.user_id,
        duty=task.duty,
        class_id=task.class_id,
        subject_id=task.subject_id,
        starts_on=first,
    )
    session.add(begun)
    session.flush()
    return begun


def end_duty(
    session: Session, authority: Authority, school_id: int, assignment_id: int, last: date
) -> Assignment:
    """Make a day the last of a duty; raises `NotFound`, `NotAllowed` or `BadDutyDay`."""
    school = school_to_edit(session, authority, school_id)
    ended = duty_of(session, school_id, assignment_id)
    _check_day(ended.year, last, least=ended.starts_on)
    ended.ends_on = last
    finish_change(session, authority, school, ended.year, ("duty.end", str(ended.user_id), _facts(ended)))
    return ended


def hand_on_duty(
    session: Session, authority: Authority, school_id: int, assignment_id: int, to: uuid.UUID, first: date
) -> Assignment:
    """Let somebody else do a duty from a day on; raises as `begin_duty` does, and `DutyHandedOver`."""
    school = school_to_edit(session, authority, school_id)
    present = duty_of(session, school_id, assignment_id)
    year, before = present.year, present.user_id
    _check_day(year, first, least=present.starts_on, most=present.ends_on)
    task = replace(task_of(present), user_id=to)
    _check_task(session, school_id, year, task)
    last = present.ends_on
    stop_duty(session, present, first)
    begun = put_duty(session, school_id, year, task, first)
    begun.ends_on = last
    facts = {**_facts(begun), "from": str(before)}
    finish_change(session, authority, school, year, ("duty.hand_on", str(to), facts))
    return begun


def in_year(year: str, day: date) -> date:
    """Return a day that lies in the school year; raises `BadDutyDay`."""
    _check_day(year, day)
    return day


def stop_duty(session: Session, present: Assignment, before: date) -> None:
    """Let a duty end the day before a day; one that has not begun by then goes.

    Raises `DutyHandedOver`.
    """
    if present.starts_on < before:
        present.ends_on = before - ONE_DAY
        return
    try:
        with session.begin_nested():
            session.delete(present)
    except IntegrityError as error:
        raise DutyHandedOver from error


def task_of(assignment: Assignment) -> Task:
    """Return what an assignment is about."""
    duty = Duty(assignment.duty)
    return Task(assignment.user_id, duty, assignment.class_id, assignment.subject_id)


def _end_homeroom(session: Session, school_id: int, year: str, task: Task, first: date) -> None:
    """A class has one homeroom teacher at a time."""
    leading = session.scalars(_same_work(school_id, year, task).where(_not_over(first))).all()
    if any(each.user_id == task.user_id for each in leading):
        raise DutyTaken
    for each in leading:
        stop_duty(session, each, first)


def _same_work(school_id: int, year: str, task: Task) -> Select[Assignment]:
    return select(Assignment).where(
        Assignment.school_id == school_id,
        Assignment.year == year,
        Assignment.duty == task.duty,
        Assignment.class_id.is_not_distinct_from(task.class_id),
        Assignment.subject_id.is_not_distinct_from(task.subject_id),
    )


def _not_over(day: date) -> ColumnElement[bool]:
    return or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day)


def _check_day(year: str, day: date, *, least: date | None = None, most: date | None = None) -> None:
    whole = whole_year(year)
    first, last = least or whole.starts_on, most or whole.ends_on
    if not first <= day <= last:
        raise BadDutyDay(day=_shown(day), first=_shown(first), last=_shown(last))


def _check_task(session: Session, school_id: int, year: str, task: Task) -> None:
    works_here = select(Membership.id).where(
        Membership.school_id == school_id,
        Membership.user_id == task.user_id,
        Membership.ended_at.is_(None),
    )
    room = session.get(SchoolClass, task.class_id) if task.class_id else None
    subject = session.get(Subject, task.subject_id) if task.subject_id else None
    fits = (
        session.scalars(works_here).first() is not None,
        (room is None) == (task.duty is Duty.YOUTH_LEADER),
        (subject is None) == (task.duty is not Duty.SUBJECT),
        room is None or (room.school_id, room.year) == (school_id, year),
        subject is None or subject.school_id == school_id,
    )
    if not all(fits):
        raise BadDuty


def _facts(assignment: Assignment) -> dict[str, str | int | None]:
    return {
        "duty": assignment.duty,
        "class": assignment.class_id,
        "subject": assignment.subject_id,
        "first": assignment.starts_on.isoformat(),
        "last": assignment.ends_on.isoformat() if assignment.ends_on else None,
    }


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")
