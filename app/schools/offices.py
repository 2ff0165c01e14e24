"""Offices through time: what they were called, when they closed, and which of them oversaw a school."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.schools.models import Office, OfficeName, Oversight, School
from app.schools.names import SINCE_EVER, checked_name
from app.schools.refusals import NeedsSuccessor, OfficeClosed
from app.schools.taking_effect import take_effect

KINDS = (
    "provincial_education_dept",
    "commune_people_committee",
    "commune_culture_society_office",
    "legacy_district_office",
)
"""The last one is of the districts, which ceased to exist on 30 June 2025."""

_ONE_DAY = timedelta(days=1)


def office_name_on(session: Session, office: Office, day: date) -> str:
    """Return what an office was called on a day."""
    own = select(OfficeName.name).where(OfficeName.office_id == office.id, OfficeName.valid_from <= day)
    named = session.scalars(own.order_by(OfficeName.valid_from.desc()).limit(1)).one_or_none()
    return named or office.name


def overseer_on(session: Session, school: School, day: date) -> Office | None:
    """Return the office that oversaw a school on a day; the present one where no other is known."""
    rows = oversights_of(session, school.id)
    if not rows:
        return session.get(Office, school.office_id) if school.office_id else None
    held = [row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]
    return session.get(Office, held[0].office_id) if held else None


def oversights_of(session: Session, school_id: int) -> Sequence[Oversight]:
    """List which offices oversaw a school, the latest first; none where that never changed."""
    own = select(Oversight).where(Oversight.school_id == school_id)
    return session.scalars(own.order_by(Oversight.valid_from.desc())).all()


def rename_office(session: Session, office: Office, by: str, name: str, first: date, today: date) -> None:
    """Give an office a name from a day on; raises `BadName`."""
    tidied = checked_name(name)
    known = session.scalars(select(OfficeName.office_id).where(OfficeName.office_id == office.id)).first()
    if known is None:
        session.add(OfficeName(office_id=office.id, valid_from=SINCE_EVER, name=office.name))
    session.merge(OfficeName(office_id=office.id, valid_from=first, name=tidied))
    take_effect(session, today)
    facts = {"name": tidied, "from": first.isoformat()}
    append(session, DEPLOYMENT, [Happening("office.rename", by, office.code, facts)])


def oversee(session: Session, school: School, by: str, office: Office, first: date, today: date) -> None:
    """Put a school under an office from a day on; what was planned for later days gives way.

    Raises `OfficeClosed`.
    """
    if office.closed_on is not None and office.closed_on < first:
        raise OfficeClosed(code=office.code, day=office.closed_on.strftime("%d/%m/%Y"))
    if not oversights_of(session, school.id) and school.office_id is not None:
        session.add(Oversight(school_id=school.id, office_id=school.office_id, valid_from=SINCE_EVER))
        session.flush()
    session.execute(delete(Oversight).where(Oversight.school_id == school.id, Oversight.valid_from >= first))
    for row in oversights_of(session, school.id):
        if row.valid_to is None or row.valid_to >= first:
            row.valid_to = first - _ONE_DAY
    session.add(Oversight(school_id=school.id, office_id=office.id, valid_from=first))
    take_effect(session, today)
    facts = {"office": office.code, "from": first.isoformat()}
    append(session, school.code, [Happening("school.oversee", by, school.code, facts)])


def close_office(
    session: Session, office: Office, by: str, last: date, successor: Office | None, today: date
) -> None:
    """Make a day the last of an office; whatever it oversees comes under its successor the day after.

    Raises `NeedsSuccessor` or `OfficeClosed`.
    """
    schools = _overseen_after(session, office, last)
    below = session.scalars(select(Office.id).where(Office.parent_id == office.id)).all()
    if successor is office or (successor is None and (schools or below)):
        raise NeedsSuccessor(code=office.code, count=len(schools) + len(below))
    office.closed_on, office.successor_id = last, successor.id if successor else None
    if successor is not None:
        for school in schools:
            oversee(session, school, by, successor, last + _ONE_DAY, today)
    take_effect(session, today)
    facts = {"last": last.isoformat(), "successor": successor.code if successor else None}
    append(session, DEPLOYMENT, [Happening("office.close", by, office.code, facts)])


def _overseen_after(session: Session, office: Office, last: date) -> list[School]:
    """List the schools that the office would still oversee after a day."""
    held = select(Oversight.school_id).where(
        Oversight.office_id == office.id, or_(Oversight.valid_to.is_(None), Oversight.valid_to > last)
    )
    concerned = select(School).where(or_(School.office_id == office.id, School.id.in_(held)))
    schools = session.scalars(concerned.order_by(School.id)).all()
    return [each for each in schools if overseer_on(session, each, last + _ONE_DAY) is office]
