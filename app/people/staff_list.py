"""A staff list on its way to accounts: checked row by row, shown as a draft, and made only as it was seen."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.account_queries import AccountFilters, Place, list_accounts
from app.people.accounts import Administrator, GivenPassword, add_account
from app.people.authority import HEADS
from app.people.consequences import rebuild_what_is_owed
from app.people.models import Role, User
from app.people.passwords import temporary_password
from app.people.persons import LONGEST_NAME, Person, is_email
from app.people.sign_in import hash_password
from app.schools.queries import departments_of
from app.sheets.cells import Fault, Row, Table, text_of
from app.text import N_
from app.words import folded

ROLE_WORDS: Mapping[str, Role] = {
    "giao vien": Role.TEACHER,
    "gv": Role.TEACHER,
    "to truong": Role.HEAD,
    "to truong chuyen mon": Role.HEAD,
    "ttcm": Role.HEAD,
    "to pho": Role.DEPUTY_HEAD,
    "to pho chuyen mon": Role.DEPUTY_HEAD,
    "tpcm": Role.DEPUTY_HEAD,
    "hieu truong": Role.PRINCIPAL,
    "pho hieu truong": Role.VICE_PRINCIPAL,
    "van thu": Role.CLERK,
    "quan tri": Role.RECORDS_ADMIN,
    "quan tri ho so": Role.RECORDS_ADMIN,
    "ban quan tri": Role.RECORDS_ADMIN,
    "ban quan tri ho so": Role.RECORDS_ADMIN,
}
"""What schools write for a role, without accents and capitals."""


@dataclass(frozen=True)
class Remark:
    """Something about a cell; `values` fill the sentence, and the one that says how to mend it."""

    cell: str
    sentence: str
    values: Mapping[str, str]
    mend: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the list: what would be made of it, what hinders that, and what one should look at."""

    person: Person
    places: tuple[Place, ...]
    unit: str
    exists: bool
    """The person already has an account in this school, so nothing is made."""
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]

    @property
    def is_new(self) -> bool:
        """Whether an account would be made."""
        return not self.exists and not self.errors


@dataclass(frozen=True)
class Draft:
    """A list as it is shown before anything is written."""

    lines: tuple[Line, ...]
    unused: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
    """The texts of lines that belong to no person: titles across the list, and notes below it."""

    @property
    def new(self) -> list[Line]:
        """The lines of which accounts would be made."""
        return [line for line in self.lines if line.is_new]

    @property
    def faulty(self) -> list[Line]:
        """The lines that must be mended first."""
        return [line for line in self.lines if line.errors]

    @property
    def ready(self) -> bool:
        """Whether the list may be agreed to: somebody to add, and nothing to mend."""
        return bool(self.new) and not self.faulty


Agreed = tuple[Person, tuple[Place, ...]]
"""A person and the places he was seen to get."""


def draft_of(session: Session, admin: Administrator, table: Table) -> Draft:
    """Check every row against the others, the school and all accounts; nothing is written."""
    known = _Known.of(session, admin, table)
    passed_over = tuple(cell.text for cell in (*table.banners, *table.notes))
    return Draft(tuple(_line(row, known) for row in table.rows), table.unused, passed_over)


def create_agreed(session: Session, admin: Administrator, agreed: Sequence[Agreed]) -> list[GivenPassword]:
    """Make all the accounts or none; raises as `create_account` does where things changed since the draft."""
    passwords = [temporary_password() for _ in agreed]
    with ThreadPoolExecutor(os.cpu_count()) as hashing:
        hashes = list(hashing.map(hash_password, passwords))
    users = [
        add_account(session, admin, person, places, password_hash)
        for (person, places), password_hash in zip(agreed, hashes, strict=True)
    ]
    rebuild_what_is_owed(session, admin.school.id)
    return [GivenPassword(user, password) for user, password in zip(users, passwords, strict=True)]


@dataclass(frozen=True)
class _Known:
    """What rows are compared with."""

    departments: Mapping[str, int]
    """Ids by folded name and by folded code."""
    department_names: Mapping[int, str]
    own_emails: frozenset[str]
    taken_emails: frozenset[str]
    """Of accounts anywhere; the draft does not say where."""
    own_names: frozenset[str]
    email_counts: Mapping[str, int]
    name_counts: Mapping[str, int]
    faults: Mapping[str, Fault]
    """By cell, what was wrong with it already in reading."""
    notices: Mapping[str, Fault]
    """By cell, what was changed in reading."""

    @classmethod
    def of(cls, session: Session, admin: Administrator, table: Table) -> "_Known":
        departments = departments_of(session, admin.school.id)
        own = list_accounts(session, admin.school.id, AccountFilters())
        emails = [text_of(row, "email").lower() for row in table.rows]
        return cls(
            departments={folded(each.code): each.id for each in departments}
            | {folded(each.name): each.id for each in departments},
            department_names={each.id: each.name for each in departments},
            own_emails=frozenset(account.user.email for account in own),
            taken_emails=frozenset(session.scalars(select(User.email).where(User.email.in_(emails)))),
            own_names=frozenset(folded(account.user.name) for account in own),
            email_counts=Counter(emails),
            name_counts=Counter(folded(text_of(row, "name")) for row in table.rows),
            faults={fault.cell: fault for fault in table.faults},
            notices={notice.cell: notice for notice in table.notices},
        )


def _line(row: Row, known: _Known) -> Line:
    person = Person(
        text_of(row, "name"), text_of(row, "email").lower(), text_of(row, "staff_code")[:LONGEST_NAME]
    )
    exists = person.email in known.own_emails
    department_id = known.departments.get(folded(text_of(row, "department")))
    roles = [ROLE_WORDS.get(folded(word)) for word in _words(text_of(row, "role"))]
    return Line(
        person=person,
        places=tuple(dict.fromkeys(_place(role, department_id) for role in roles if role is not None)),
        unit=known.department_names.get(department_id or 0, ""),
        exists=exists,
        errors=() if exists else tuple(_faults(row, person, department_id, known)),
        warnings=() if exists else tuple(_doubts(row, person, known)),
    )


def _faults(row: Row, person: Person, department_id: int | None, known: _Known) -> Iterator[Remark]:
    """Give the faults of reading, then our own about the other cells."""
    yield from _read_remarks(row, known.faults)
    for remark in (*_faults_of_person(row, person, known), *_faults_of_place(row, department_id)):
        if remark.cell not in known.faults:
            yield remark


def _read_remarks(row: Row, faults: Mapping[str, Fault]) -> Iterator[Remark]:
    found = [faults[cell.address] for cell in row.values() if cell.address in faults]
    return (Remark(fault.cell, fault.message, fault.values, fault.mend) for fault in found)


def _faults_of_person(row: Row, person: Person, known: _Known) -> Iterator[Remark]:
    if not any(letter.isalpha() for letter in person.name) or len(person.name) > LONGEST_NAME:
        yield _remark(row, "name", N_("Thiếu họ và tên, hoặc họ tên không hợp lệ."))
    if not is_email(person.email):
        yield _remark(row, "email", N_("Địa chỉ thư “%(text)s” không hợp lệ."))
    elif known.email_counts[person.email] > 1:
        yield _remark(row, "email", N_("Địa chỉ thư “%(text)s” có ở nhiều dòng."))
    elif person.email in known.taken_emails:
        yield _remark(row, "email", N_("Địa chỉ thư “%(text)s” thuộc tài khoản ngoài trường."))


def _faults_of_place(row: Row, department_id: int | None) -> Iterator[Remark]:
    words = _words(text_of(row, "role"))
    if not words:
        yield _remark(row, "role", N_("Thiếu vai trò."))
    for word in words:
        if folded(word) not in ROLE_WORDS:
            yield _remark(row, "role", N_("Không rõ vai trò “%(text)s”."), text=word)
    if text_of(row, "department") and department_id is None:
        yield _remark(row, "department", N_("Trường không có tổ “%(text)s”."))
    elif department_id is None and any(ROLE_WORDS.get(folded(word)) in HEADS for word in words):
        yield _remark(row, "department", N_("Tổ trưởng, tổ phó phải ghi thuộc tổ nào."))


def _doubts(row: Row, person: Person, known: _Known) -> Iterator[Remark]:
    yield from _read_remarks(row, known.notices)
    name = folded(person.name)
    if name and known.name_counts[name] > 1:
        yield _remark(row, "name", N_("Danh sách có người trùng tên; kiểm tra có phải hai người khác nhau."))
    elif name in known.own_names:
        yield _remark(row, "name", N_("Trường đã có người trùng tên với địa chỉ thư khác."))


def _place(role: Role, department_id: int | None) -> Place:
    return Place(role, department_id if role in HEADS | {Role.TEACHER} else None)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace(";", ",").replace("/", ",").split(",") if word.strip()]


def _remark(row: Row, column: str, sentence: str, text: str = "") -> Remark:
    cell = row.get(column)
    return Remark(cell.address if cell else "", sentence, {"text": text or text_of(row, column)})
