"""Reading a school's classes, subjects and duties."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.people.models import Membership, User
from app.teaching.models import Assignment, Duty, SchoolClass, Subject
from app.words import called, folded, name_order


@dataclass(frozen=True)
class DutyView:
    """A duty with the names of the person, the class and the subject; empty where there is none."""

    assignment: Assignment
    person: str
    staff_code: str
    class_name: str
    subject: str

    @property
    def called(self) -> str:
        """The person's name with what tells namesakes apart."""
        return called(self.person, self.staff_code)

    def is_over(self, day: date) -> bool:
        """Tell whether its last day lies before a day."""
        last = self.assignment.ends_on
        return last is not None and last < day


@dataclass(frozen=True)
class Colleague:
    """Somebody who works at the school now."""

    user_id: uuid.UUID
    name: str
    email: str
    staff_code: str

    @property
    def called(self) -> str:
        """The name with what tells namesakes apart."""
        return called(self.name, self.staff_code)


def classes_of(session: Session, school_id: int, year: str) -> Sequence[SchoolClass]:
    """List the classes of a school year by grade and name."""
    own = select(SchoolClass).where(SchoolClass.school_id == school_id, SchoolClass.year == year)
    return session.scalars(own.order_by(SchoolClass.grade, SchoolClass.name)).all()


def class_of(session: Session, school_id: int, class_id: int) -> SchoolClass:
    """Return a class of the school; raises `NotFound`."""
    found = session.get(SchoolClass, class_id)
    if found is None or found.school_id != school_id:
        raise NotFound
    return found


def subjects_of(session: Session, school_id: int) -> Sequence[Subject]:
    """List a school's subjects by name."""
    own = session.scalars(select(Subject).where(Subject.school_id == school_id).order_by(Subject.id))
    return sorted(own, key=lambda subject: folded(subject.name))


def duties_of(
    session: Session,
    school_id: int,
    year: str,
    *,
    person: uuid.UUID | None = None,
    class_id: int | None = None,
) -> list[DutyView]:
    """List the duties of a school year, those of one person or class if one is named."""
    found = (
        select(Assignment, User.name, User.staff_code, SchoolClass.name, Subject.name)
        .join(User, User.id == Assignment.user_id)
        .outerjoin(SchoolClass, SchoolClass.id == Assignment.class_id)
        .outerjoin(Subject, Subject.id == Assignment.subject_id)
        .where(Assignment.school_id == school_id, Assignment.year == year)
        .order_by(Assignment.duty, Subject.name, SchoolClass.grade, SchoolClass.name, Assignment.starts_on)
    )
    if person is not None:
        found = found.where(Assignment.user_id == person)
    if class_id is not None:
        found = found.where(Assignment.class_id == class_id)
    rows = session.execute(found).all()
    return [DutyView(row, name, code, room or "", subject or "") for row, name, code, room, subject in rows]


def homerooms_of(session: Session, school_id: int, year: str, day: date) -> dict[int, DutyView]:
    """Return who leads which class on a day, by the class's id."""
    return {
        view.assignment.class_id: view
        for view in duties_of(session, school_id, year)
        if view.assignment.duty == Duty.HOMEROOM
        and view.assignment.class_id is not None
        and view.assignment.starts_on <= day
        and not view.is_over(day)
    }


def duty_of(session: Session, school_id: int, assignment_id: int) -> Assignment:
    """Return a duty of the school as it is now; raises `NotFound`."""
    found = session.get(Assignment, assignment_id, populate_existing=True)
    if found is None or found.school_id != school_id:
        raise NotFound
    return found


def colleagues_of(session: Session, school_id: int) -> list[Colleague]:
    """List by given name who works at the school now and may sign in."""
    living = select(Membership.user_id).where(
        Membership.school_id == school_id, Membership.ended_at.is_(None)
    )
    able = select(User.id, User.name, User.email, User.staff_code).where(
        User.id.in_(living), User.disabled_at.is_(None)
    )
    found = [Colleague(*row) for row in session.execute(able.order_by(User.email))]
    return sorted(found, key=lambda colleague: name_order(colleague.name))
