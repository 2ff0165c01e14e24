"""The lessons somebody may hand a lesson plan in for: those of the classes and subjects he teaches."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import PeriodKind
from app.catalogue.periods import period_of
from app.curriculum.models import Curriculum, Lesson
from app.curriculum.plans import PlannedLesson
from app.errors import Refused
from app.people.authority import Authority
from app.people.models import Role
from app.schools.models import School
from app.teaching.models import Assignment, Duty, SchoolClass, Subject
from app.text import N_

_ID = re.compile(r"(\d{1,9})-(\d{1,4})-(\d{1,9})", re.ASCII)
_WEEKS_BEFORE, _WEEKS_AFTER = 1, 2
"""How far from the week asked for a list of lessons reaches."""


class UnknownLesson(Refused):
    """The lesson is not one that this person teaches by a plan that holds."""

    code, status = "unknown_lesson", 422
    detail = N_("Bài đã chọn không còn trong phân phối chương trình của lớp và môn bạn dạy.")
    hint = N_("Mở lại trang Nộp rồi chọn bài khác, hoặc để trống ô bài và ghi tiêu đề.")


@dataclass(frozen=True, slots=True)
class Choice:
    """A lesson in a class; with it title, class, subject and week of its plan are known."""

    id: str
    school: str
    """Its code."""
    year: str
    subject: str
    class_name: str
    grade: int
    lesson: PlannedLesson

    @property
    def title(self) -> str:
        """What its lesson plan is called."""
        return self.lesson.record_title

    @property
    def period(self) -> str:
        """Its week, like `2026-2027/W12`."""
        return str(period_of(self.year, PeriodKind.WEEK, self.lesson.week))


def choices_of(session: Session, authority: Authority, year: str, day: date) -> list[Choice]:
    """List all lessons of a school year in the classes the person teaches on a day or later."""
    return _choices(session, _taught(authority, year, day))


def choices_at(school: str, choices: Iterable[Choice]) -> list[Choice]:
    """List those of the lessons that are taught in the school with this code; all, where it is empty."""
    return [each for each in choices if school in {"", each.school}]


def choice_of(session: Session, authority: Authority, chosen: str, day: date) -> Choice:
    """Return the lesson that a form names; raises `UnknownLesson`, also for one the person does not teach."""
    named = _ID.fullmatch(chosen)
    if named is None:
        raise UnknownLesson
    plan_id, number, class_id = map(int, named.groups())
    same = (Curriculum.id == plan_id, Lesson.number == number, SchoolClass.id == class_id)
    found = _choices(session, _taught(authority, None, day).where(*same))
    if not found:
        raise UnknownLesson
    return found[0]


def around(choices: Sequence[Choice], week: int) -> list[Choice]:
    """List the lessons of a week, then those of the weeks close to it."""
    near = [each for each in choices if -_WEEKS_BEFORE <= each.lesson.week - week <= _WEEKS_AFTER]
    return sorted(near, key=lambda each: (each.lesson.week != week, each.lesson.week))


def _taught(
    authority: Authority, year: str | None, day: date
) -> Select[Lesson, Curriculum, str, SchoolClass, str]:
    """Select lessons with the classes in which the person teaches them; of any year where none is named."""
    same = and_(
        Curriculum.school_id == Assignment.school_id,
        Curriculum.year == Assignment.year,
        Curriculum.subject_id == Assignment.subject_id,
        Curriculum.grade == SchoolClass.grade,
        Curriculum.replaced_at.is_(None),
    )
    taught = (
        select(Lesson, Curriculum, Subject.name, SchoolClass, School.code)
        .select_from(Assignment)
        .join(SchoolClass, SchoolClass.id == Assignment.class_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .join(Curriculum, same)
        .join(School, School.id == Curriculum.school_id)
        .join(Lesson, Lesson.curriculum_id == Curriculum.id)
        .where(
            Assignment.user_id == authority.user_id,
            Assignment.school_id.in_(authority.school_ids(set(Role))),
            Assignment.duty == Duty.SUBJECT,
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day),
        )
        .order_by(Subject.name, SchoolClass.name, Lesson.number)
    )
    return taught if year is None else taught.where(Assignment.year == year)


def _choices(session: Session, taught: Select[Lesson, Curriculum, str, SchoolClass, str]) -> list[Choice]:
    found = {}
    for row, plan, subject, room, school in session.execute(taught):
        lesson = PlannedLesson(row.week, row.title, row.first_period, row.periods, row.remark)
        key = f"{plan.id}-{row.number}-{room.id}"
        found[key] = Choice(key, school, plan.year, subject, room.name, room.grade, lesson)
    return list(found.values())
