"""Which folders a school's tree has: school year, tier, department, person, record type, period.

A school year has two folders at the top: one that may be shared with those who oversee the school, and
beside it one, never shared, for what holds pupils' sensitive data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.catalogue.models import OwnerKind, RecordType
from app.catalogue.periods import label_parts, school_year_of
from app.catalogue.queries import record_types_of
from app.clock import local_day
from app.people.authority import HEADS, LEADERS
from app.people.models import Membership, Role, User
from app.schools.models import Department
from app.schools.queries import departments_of
from app.tree.names import legal_name

_TIERS = {
    OwnerKind.SCHOOL: "1 Nhà trường",
    OwnerKind.DEPARTMENT: "2 Tổ chuyên môn",
    OwnerKind.TEACHER: "3 Giáo viên",
    OwnerKind.CLASS: "4 Lớp học",
}
_IN_DEPARTMENTS = frozenset({OwnerKind.DEPARTMENT, OwnerKind.TEACHER})
_NO_DEPARTMENT = "Ngoài tổ"
_RESTRICTED = "restricted:"
_RESTRICTED_NAME = "%(year)s – Hạn chế"
_TEACHING = HEADS | LEADERS | {Role.TEACHER}
_DEPARTMENT_WIDTH, _PERSON_WIDTH, _TYPE_WIDTH = 50, 60, 60
"""Characters; with these the longest path stays well below the 400 that OneDrive takes."""


@dataclass(frozen=True)
class PlannedFolder:
    """A folder that should be: what it is for, what it would be called, and what it belongs to."""

    key: str
    name: str
    department: Department | None = None
    owner: User | None = None
    record_type: RecordType | None = None

    @property
    def parent_key(self) -> str:
        """The key of the folder it lies in; empty for a school year."""
        return self.key.rpartition("/")[0]

    def child(
        self,
        part: str,
        name: str,
        *,
        department: Department | None = None,
        owner: User | None = None,
        record_type: RecordType | None = None,
    ) -> "PlannedFolder":
        """Return a folder inside this one; it belongs to what this one belongs to and to what is named."""
        return PlannedFolder(
            f"{self.key}/{part}",
            name,
            department or self.department,
            owner or self.owner,
            record_type or self.record_type,
        )


@dataclass(frozen=True)
class Holder:
    """In whose part of the tree records of a type are kept."""

    record_type: RecordType
    department: Department | None
    owner: User | None


def year_folder(year: str) -> PlannedFolder:
    """Return the folder of a school year that may be shared."""
    return PlannedFolder(year, year)


def restricted_folder(year: str) -> PlannedFolder:
    """Return the folder of a school year for records with pupils' sensitive data; it is never shared."""
    return PlannedFolder(f"{_RESTRICTED}{year}", _RESTRICTED_NAME % {"year": year})


def is_restricted(key: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition under which a folder's key says that it is, or lies in, a restricted one."""
    return func.starts_with(key, _RESTRICTED)


def is_of_department(key: str, department: Department, first_year: str) -> bool:
    """Tell whether a folder's key is that of a department's own folder, of a school year or a later one."""
    parts = key.removeprefix(_RESTRICTED).split("/")
    return parts[0] >= first_year and parts[2:] == [_part_of(department)]


def department_folder_name(department: Department) -> str:
    """Return what the folder of a department is called when it is made."""
    return legal_name(department.name, _DEPARTMENT_WIDTH)


def branch(year: str, holder: Holder) -> list[PlannedFolder]:
    """Return the folders from the school year down to the record type, each after its parent."""
    kind = OwnerKind(holder.record_type.owner_kind)
    folders = [restricted_folder(year) if holder.record_type.sensitive else year_folder(year)]
    folders.append(folders[-1].child(kind, _TIERS[kind]))
    if kind in _IN_DEPARTMENTS:
        folders.append(_department_folder(folders[-1], holder.department))
    if kind is OwnerKind.TEACHER and holder.owner is not None:
        name = legal_name(_person_name(holder.owner), _PERSON_WIDTH)
        folders.append(folders[-1].child(f"u{holder.owner.id.hex}", name, owner=holder.owner))
    name = legal_name(holder.record_type.short_name, _TYPE_WIDTH)
    folders.append(folders[-1].child(holder.record_type.code, name, record_type=holder.record_type))
    return folders


def branch_for_period(period: str, holder: Holder) -> list[PlannedFolder]:
    """Return the folders down to that of a period like `2026-2027/W12`."""
    year, _, part = period.partition("/")
    folders = branch(year, holder)
    return [*folders, folders[-1].child(part or "year", period_name(period))]


def period_name(period: str) -> str:
    """Return what the folder of a period is called; weeks and months sort by their two digits."""
    message, number, _ = label_parts(period)
    width = 1 if period.partition("/")[2].startswith("HK") else 2
    return message % {"number": f"{number:0{width}}"}


def planned(session: Session, school_id: int, year: str) -> list[PlannedFolder]:
    """List the folders of a school year down to the record types, each after its parent.

    Folders of periods are left to the first record that needs them.
    """
    folders: dict[str, PlannedFolder] = {}
    for holder in _holders(session, school_id, year):
        for folder in branch(year, holder):
            folders.setdefault(folder.key, folder)
    return list(folders.values())


def school_year_at(moment: datetime) -> str:
    """Return the school year that a moment belongs to, like `2026-2027`."""
    return school_year_of(local_day(moment))


def _holders(session: Session, school_id: int, year: str) -> Iterator[Holder]:
    departments = departments_of(session, school_id)
    staff = _teaching_staff(session, school_id, departments)
    for record_type in record_types_of(session, school_id, year):
        kind = OwnerKind(record_type.owner_kind)
        if kind not in _IN_DEPARTMENTS:
            yield Holder(record_type, None, None)
        elif kind is OwnerKind.DEPARTMENT:
            yield from (Holder(record_type, department, None) for department in departments)
        else:
            yield from (Holder(record_type, department, person) for person, department in staff)


def _teaching_staff(
    session: Session, school_id: int, departments: Sequence[Department]
) -> list[tuple[User, Department | None]]:
    """Return each person who teaches, with the department he heads or else belongs to."""
    rows = session.execute(
        select(User, Membership.department_id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.school_id == school_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(_TEACHING),
            User.disabled_at.is_(None),
        )
        .order_by(Membership.role != Role.HEAD, Membership.department_id.is_(None), Membership.id)
    )
    by_id: dict[int | None, Department] = {department.id: department for department in departments}
    staff: dict[User, Department | None] = {}
    for person, department_id in rows:
        staff.setdefault(person, by_id.get(department_id))
    return sorted(staff.items(), key=lambda item: (item[0].staff_code, item[0].name))


def _department_folder(tier: PlannedFolder, department: Department | None) -> PlannedFolder:
    if department is None:
        return tier.child("d0", _NO_DEPARTMENT)
    return tier.child(_part_of(department), department_folder_name(department), department=department)


def _part_of(department: Department) -> str:
    return f"d{department.id}"


def _person_name(person: User) -> str:
    return f"{person.name} ({person.staff_code})" if person.staff_code else person.name
