"""Taking a curriculum plan in place of the earlier one, and carrying it over to the next year."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from app.calendar.changes import Facts, finish_change
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import year_after
from app.curriculum.models import Curriculum, Lesson
from app.curriculum.plans import PlannedLesson
from app.curriculum.queries import lessons_in, plan_of, present_plan
from app.curriculum.rights import school_to_plan
from app.db import now
from app.errors import NotFound, Refused, Stale
from app.people.authority import Authority
from app.schools.models import School
from app.teaching.models import Subject
from app.text import N_


class PlanExists(Refused):
    """The year to which a plan is to be carried over has one already."""

    code, status = "plan_exists", 409
    detail = N_("Năm học %(year)s đã có phân phối chương trình của môn và khối này.")
    hint = N_("Mở năm học đó để xem; muốn thay thì nhập tệp mới ở năm học đó.")


class BeyondCalendar(Refused):
    """A plan has lessons in weeks that the school year has not."""

    code, status = "beyond_calendar", 422
    detail = N_("Phân phối chương trình có tuần %(week)s, nhưng năm học %(year)s chỉ có %(last)s tuần.")
    hint = N_("Sửa lịch của năm học đó, hoặc nhập tệp đã sửa tuần.")


class NoLessons(Refused):
    """A plan without lessons would leave nothing to teach."""

    code, status = "no_lessons", 422
    detail = N_("Tệp không có bài học nào.")
    hint = N_("Ghi mỗi bài một dòng dưới dòng tiêu đề; nên dùng tệp mẫu.")


@dataclass(frozen=True, slots=True)
class Place:
    """What a plan is for."""

    year: str
    subject_id: int
    grade: int


def last_week_of(session: Session, school_id: int, year: str) -> int:
    """Return the number of the last week of a school's year."""
    return max(week.number for week in calendar_of(session, school_id, year).of_kind(PeriodKind.WEEK))


def subject_of(session: Session, school_id: int, subject_id: int) -> Subject:
    """Return a subject of the school; raises `NotFound`."""
    found = session.get(Subject, subject_id)
    if found is None or found.school_id != school_id:
        raise NotFound
    return found


def take_plan(
    session: Session,
    authority: Authority,
    school_id: int,
    place: Place,
    lessons: Sequence[PlannedLesson],
    seen: int | None,
) -> Curriculum:
    """Make these lessons the plan of a subject and grade; the earlier one stays readable.

    `seen` is the id of the plan they were compared with. Raises `NotAllowed`, `NotFound`, `NoLessons`,
    `BeyondCalendar`, or `Stale` when another plan was taken meanwhile.
    """
    school = school_to_plan(session, authority, school_id)
    subject = subject_of(session, school_id, place.subject_id)
    _check(session, school, place.year, lessons)
    earlier = present_plan(session, school_id, place.year, place.subject_id, place.grade)
    if (earlier.id if earlier else None) != seen:
        raise Stale
    if earlier is not None:
        earlier.replaced_at = now()
        session.flush()
    plan = add_plan(session, school_id, place, lessons, authority.user_id)
    facts: Facts = {"subject": subject.name, "grade": place.grade, "lessons": len(lessons), "replaced": seen}
    happening = ("curriculum.import", str(plan.id), facts)
    finish_change(session, authority, school, place.year, happening)
    return plan


def copy_forward(session: Session, authority: Authority, school_id: int, plan_id: int) -> Curriculum:
    """Carry a plan over to the next school year and return the copy.

    Raises `NotAllowed`, `NotFound`, `PlanExists`, or `BeyondCalendar`.
    """
    school = school_to_plan(session, authority, school_id)
    plan = plan_of(session, school_id, plan_id).plan
    place = Place(year_after(plan.year), plan.subject_id, plan.grade)
    if present_plan(session, school_id, place.year, place.subject_id, place.grade) is not None:
        raise PlanExists(year=place.year)
    lessons = lessons_in(session, plan_id)
    _check(session, school, place.year, lessons)
    copy = add_plan(session, school_id, place, lessons, authority.user_id)
    finish_change(
        session, authority, school, place.year, ("curriculum.copy", str(copy.id), {"from": plan_id})
    )
    return copy


def add_plan(
    session: Session, school_id: int, place: Place, lessons: Sequence[PlannedLesson], author_id: uuid.UUID
) -> Curriculum:
    """Add the rows of a plan and of its lessons."""
    plan = Curriculum(school_id=school_id, **asdict(place), imported_by_id=author_id)
    session.add(plan)
    session.flush()
    session.add_all(
        Lesson(curriculum_id=plan.id, number=number, **asdict(lesson))
        for number, lesson in enumerate(lessons, start=1)
    )
    session.flush()
    return plan


def _check(session: Session, school: School, year: str, lessons: Sequence[PlannedLesson]) -> None:
    if not lessons:
        raise NoLessons
    last, latest = last_week_of(session, school.id, year), max(lesson.week for lesson in lessons)
    if latest > last:
        raise BeyondCalendar(week=latest, year=year, last=last)
