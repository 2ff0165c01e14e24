"""The demo's schools, offices and people: nobody real, everybody with the same password."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.year import plant_years
from app.obligations.building import build
from app.obligations.years import years_to_build
from app.people.models import Membership, Role, User
from app.people.sign_in import hash_password
from app.schools.models import Department, Office, School

PASSWORD = "KyDuyet#Demo1"  # noqa: S105 -- printed in the README; the demo holds nothing real

OFFERED = (
    ("gv1@truong-a.example", "Giáo viên Một A"),
    ("totruong1@truong-a.example", "Tổ trưởng Một A"),
    ("hieutruong@truong-a.example", "Hiệu trưởng A"),
    ("phohieutruong@truong-a.example", "Phó Hiệu trưởng A"),
    ("vanthu@truong-a.example", "Văn thư A"),
    ("quantri@truong-a.example", "Quản trị A"),
    ("canbo@phong.example", "Cán bộ Phòng"),
    ("canbo@so.example", "Cán bộ Sở"),
)
"""Addresses and names of those whom the demo's sign-in page offers: one for each kind of work."""

_DIGITS = ("Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám")
_TEACHERS = 8
_SINCE = datetime(2025, 8, 1, tzinfo=UTC)
"""Since when the demo's people are at their schools."""
_FIRST_DEPARTMENT = 4
"""Teachers 1 to 4 are in "Tổ 1", the others in "Tổ 2"."""


@dataclass(frozen=True)
class _Person:
    local_part: str
    name: str
    staff_code: str
    roles: tuple[Role, ...]
    department: int | None = None


def plant(session: Session) -> bool:
    """Add the demo's schools and people, unless they are there already; tell whether they were added."""
    if session.scalar(select(Office.id).where(Office.code == "so")) is not None:
        return False
    province = Office(code="so", name="Sở Giáo dục và Đào tạo (mẫu)", kind="provincial_education_dept")
    session.add(province)
    session.flush()
    commune = Office(code="ubnd", name="UBND xã Mẫu", kind="commune_people_committee", parent_id=province.id)
    session.add(commune)
    session.flush()
    office = Office(
        code="phong",
        name="Phòng Văn hóa – Xã hội (mẫu)",
        kind="commune_culture_society_office",
        parent_id=commune.id,
    )
    session.add(office)
    session.flush()
    _add_officer(session, "canbo@phong.example", "Cán bộ Phòng", office)
    _add_officer(session, "canbo@so.example", "Cán bộ Sở", province)
    _add_school(
        session, School(code="truong-a", name="Trường Tiểu học A", levels=["primary"], office_id=office.id)
    )
    _add_school(
        session,
        School(
            code="truong-b", name="Trường Trung học cơ sở B", levels=["lower_secondary"], office_id=office.id
        ),
    )
    for school_id in session.scalars(select(School.id)).all():
        for year in years_to_build():
            build(session, school_id, year)
    return True


def _add_school(session: Session, school: School) -> None:
    session.add(school)
    session.flush()
    departments = [Department(school_id=school.id, code=f"T{n}", name=f"Tổ {n}") for n in (1, 2)]
    session.add_all(departments)
    session.flush()
    for person in _staff(school.name.rsplit(maxsplit=1)[-1]):
        user = _add_user(
            session, f"{person.local_part}@{school.code}.example", person.name, person.staff_code
        )
        department = departments[person.department - 1].id if person.department else None
        session.add_all(
            Membership(
                user_id=user.id, role=role, school_id=school.id, department_id=department, began_at=_SINCE
            )
            for role in person.roles
        )
    plant_years(session, school)


def _staff(letter: str) -> list[_Person]:
    teachers = [
        _Person(
            f"gv{n}",
            f"Giáo viên {_DIGITS[n - 1]} {letter}",
            f"GV{n:02}",
            (Role.TEACHER,),
            1 if n <= _FIRST_DEPARTMENT else 2,
        )
        for n in range(1, _TEACHERS + 1)
    ]
    heads = [
        _Person(
            f"totruong{n}", f"Tổ trưởng {_DIGITS[n - 1]} {letter}", f"TT{n:02}", (Role.HEAD, Role.TEACHER), n
        )
        for n in (1, 2)
    ]
    office = [
        _Person("hieutruong", f"Hiệu trưởng {letter}", "HT01", (Role.PRINCIPAL,)),
        _Person("phohieutruong", f"Phó Hiệu trưởng {letter}", "PH01", (Role.VICE_PRINCIPAL,)),
        _Person("vanthu", f"Văn thư {letter}", "VT01", (Role.CLERK,)),
        _Person("quantri", f"Quản trị {letter}", "QT01", (Role.RECORDS_ADMIN,)),
    ]
    return [*teachers, *heads, *office]


def _add_officer(session: Session, email: str, name: str, office: Office) -> None:
    user = _add_user(session, email, name, "")
    session.add(Membership(user_id=user.id, role=Role.OFFICER, office_id=office.id))


def _add_user(session: Session, email: str, name: str, staff_code: str) -> User:
    user = User(email=email, name=name, staff_code=staff_code, password_hash=hash_password(PASSWORD))
    session.add(user)
    session.flush()
    return user
