"""Reading a school's curriculum plans, present and replaced ones, and their lessons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import PeriodKind
from app.catalogue.periods import period_of
from app.curriculum.models import Curriculum, Lesson
from app.curriculum.plans import PlannedLesson
from app.errors import NotFound
from app.people.models import User
from app.teaching.models import SchoolClass, Subject


@dataclass(frozen=True)
class PlanView:
    """A plan with its subject's name, who imported it, and how much it holds."""

    plan: Curriculum
    subject: str
    imported_by: str
    lessons: int
    periods: int


def plans_of(session: Session, school_id: int, year: str) -> list[PlanView]:
    """List a school's present plans of a school year by grade and subject."""
    return _views(
        session, Curriculum.school_id == school_id, Curriculum.year == year, Curriculum.replaced_at.is_(None)
    )


def plan_of(session: Session, school_id: int, plan_id: int) -> PlanView:
    """Return one of a school's plans, a replaced one too; raises `NotFound`."""
    found = _views(session, Curriculum.school_id == school_id, Curriculum.id == plan_id)
    if not found:
        raise NotFound
    return found[0]


def versions_of(session: Session, plan: Curriculum) -> list[PlanView]:
    """List the plans there have been for the subject, grade and year of one, the newest first."""
    same = (Curriculum.year == plan.year, Curriculum.subject_id == plan.subject_id)
    found = _views(session, Curriculum.school_id == plan.school_id, Curriculum.grade == plan.grade, *same)
    return sorted(found, key=lambda view: (view.plan.replaced_at is None, view.plan.id), reverse=True)


def present_plan(
    session: Session, school_id: int, year: str, subject_id: int, grade: int
) -> Curriculum | None:
    """Return the plan that holds for a subject and grade in a school year, if there is one."""
    living = select(Curriculum).where(Curriculum.school_id == school_id, Curriculum.replaced_at.is_(None))
    same = (Curriculum.year == year, Curriculum.subject_id == subject_id, Curriculum.grade == grade)
    return session.scalars(living.where(*same)).one_or_none()


def lessons_in(session: Session, plan_id: int) -> list[PlannedLesson]:
    """List the lessons of a plan in the order in which they are taught."""
    rows = session.scalars(select(Lesson).where(Lesson.curriculum_id == plan_id).order_by(Lesson.number))
    return [PlannedLesson(row.week, row.title, row.first_period, row.periods, row.remark) for row in rows]


def lessons_for(session: Session, school_id: int, year: str) -> Mapping[tuple[str, int, str], Sequence[str]]:
    """Return the titles of the lesson plans owed by subject, grade and week (like `2026-2027/W12`).

    They are the titles under which a lesson is handed in, so that a record meets what is owed.
    """
    rows = session.execute(
        select(Subject.name, Curriculum.grade, Lesson)
        .join(Curriculum, Curriculum.id == Lesson.curriculum_id)
        .join(Subject, Subject.id == Curriculum.subject_id)
        .where(Curriculum.school_id == school_id, Curriculum.year == year, Curriculum.replaced_at.is_(None))
        .order_by(Lesson.curriculum_id, Lesson.number)
    )
    found: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for subject, grade, row in rows:
        lesson = PlannedLesson(row.week, row.title, row.first_period, row.periods)
        found[subject, grade, str(period_of(year, PeriodKind.WEEK, row.week))].append(lesson.record_title)
    return found


def subjects_of(session: Session, school_id: int) -> Sequence[Subject]:
    """List a school's subjects by name."""
    own = select(Subject).where(Subject.school_id == school_id)
    return session.scalars(own.order_by(Subject.name, Subject.id)).all()


def grades_of(session: Session, school_id: int, year: str) -> Sequence[int]:
    """List the grades in which a school has classes in a school year."""
    own = select(SchoolClass.grade).where(SchoolClass.school_id == school_id, SchoolClass.year == year)
    return session.scalars(own.distinct().order_by(SchoolClass.grade)).all()


def _views(session: Session, *conditions: ColumnElement[bool]) -> list[PlanView]:
    counted = (
        select(Lesson.curriculum_id, func.count().label("lessons"), func.sum(Lesson.periods).label("periods"))
        .group_by(Lesson.curriculum_id)
        .subquery()
    )
    rows = session.execute(
        select(Curriculum, Subject.name, User.name, counted.c.lessons, counted.c.periods)
        .join(Subject, Subject.id == Curriculum.subject_id)
        .join(User, User.id == Curriculum.imported_by_id)
        .join(counted, counted.c.curriculum_id == Curriculum.id)
        .where(*conditions)
        .order_by(Curriculum.grade, Subject.name, Curriculum.id)
    )
    return [PlanView(*row) for row in rows]
