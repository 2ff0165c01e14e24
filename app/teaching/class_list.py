"""A list of classes on its way into the school: judged by cell, compared with what is there, agreed to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.calendar.changes import Facts, finish_change
from app.calendar.rights import school_to_edit
from app.people.authority import Authority
from app.schools.models import School
from app.schools.queries import campuses_of
from app.sheets.cells import Cell, Fault, Row, Table
from app.sheets.numbers import whole_number_in
from app.teaching.classes import LONGEST_NAME, ClassData, put_class
from app.teaching.duties import Task, put_duty, stop_duty
from app.teaching.duty_plans import ListExpired, state_of_teaching
from app.teaching.models import Duty, SchoolClass
from app.teaching.queries import DutyView, classes_of, colleagues_of, duty_of, homerooms_of
from app.teaching.staff import Staff
from app.teaching.words import class_key, grade_in, level_of_grade
from app.text import N_
from app.words import folded


@dataclass(frozen=True)
class ClassLine:
    """One class of the list: what there is, and what is to be."""

    name: str
    grade: int
    campus_id: int | None
    leader_id: uuid.UUID | None
    leader: str
    present: SchoolClass | None
    led_by: DutyView | None

    @property
    def kind(self) -> str:
        """Either `new`, `changed` or `unchanged`; what the list leaves out stays as it is."""
        if self.present is None:
            return "new"
        return "changed" if self.moves or self.changes_leader else "unchanged"

    @property
    def moves(self) -> bool:
        """Whether grade or campus become other ones."""
        if self.present is None:
            return False
        campus = self.campus_id if self.campus_id is not None else self.present.campus_id
        return (self.grade, campus) != (self.present.grade, self.present.campus_id)

    @property
    def changes_leader(self) -> bool:
        """Whether somebody begins to lead the class."""
        led_by = self.led_by.assignment.user_id if self.led_by else None
        return self.leader_id is not None and self.leader_id != led_by


@dataclass(frozen=True)
class ClassDraft:
    """A list of classes as it is shown before anything is written."""

    first: date
    lines: tuple[ClassLine, ...]
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    left_out: tuple[str, ...]
    """Classes of the year that the list does not name; they stay."""
    unused: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it may be agreed to: something to change, and nothing to mend."""
        return not self.faults and any(line.kind != "unchanged" for line in self.lines)

    def of_kind(self, kind: str) -> list[ClassLine]:
        """List the lines of one kind."""
        return [line for line in self.lines if line.kind == kind]


def class_draft(session: Session, school: School, year: str, table: Table, first: date) -> ClassDraft:
    """Judge a list of classes and compare it with those of the school year; nothing is written."""
    reader = _Reader(session, school, year, first, {fault.cell for fault in table.faults})
    lines = [line for row in table.rows if (line := reader.line(row)) is not None]
    named = {class_key(line.name) for line in lines}
    return ClassDraft(
        first=first,
        lines=tuple(lines),
        faults=(*table.faults, *reader.faults),
        notices=table.notices,
        left_out=tuple(each.name for key, each in reader.present.items() if key not in named),
        unused=table.unused,
        passed_over=tuple(cell.text for cell in (*table.banners, *table.notes)),
    )


@dataclass(frozen=True)
class ClassPlan:
    """What a list of classes changes."""

    year: str
    first: str
    seen: str
    lines: Sequence[tuple[int | None, str, int, int | None, str | None, int | None]]
    """Class, name, grade, campus, who begins to lead it, and the duty that ends for that."""


def class_plan_of(session: Session, school: School, year: str, draft: ClassDraft) -> ClassPlan:
    """Return what a draft would change."""
    lines = [_planned(line) for line in draft.lines if line.kind != "unchanged"]
    return ClassPlan(year, draft.first.isoformat(), state_of_teaching(session, school.id, year), lines)


def carry_out_classes(session: Session, authority: Authority, school_id: int, plan: ClassPlan) -> None:
    """Change the classes exactly as they were shown, all or none.

    Raises `NotFound`, `NotAllowed`, `ListExpired` when anything changed since, `DutyHandedOver`.
    """
    school = school_to_edit(session, authority, school_id)
    if state_of_teaching(session, school_id, plan.year) != plan.seen:
        raise ListExpired
    first = date.fromisoformat(plan.first)
    for class_id, name, grade, campus_id, leader, ending in plan.lines:
        room = _put(session, school, plan.year, class_id, ClassData(name, grade, campus_id))
        if ending is not None:
            stop_duty(session, duty_of(session, school_id, ending), first)
        if leader is not None:
            put_duty(session, school_id, plan.year, Task(uuid.UUID(leader), Duty.HOMEROOM, room.id), first)
    facts: Facts = {"count": len(plan.lines)}
    finish_change(session, authority, school, plan.year, ("class.import", plan.year, facts))


def _put(session: Session, school: School, year: str, class_id: int | None, data: ClassData) -> SchoolClass:
    if class_id is None:
        return put_class(session, school, year, data)
    room = session.get_one(SchoolClass, class_id)
    room.grade, room.level = data.grade, level_of_grade(data.grade) or room.level
    room.campus_id = data.campus_id if data.campus_id is not None else room.campus_id
    return room


def _planned(line: ClassLine) -> tuple[int | None, str, int, int | None, str | None, int | None]:
    leader = line.leader_id.hex if line.changes_leader and line.leader_id else None
    ending = line.led_by.assignment.id if leader and line.led_by else None
    room = line.present.id if line.present else None
    return room, line.name, line.grade, line.campus_id, leader, ending


class _Reader:
    """What rows are compared with, and the faults found so far."""

    def __init__(self, session: Session, school: School, year: str, first: date, faulty: set[str]) -> None:
        self.school = school
        self.faulty = faulty
        self.faults: list[Fault] = []
        self.seen: set[str] = set()
        self.staff = Staff.of(colleagues_of(session, school.id))
        self.present = {class_key(each.name): each for each in classes_of(session, school.id, year)}
        self.leading = homerooms_of(session, school.id, year, first)
        self.campuses = {folded(each.name): each.id for each in campuses_of(session, school.id)}

    def line(self, row: Row) -> ClassLine | None:
        """Understand one row; None where its class cannot be told."""
        name = row["class"]
        key = class_key(name.text)
        grade = self._grade(row)
        if not self._is_class(name, key) or grade is None:
            return None
        self.seen.add(key)
        present = self.present.get(key)
        leader = self._leader(row)
        return ClassLine(
            name=present.name if present else name.text,
            grade=grade,
            campus_id=self._campus(row),
            leader_id=leader[0],
            leader=leader[1],
            present=present,
            led_by=self.leading.get(present.id) if present else None,
        )

    def _is_class(self, cell: Cell, key: str) -> bool:
        if not key or len(cell.text) > LONGEST_NAME:
            return self._refuse(cell.fault(N_("Thiếu tên lớp, hoặc tên quá dài."), N_("Ghi tên lớp như 5A.")))
        if key in self.seen:
            mend = N_("Chỉ giữ một dòng cho mỗi lớp.")
            return self._refuse(cell.fault(N_("Lớp “%(text)s” có ở nhiều dòng."), mend))
        return True

    def _grade(self, row: Row) -> int | None:
        cell = row.get("grade")
        if cell is None or not cell.text:
            return self._grade_of_name(row["class"])
        digits = Cell(cell.address, cell.text.lower().removeprefix("khối").strip())
        found = whole_number_in(digits, 0, 12)
        if isinstance(found, Fault):
            self._refuse(found)
            return None
        return self._taught(cell, found)

    def _grade_of_name(self, cell: Cell) -> int | None:
        grade = grade_in(cell.text)
        if grade is None and level_of_grade(0) in self.school.levels:
            grade = 0
        if grade is None:
            mend = N_("Thêm cột Khối, hoặc ghi tên lớp bắt đầu bằng khối như 5A.")
            self._refuse(cell.fault(N_("Không rõ lớp “%(text)s” thuộc khối nào."), mend))
            return None
        return self._taught(cell, grade)

    def _taught(self, cell: Cell, grade: int) -> int | None:
        if level_of_grade(grade) in self.school.levels:
            return grade
        mend = N_("Sửa khối, hoặc thêm cấp học ở trang Nhà trường trước.")
        self._refuse(cell.fault(N_("Trường không dạy khối %(grade)s."), mend, grade=str(grade)))
        return None

    def _campus(self, row: Row) -> int | None:
        cell = row.get("campus")
        if cell is None or not cell.text:
            return None
        found = self.campuses.get(folded(cell.text))
        if found is None:
            mend = N_("Sửa tên, hoặc thêm cơ sở ở trang Nhà trường trước.")
            self._refuse(cell.fault(N_("Trường không có cơ sở “%(text)s”."), mend))
        return found

    def _leader(self, row: Row) -> tuple[uuid.UUID | None, str]:
        cell, code = row.get("leader"), row.get("leader_code")
        if not (cell and cell.text) and not (code and code.text):
            return None, ""
        found = self.staff.find(cell or Cell("", ""), code)
        if isinstance(found, Fault):
            self._refuse(found)
            return None, ""
        return found.user_id, found.called

    def _refuse(self, fault: Fault) -> bool:
        if fault.cell not in self.faulty:
            self.faults.append(fault)
        return False
