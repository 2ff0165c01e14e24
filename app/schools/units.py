"""A school's departments and campuses: adding, renaming, closing; what has a history is never deleted."""

from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.errors import NotFound
from app.schools.models import Campus, Department, School
from app.schools.names import checked_name
from app.schools.queries import campuses_of, departments_of
from app.schools.refusals import BadCampus, DepartmentInUse, NameTaken
from app.words import folded

LONGEST_UNIT = 80


class CampusKind(StrEnum):
    """What a campus is to its school."""

    MAIN = "main"
    BRANCH = "branch"
    SATELLITE = "satellite"


def add_department(session: Session, school: School, by: str, name: str) -> Department:
    """Add a department; raises `BadName` or `NameTaken`."""
    present = departments_of(session, school.id)
    taken = {each.name for each in present}
    code = _next_code("T", {each.code for each in present})
    added = Department(school_id=school.id, code=code, name=_free_name(name, taken))
    session.add(added)
    session.flush()
    _note(session, school, by, "department.add", added.code, {"name": added.name})
    return added


def rename_department(session: Session, school: School, by: str, department_id: int, name: str) -> Department:
    """Rename a department, not its folders; raises `NotFound`, `BadName` or `NameTaken`."""
    renamed = _department(session, school, department_id)
    others = {each.name for each in departments_of(session, school.id) if each.id != department_id}
    before, renamed.name = renamed.name, _free_name(name, others)
    _note(session, school, by, "department.rename", renamed.code, {"from": before, "to": renamed.name})
    return renamed


def remove_department(session: Session, school: School, by: str, department_id: int) -> None:
    """Delete a department that nobody and nothing ever belonged to; raises `NotFound`, `DepartmentInUse`."""
    removed = _department(session, school, department_id)
    code = removed.code
    try:
        with session.begin_nested():
            session.delete(removed)
    except IntegrityError as error:
        raise DepartmentInUse from error
    _note(session, school, by, "department.remove", code, {})


def add_campus(session: Session, school: School, by: str, name: str, kind: str) -> Campus:
    """Add a campus; raises `BadName`, `NameTaken` or `BadCampus`."""
    present = campuses_of(session, school.id)
    living = [each for each in present if each.closed_on is None]
    has_main = any(each.kind == CampusKind.MAIN for each in living)
    if kind not in set(CampusKind) or (kind == CampusKind.MAIN and has_main):
        raise BadCampus
    code = _next_code("C", {each.code for each in present})
    free = _free_name(name, {each.name for each in living})
    added = Campus(school_id=school.id, code=code, name=free, kind=kind)
    session.add(added)
    session.flush()
    _note(session, school, by, "campus.add", added.code, {"name": added.name, "kind": kind})
    return added


def rename_campus(session: Session, school: School, by: str, campus_id: int, name: str) -> None:
    """Rename a campus; raises `NotFound`, `BadName` or `NameTaken`."""
    renamed = _campus(session, school, campus_id)
    others = {each.name for each in campuses_of(session, school.id) if each.id != campus_id}
    before, renamed.name = renamed.name, _free_name(name, others)
    _note(session, school, by, "campus.rename", renamed.code, {"from": before, "to": renamed.name})


def close_campus(session: Session, school: School, by: str, campus_id: int, last: date) -> None:
    """Make a day the last of a campus; its classes keep it in their history. Raises `NotFound`."""
    closed = _campus(session, school, campus_id)
    closed.closed_on = last
    _note(session, school, by, "campus.close", closed.code, {"last": last.isoformat()})


def _department(session: Session, school: School, department_id: int) -> Department:
    own = select(Department).where(Department.id == department_id, Department.school_id == school.id)
    found = session.scalars(own).one_or_none()
    if found is None:
        raise NotFound
    return found


def _campus(session: Session, school: School, campus_id: int) -> Campus:
    own = select(Campus).where(Campus.id == campus_id, Campus.school_id == school.id)
    found = session.scalars(own).one_or_none()
    if found is None:
        raise NotFound
    return found


def _free_name(typed: str, taken: set[str]) -> str:
    name = checked_name(typed, LONGEST_UNIT)
    if folded(name) in {folded(each) for each in taken}:
        raise NameTaken(name=name)
    return name


def _next_code(letter: str, taken: set[str]) -> str:
    numbered = (f"{letter}{number}" for number in range(1, len(taken) + 2))
    return next(code for code in numbered if code not in taken)


def _note(session: Session, school: School, by: str, kind: str, subject: str, facts: dict[str, str]) -> None:
    append(session, school.code, [Happening(kind, by, subject, facts)])
