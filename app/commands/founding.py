"""Founding what everything else hangs on: offices, their officers, and schools with a first administrator."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.calendar.saving import ensure_calendar
from app.catalogue.periods import present_year
from app.errors import Refused
from app.obligations.building import rebuild
from app.obligations.years import years_to_build
from app.people.models import Membership, Role, User
from app.people.passwords import temporary_password
from app.people.sign_in import hash_password, set_password
from app.schools.models import Department, Office, School
from app.text import N_

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class BadCode(Refused):
    """A code names folders and chains, so it is plain and stays for ever."""

    code, status = "bad_code", 422
    detail = N_("Mã “%(given)s” không dùng được.")
    hint = N_("Dùng chữ thường không dấu, chữ số và dấu gạch nối, ví dụ th-mau-1.")


class AlreadyThere(Refused):
    """Something of that code or address exists."""

    code, status = "already_there", 409
    detail = N_("Đã có “%(given)s”.")
    hint = N_("Chọn mã hoặc địa chỉ khác.")


class NoSuchOffice(Refused):
    """No office has that code."""

    code, status = "no_such_office", 404
    detail = N_("Không có cơ quan quản lý mang mã “%(given)s”.")
    hint = N_("Tạo cơ quan đó trước bằng lệnh kyduyet office add.")


def found_office(session: Session, code: str, name: str, kind: str, parent: str | None) -> Office:
    """Add an oversight office, below `parent` if one is named."""
    _check_code(session, code)
    parent_id = office_of(session, parent).id if parent else None
    office = Office(code=code, name=name, kind=kind, parent_id=parent_id)
    session.add(office)
    _note(session, "office.found", code, {"kind": kind, "parent": parent})
    return office


def found_school(
    session: Session,
    code: str,
    name: str,
    levels: Sequence[str],
    office: str | None,
    departments: Sequence[str],
) -> School:
    """Add a school with its departments, given by name in their order."""
    _check_code(session, code)
    office_id = office_of(session, office).id if office else None
    school = School(code=code, name=name, levels=list(levels), office_id=office_id)
    session.add(school)
    session.flush()
    session.add_all(
        Department(school_id=school.id, code=f"T{number}", name=each)
        for number, each in enumerate(departments, 1)
    )
    _note(session, "school.found", code, {"levels": ",".join(levels), "office": office})
    ensure_calendar(session, school.id, present_year())
    rebuild(session, school.id, years_to_build())
    return school


def add_first_administrator(session: Session, school: School, email: str, name: str) -> str:
    """Give a school its first records administrator and return the temporary password."""
    return _add_person(session, email, name, Membership(role=Role.RECORDS_ADMIN, school_id=school.id))


def add_officer(session: Session, office: str, email: str, name: str) -> str:
    """Give an office an officer and return the temporary password."""
    return _add_person(
        session, email, name, Membership(role=Role.OFFICER, office_id=office_of(session, office).id)
    )


def office_of(session: Session, code: str) -> Office:
    """Return an office by its code; raises `NoSuchOffice`."""
    office = session.scalars(select(Office).where(Office.code == code)).one_or_none()
    if office is None:
        raise NoSuchOffice(given=code)
    return office


def _add_person(session: Session, email: str, name: str, membership: Membership) -> str:
    address = email.strip().lower()
    if session.scalar(select(User.id).where(User.email == address)) is not None:
        raise AlreadyThere(given=address)
    password = temporary_password()
    user = User(email=address, name=name)
    set_password(user, hash_password(password), temporary=True)
    session.add(user)
    session.flush()
    membership.user_id = user.id
    session.add(membership)
    _note(session, "account.create", str(user.id), {"role": membership.role})
    return password


def _check_code(session: Session, code: str) -> None:
    if len(code) > 40 or not _CODE.fullmatch(code):
        raise BadCode(given=code)
    for table in (Office, School):
        if session.scalar(select(table.id).where(table.code == code)) is not None:
            raise AlreadyThere(given=code)


def _note(session: Session, kind: str, subject: str, facts: dict[str, str | None]) -> None:
    append(session, DEPLOYMENT, [Happening(kind, "system", subject, facts)])
