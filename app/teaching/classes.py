"""Changing the classes of a school year: one at a time, and all of them carried over to the next year."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.changes import Facts, finish_change
from app.calendar.rights import school_to_edit
from app.catalogue.periods import year_after
from app.people.authority import Authority
from app.schools.models import Campus, Level, School
from app.teaching.models import Assignment, SchoolClass
from app.teaching.queries import class_of, classes_of
from app.teaching.refusals import BadClass, ClassInUse, ClassTaken, NothingToCopy
from app.teaching.words import class_key, level_of_grade
from app.words import tidy

LONGEST_NAME = 30


@dataclass(frozen=True)
class ClassData:
    """What is known of a class: its name, its grade (0 in preschools) and where it is taught."""

    name: str
    grade: int
    campus_id: int | None = None


def add_class(
    session: Session, authority: Authority, school_id: int, year: str, data: ClassData
) -> SchoolClass:
    """Add a class to a school year.

    Raises `NotFound`, `NotAllowed`, `BadClass` or `ClassTaken`.
    """
    school = school_to_edit(session, authority, school_id)
    added = put_class(session, school, year, data)
    finish_change(session, authority, school, year, ("class.add", added.name, {"grade": data.grade}))
    return added


def put_class(session: Session, school: School, year: str, data: ClassData) -> SchoolClass:
    """Add a checked class of a school that is locked already; raises `BadClass` or `ClassTaken`."""
    checked = _checked(session, school, data)
    _keep_names_apart(session, school.id, year, checked.name)
    added = SchoolClass(
        school_id=school.id,
        year=year,
        name=checked.name,
        grade=checked.grade,
        level=_level(school, checked.grade),
        campus_id=checked.campus_id,
    )
    session.add(added)
    session.flush()
    return added


def edit_class(
    session: Session, authority: Authority, school_id: int, class_id: int, data: ClassData
) -> SchoolClass:
    """Correct a class's name, grade or campus; raises as `add_class` does."""
    school = school_to_edit(session, authority, school_id)
    edited = class_of(session, school_id, class_id)
    checked = _checked(session, school, data)
    _keep_names_apart(session, school_id, edited.year, checked.name, but=edited.id)
    facts: Facts = {"from": edited.name, "to": checked.name, "grade": checked.grade}
    edited.name, edited.grade, edited.campus_id = checked.name, checked.grade, checked.campus_id
    edited.level = _level(school, checked.grade)
    finish_change(session, authority, school, edited.year, ("class.edit", edited.name, facts))
    return edited


def remove_class(session: Session, authority: Authority, school_id: int, class_id: int) -> None:
    """Take away a class in which nobody ever had a duty.

    Raises `NotFound`, `NotAllowed` or `ClassInUse`.
    """
    school = school_to_edit(session, authority, school_id)
    removed = class_of(session, school_id, class_id)
    if session.scalars(select(Assignment.id).where(Assignment.class_id == class_id).limit(1)).first():
        raise ClassInUse
    session.delete(removed)
    finish_change(session, authority, school, removed.year, ("class.remove", removed.name, {}))


def classes_of_next_year(session: Session, school: School, year: str) -> list[ClassData]:
    """List the classes that a year's classes become in the next one, without those that it has.

    5A becomes 6A where the school has that grade. A grade that nobody comes up to gets its names anew.
    """
    present = classes_of(session, school.id, year)
    following = year_after(year)
    taken = {class_key(each.name) for each in classes_of(session, school.id, following)}
    carried = [moved for each in present for moved in _carried(school, each, present)]
    fresh = {class_key(each.name): each for each in carried if class_key(each.name) not in taken}
    return sorted(fresh.values(), key=lambda each: (each.grade, each.name))


def copy_classes(session: Session, authority: Authority, school_id: int, year: str) -> int:
    """Carry a year's classes over to the next, without homeroom teachers, and return how many there are.

    Raises `NotFound`, `NotAllowed` or `NothingToCopy`.
    """
    school = school_to_edit(session, authority, school_id)
    carried = classes_of_next_year(session, school, year)
    if not carried:
        raise NothingToCopy
    following = year_after(year)
    for each in carried:
        put_class(session, school, following, each)
    facts: Facts = {"from": year, "count": len(carried)}
    finish_change(session, authority, school, following, ("class.copy", following, facts))
    return len(carried)


def _carried(school: School, each: SchoolClass, present: Sequence[SchoolClass]) -> list[ClassData]:
    campus = each.campus_id
    if each.grade == 0:
        return [ClassData(each.name, 0, campus)]
    carried = []
    if each.grade - 1 not in {other.grade for other in present} - {0}:
        carried.append(ClassData(each.name, each.grade, campus))
    if level_of_grade(each.grade + 1) in school.levels:
        name = each.name.replace(str(each.grade), str(each.grade + 1), 1)
        carried.append(ClassData(name, each.grade + 1, campus))
    return carried


def _checked(session: Session, school: School, data: ClassData) -> ClassData:
    name = tidy(data.name)
    campus = session.get(Campus, data.campus_id) if data.campus_id is not None else None
    own_campus = data.campus_id is None or (campus is not None and campus.school_id == school.id)
    if not class_key(name) or len(name) > LONGEST_NAME or not own_campus:
        raise BadClass
    return ClassData(name, data.grade, data.campus_id)


def _level(school: School, grade: int) -> Level:
    level = level_of_grade(grade)
    if level is None or level not in school.levels:
        raise BadClass
    return level


def _keep_names_apart(session: Session, school_id: int, year: str, name: str, but: int | None = None) -> None:
    others = [each for each in classes_of(session, school_id, year) if each.id != but]
    if class_key(name) in {class_key(each.name) for each in others}:
        raise ClassTaken(name=name)
