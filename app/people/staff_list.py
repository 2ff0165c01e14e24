"""A staff list on its way to accounts: checked row by row, shown as a draft, and made only as it was seen."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.people.account_queries import Place
from app.people.accounts import Administrator, GivenPassword
from app.people.asking import NewAccount, create_accounts, deciding
from app.people.authority import HEADS
from app.people.models import Role
from app.people.passwords import temporary_password
from app.people.persons import LONGEST_NAME, Person
from app.people.sign_in import hash_password
from app.people.staff_checks import Known, Remark, differences_of, doubts_of, faults_of, roles_in
from app.sheets.cells import Row, Table, text_of
from app.words import folded


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
    def asked(self) -> list[Place]:
        """The places that a second person has to confirm."""
        return deciding(self.places) if self.is_new else []

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
    def asked(self) -> list[Line]:
        """The lines that become requests, which a second person has to confirm."""
        return [line for line in self.lines if line.asked]

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
    known = Known.of(session, admin, table)
    passed_over = tuple(cell.text for cell in (*table.banners, *table.notes))
    return Draft(tuple(_line(row, known) for row in table.rows), table.unused, passed_over)


def create_agreed(session: Session, admin: Administrator, agreed: Sequence[Agreed]) -> list[GivenPassword]:
    """Make all the accounts or none; raises as `create_account` does where things changed since the draft."""
    passwords = [temporary_password() for _ in agreed]
    with ThreadPoolExecutor(os.cpu_count()) as hashing:
        hashes = list(hashing.map(hash_password, passwords))
    wanted = [
        NewAccount(person, places, password_hash)
        for (person, places), password_hash in zip(agreed, hashes, strict=True)
    ]
    users = create_accounts(session, admin, wanted)
    return [GivenPassword(user, password) for user, password in zip(users, passwords, strict=True)]


def _line(row: Row, known: Known) -> Line:
    person = Person(
        text_of(row, "name"), text_of(row, "email").lower(), text_of(row, "staff_code")[:LONGEST_NAME]
    )
    account = known.own.get(person.email)
    department_id = known.departments.get(folded(text_of(row, "department")))
    places = tuple(dict.fromkeys(_place(role, department_id) for role in roles_in(row)))
    if account is None:
        errors, warnings = faults_of(row, person, department_id, known), doubts_of(row, person, known)
    else:
        errors, warnings = iter(()), differences_of(row, places, account)
    return Line(
        person=person,
        places=places,
        unit=known.department_names.get(department_id or 0, ""),
        exists=account is not None,
        errors=tuple(errors),
        warnings=tuple(warnings),
    )


def _place(role: Role, department_id: int | None) -> Place:
    return Place(role, department_id if role in HEADS | {Role.TEACHER} else None)
