"""What a school's papers begin with: its name on the day, the office above it, place and date."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.papers.paper import Letterhead, place_and_date
from app.schools.models import Office, School, SchoolName

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def letterhead_of(session: Session, school_id: int, day: date) -> Letterhead:
    """Return who issues a school's papers on a day: its name of that time, and the office above it."""
    school = session.get_one(School, school_id)
    named = _name_on(session, school_id, day)
    if named is not None:
        return Letterhead(named.superior, named.name)
    office = session.get(Office, school.office_id) if school.office_id else None
    return Letterhead(office.name if office else "", school.name)


def dated_line(session: Session, school_id: int, moment: datetime) -> str:
    """Return the line of place and date for a school's paper of a moment."""
    day = moment.astimezone(VIETNAM).date()
    named = _name_on(session, school_id, day)
    return place_and_date(named.place if named else "", day)


def shown(moment: datetime | None) -> str:
    """Write a moment in Vietnam's time, like `21/11/2026 19:05`; nothing for None."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if moment else ""


def _name_on(session: Session, school_id: int, day: date) -> SchoolName | None:
    own = select(SchoolName).where(SchoolName.school_id == school_id, SchoolName.valid_from <= day)
    return session.scalars(own.order_by(SchoolName.valid_from.desc()).limit(1)).one_or_none()
