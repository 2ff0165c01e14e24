"""What a school's papers begin with: its name on the day, the office above it, place and date."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import VIETNAM, local_day
from app.papers.paper import Letterhead, place_and_date
from app.schools.models import School
from app.schools.names import committee_of, naming_on
from app.schools.offices import office_name_on, overseer_on


def letterhead_of(session: Session, school_id: int, day: date) -> Letterhead:
    """Return who issues a school's papers on a day: its name of that time, and the office above it."""
    school = session.get_one(School, school_id)
    named = naming_on(session, school_id, day)
    if named is not None and named.superior:
        return Letterhead(named.superior, named.name)
    office = overseer_on(session, school, day)
    superior = office_name_on(session, committee_of(session, office), day) if office else ""
    return Letterhead(superior, named.name if named is not None else school.name)


def dated_line(session: Session, school_id: int, moment: datetime) -> str:
    """Return the line of place and date for a school's paper of a moment."""
    day = local_day(moment)
    named = naming_on(session, school_id, day)
    return place_and_date(named.place if named else "", day)


def shown(moment: datetime | None) -> str:
    """Write a moment in Vietnam's time, like `21/11/2026 19:05`; nothing for None."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if moment else ""
