"""Names with a day of validity: what a school and its papers were called on any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.errors import NotFound
from app.schools.models import Office, School, SchoolName
from app.schools.refusals import BadName, NameInForce
from app.schools.taking_effect import take_effect
from app.words import tidy

LONGEST_NAME = 150
SINCE_EVER = date(1900, 1, 1)
"""The first day of the name that was kept before any other."""
GOVERNS, ADVISES = "commune_people_committee", "commune_culture_society_office"
"""Kinds of offices: the second acts towards schools in the name of the first."""


@dataclass(frozen=True)
class Naming:
    """What a school's papers say from a day on: its name, the line above it, the place before the date."""

    valid_from: date
    name: str
    superior: str = ""
    place: str = ""


def names_of(session: Session, school_id: int) -> Sequence[SchoolName]:
    """List the names of a school, the latest first; none where it never changed."""
    own = select(SchoolName).where(SchoolName.school_id == school_id)
    return session.scalars(own.order_by(SchoolName.valid_from.desc())).all()


def naming_on(session: Session, school_id: int, day: date) -> SchoolName | None:
    """Return what was kept of a school's name for a day, or None where nothing was."""
    own = select(SchoolName).where(SchoolName.school_id == school_id, SchoolName.valid_from <= day)
    return session.scalars(own.order_by(SchoolName.valid_from.desc()).limit(1)).one_or_none()


def name_school(session: Session, school: School, by: str, naming: Naming, today: date) -> None:
    """Give a school a name and letterhead from a day on; the present name is kept for the days before.

    Raises `BadName`.
    """
    tidied = _checked(naming)
    _keep_the_present(session, school, tidied.valid_from)
    row = session.get(SchoolName, (school.id, tidied.valid_from))
    if row is None:
        row = SchoolName(school_id=school.id, valid_from=tidied.valid_from)
        session.add(row)
    row.name, row.superior, row.place = tidied.name, tidied.superior, tidied.place
    take_effect(session, today)
    facts = {"from": tidied.valid_from.isoformat(), "name": tidied.name}
    append(session, school.code, [Happening("school.name", by, school.code, facts)])


def drop_name(session: Session, school: School, by: str, valid_from: date, today: date) -> None:
    """Take back a name that is not in force yet; raises `NotFound` or `NameInForce`."""
    row = session.get(SchoolName, (school.id, valid_from))
    if row is None:
        raise NotFound
    if valid_from <= today:
        raise NameInForce
    session.delete(row)
    facts = {"from": valid_from.isoformat()}
    append(session, school.code, [Happening("school.name_dropped", by, school.code, facts)])


def checked_name(typed: str, longest: int = LONGEST_NAME) -> str:
    """Return a name as it is kept; raises `BadName`."""
    name = tidy(typed)
    if not any(letter.isalpha() for letter in name) or len(name) > longest:
        raise BadName(longest=longest)
    return name


def committee_of(session: Session, office: Office) -> Office:
    """Return the office in whose name another acts towards schools, if it does so.

    Since 1 July 2025 the committee of a commune governs its schools and stands above their names on papers;
    the culture and society office only advises it (NĐ 142/2025, 143/2025).
    """
    above = session.get(Office, office.parent_id) if office.kind == ADVISES and office.parent_id else None
    return above if above is not None and above.kind == GOVERNS else office


def _keep_the_present(session: Session, school: School, valid_from: date) -> None:
    if valid_from <= SINCE_EVER or names_of(session, school.id):
        return
    office = session.get(Office, school.office_id) if school.office_id else None
    superior = committee_of(session, office).name if office else ""
    session.add(
        SchoolName(school_id=school.id, valid_from=SINCE_EVER, name=school.name, superior=superior, place="")
    )


def _checked(naming: Naming) -> Naming:
    superior, place = tidy(naming.superior), tidy(naming.place)
    if max(len(superior), len(place)) > LONGEST_NAME:
        raise BadName(longest=LONGEST_NAME)
    return Naming(naming.valid_from, checked_name(naming.name), superior, place)
