"""Reading what obligations are worked out from: people, duties, classes, lessons, periods and deadlines."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.days import Calendar, Days
from app.calendar.deadlines import Deadline, Rule, deadline_for, usual_deadline
from app.calendar.models import DeadlineException
from app.calendar.queries import deadline_exceptions_of, deadline_rules_of
from app.catalogue.models import RecordType
from app.clock import local_day
from app.curriculum.queries import lessons_for
from app.obligations.expected import DeadlineFor
from app.obligations.staffing import Member, SchoolRoom, Staffing, Stay, Task
from app.people.models import Membership, Role, User
from app.schools.models import Department
from app.teaching.models import Assignment, Duty, SchoolClass, Subject


def staffing_of(session: Session, school_id: int, year: str) -> Staffing:
    """Read who is, was or will be at a school, with the classes and duties of a year.

    A department that nobody ever belonged to owes nothing, and so may be taken back.
    """
    departments = select(Department.id).where(Department.school_id == school_id)
    members = _members(session, school_id)
    manned = {member.department_id for member in members}
    rooms = {row.id: _room(row) for row in _classes(session, school_id, year)}
    return Staffing(
        school_id=school_id,
        departments=[
            each for each in session.scalars(departments.order_by(Department.code)) if each in manned
        ],
        rooms=list(rooms.values()),
        members=members,
        tasks=_tasks(session, school_id, year, rooms),
        lessons=lessons_for(session, school_id, year),
    )


def deadlines_of(session: Session, school_id: int, calendar: Calendar) -> DeadlineFor:
    """Return what tells when records are due by a school's rules and the exceptions it granted."""
    rules = [Rule.of(row) for row in deadline_rules_of(session, school_id)]
    exceptions: dict[uuid.UUID, list[DeadlineException]] = defaultdict(list)
    for row in deadline_exceptions_of(session, school_id, calendar.year):
        exceptions[row.user_id].append(row)

    @cache
    def usual(code: str, period: str) -> Deadline | None:
        days = calendar.find(period)
        return None if days is None else usual_deadline(calendar, rules, code, days)

    def deadline(record_type: RecordType, period: Days, person: uuid.UUID | None) -> Deadline | None:
        found = usual(record_type.code, period.period)
        own = exceptions.get(person, []) if person is not None else []
        if found is None or not own:
            return found
        return deadline_for(found, own, person, record_type.code, calendar.within(period.period))

    return deadline


def _classes(session: Session, school_id: int, year: str) -> Sequence[SchoolClass]:
    own = select(SchoolClass).where(SchoolClass.school_id == school_id, SchoolClass.year == year)
    return session.scalars(own.order_by(SchoolClass.grade, SchoolClass.name)).all()


def _room(row: SchoolClass) -> SchoolRoom:
    return SchoolRoom(row.name, row.grade, row.level)


def _members(session: Session, school_id: int) -> list[Member]:
    """Whoever may no longer sign in has left, even where his membership was not ended."""
    rows = session.execute(
        select(Membership, User.disabled_at)
        .join(User, User.id == Membership.user_id)
        .where(Membership.school_id == school_id)
        .order_by(User.staff_code, User.name, User.id, Membership.id)
    )
    members = []
    for membership, disabled_at in rows:
        ends = [moment for moment in (membership.ended_at, disabled_at) if moment is not None]
        days = Stay(local_day(membership.began_at), local_day(min(ends)) if ends else None)
        members.append(Member(membership.user_id, Role(membership.role), membership.department_id, days))
    return members


def _tasks(session: Session, school_id: int, year: str, rooms: Mapping[int, SchoolRoom]) -> list[Task]:
    rows = session.execute(
        select(Assignment, Subject.name)
        .outerjoin(Subject, Subject.id == Assignment.subject_id)
        .where(Assignment.school_id == school_id, Assignment.year == year)
        .order_by(Assignment.starts_on, Assignment.id)
    )
    return [
        Task(
            user_id=row.user_id,
            duty=Duty(row.duty),
            days=Stay(row.starts_on, row.ends_on),
            room=None if row.class_id is None else rooms.get(row.class_id),
            subject=subject or "",
        )
        for row, subject in rows
    ]
