"""Adding a holiday to a school year and taking one away."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.changes import finish_change
from app.calendar.days import DaysOff
from app.calendar.making import whole_year
from app.calendar.models import Holiday
from app.calendar.rights import school_to_edit, works_at
from app.calendar.saving import ensure_calendar
from app.errors import InvalidRequest, NotFound, Refused
from app.people.authority import Authority
from app.text import N_
from app.words import tidy

LONGEST = timedelta(days=92)
"""The longest there may be without teaching in the middle of a year; a wrong month is longer."""
LONGEST_NAME = 100


class BadHoliday(Refused):
    """The days are the wrong way round, outside the school year, or too many."""

    code, status = "bad_holiday", 422
    detail = N_("Những ngày nghỉ này không hợp lệ.")
    hint = N_("Ghi ngày đầu trước ngày cuối, trong năm học (1/8 đến 31/7), nhiều nhất 92 ngày.")


def add_holiday(session: Session, authority: Authority, school_id: int, year: str, off: DaysOff) -> Holiday:
    """Add a holiday; weeks keep their days, deadlines on it move.

    Raises `NotFound`, `NotAllowed`, `InvalidRequest` without a name, or `BadHoliday`.
    """
    school = school_to_edit(session, authority, school_id)
    name = tidy(off.name)[:LONGEST_NAME]
    if not name:
        raise InvalidRequest(fields="name")
    if not timedelta(0) <= off.ends_on - off.starts_on < LONGEST or not whole_year(year).covers(off):
        raise BadHoliday
    ensure_calendar(session, school_id, year)
    added = Holiday(school_id=school_id, year=year, name=name, starts_on=off.starts_on, ends_on=off.ends_on)
    session.add(added)
    session.flush()
    facts = {"from": off.starts_on.isoformat(), "to": off.ends_on.isoformat()}
    finish_change(session, authority, school, year, ("holiday.added", str(added.id), facts))
    return added


def remove_holiday(session: Session, authority: Authority, holiday_id: int) -> Holiday:
    """Take a holiday away and return it; raises `NotFound` or `NotAllowed`."""
    holiday = session.scalars(select(Holiday).where(Holiday.id == holiday_id)).one_or_none()
    if holiday is None or not works_at(authority, holiday.school_id):
        raise NotFound
    school = school_to_edit(session, authority, holiday.school_id)
    session.delete(holiday)
    session.flush()
    facts = {"from": holiday.starts_on.isoformat(), "to": holiday.ends_on.isoformat()}
    finish_change(session, authority, school, holiday.year, ("holiday.removed", str(holiday_id), facts))
    return holiday
