"""Letting names and oversight that begin on a day take effect when it has come."""

from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from app.clock import today
from app.context import Context
from app.schools.models import Office, OfficeName, Oversight, School, SchoolName


def take_effect_today(context: Context) -> None:
    """Let what begins on the present day in Vietnam take effect: the chore of that name."""
    with context.database.transaction() as session:
        take_effect(session, today())


def take_effect(session: Session, day: date) -> None:
    """Make the present names, overseers and superior offices those of a day; to repeat it changes nothing."""
    session.flush()
    _name_schools(session, day)
    _name_offices(session, day)
    _put_under_overseers(session, day)
    _put_under_successors(session, day)


def _name_schools(session: Session, day: date) -> None:
    name = (
        select(SchoolName.name)
        .where(SchoolName.school_id == School.id, SchoolName.valid_from <= day)
        .order_by(SchoolName.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    session.execute(update(School).where(School.name != name).values(name=name))


def _name_offices(session: Session, day: date) -> None:
    name = (
        select(OfficeName.name)
        .where(OfficeName.office_id == Office.id, OfficeName.valid_from <= day)
        .order_by(OfficeName.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    session.execute(update(Office).where(Office.name != name).values(name=name))


def _put_under_overseers(session: Session, day: date) -> None:
    office = (
        select(Oversight.office_id)
        .where(
            Oversight.school_id == School.id,
            Oversight.valid_from <= day,
            or_(Oversight.valid_to.is_(None), Oversight.valid_to >= day),
        )
        .order_by(Oversight.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    differs = office.is_not(None) & School.office_id.is_distinct_from(office)
    session.execute(update(School).where(differs).values(office_id=office))


def _put_under_successors(session: Session, day: date) -> None:
    """Offices below a closed one come under its successor."""
    closed = aliased(Office)
    successor = (
        select(closed.successor_id)
        .where(closed.id == Office.parent_id, closed.closed_on < day, closed.successor_id != Office.id)
        .scalar_subquery()
    )
    session.execute(update(Office).where(successor.is_not(None)).values(parent_id=successor))
