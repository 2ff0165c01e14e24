"""Saving a school's calendar: the default one, one that was edited, and last year's carried over."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.calendar.changes import finish_change
from app.calendar.checks import Fault, faults_in
from app.calendar.copying import copied_forward
from app.calendar.days import Calendar
from app.calendar.making import default_calendar
from app.calendar.models import Holiday, SchoolPeriod
from app.calendar.queries import calendar_of
from app.calendar.rights import locked, locked_alone, school_to_edit
from app.calendar.usage import faults_of_dropping
from app.catalogue.periods import year_after
from app.clock import today
from app.errors import Refused, Stale
from app.people.authority import Authority
from app.text import N_


class BadCalendar(Refused):
    """Something in the calendar must be mended first; `faults` say what, row by row."""

    code, status = "bad_calendar", 422
    detail = N_("Lịch năm học còn %(count)s chỗ phải sửa; chưa có gì được lưu.")
    hint = N_("Sửa từng dòng được nêu rồi lưu lại.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


class YearBegun(Refused):
    """A year in which teaching has begun is no longer replaced by a copy."""

    code, status = "not_now", 409
    detail = N_("Năm học %(year)s đã vào tuần 1 nên không chép đè được nữa.")
    hint = N_("Sửa từng tuần trong lịch của năm học đó.")


def ensure_calendar(session: Session, school_id: int, year: str) -> None:
    """Save the default calendar of a school year with its holidays, unless one was saved already.

    Nothing is audited: what held before, without rows, is what holds now.
    """
    if _is_saved(session, school_id, year):
        return
    locked(session, school_id)
    if not _is_saved(session, school_id, year):
        _write(session, school_id, default_calendar(year))


def save_calendar(
    session: Session, authority: Authority, school_id: int, calendar: Calendar, seen: str
) -> None:
    """Replace the periods of a school year; its holidays stay.

    `seen` is the digest of the calendar that was on the page. Raises `NotFound`, `NotAllowed`,
    `BadCalendar`, or `Stale` when somebody else changed it meanwhile.
    """
    school = school_to_edit(session, authority, school_id)
    present = _present(session, school_id, calendar.year, seen)
    _check(session, school_id, present, calendar)
    _replace(session, school_id, Calendar(calendar.year, calendar.periods, present.holidays))
    facts = {"before": present.digest, "after": calendar.digest}
    finish_change(session, authority, school, calendar.year, ("calendar.saved", calendar.year, facts))


def copy_forward(session: Session, authority: Authority, school_id: int, year: str, seen: str) -> Calendar:
    """Carry the calendar of a year over to the next one, in place of what that has, and return it.

    `seen` is the digest of the copy that was on the page. Raises `NotFound`, `NotAllowed`, `Stale`,
    `BadCalendar`, or `YearBegun`.
    """
    school = school_to_edit(session, authority, school_id)
    copy = copied_forward(calendar_of(session, school_id, year))
    if copy.digest != seen:
        raise Stale
    replaced = calendar_of(session, school_id, year_after(year))
    if today() >= replaced.teaching()[0]:
        raise YearBegun(year=copy.year)
    _check(session, school_id, replaced, copy)
    _replace(session, school_id, copy)
    facts = {"from": year, "before": replaced.digest, "after": copy.digest}
    finish_change(session, authority, school, copy.year, ("calendar.copied", copy.year, facts))
    return copy


def _check(session: Session, school_id: int, replaced: Calendar, calendar: Calendar) -> None:
    if {each.period for each in replaced.periods} - {each.period for each in calendar.periods}:
        locked_alone(session, school_id)
    faults = faults_in(calendar) or faults_of_dropping(session, school_id, replaced, calendar)
    if faults:
        raise BadCalendar(faults)


def _present(session: Session, school_id: int, year: str, seen: str) -> Calendar:
    present = calendar_of(session, school_id, year)
    if present.digest != seen:
        raise Stale
    return present


def _is_saved(session: Session, school_id: int, year: str) -> bool:
    own = select(SchoolPeriod.period).where(SchoolPeriod.school_id == school_id, SchoolPeriod.year == year)
    return session.scalars(own.limit(1)).first() is not None


def _replace(session: Session, school_id: int, calendar: Calendar) -> None:
    for table in (SchoolPeriod, Holiday):
        session.execute(delete(table).where(table.school_id == school_id, table.year == calendar.year))
    _write(session, school_id, calendar)


def _write(session: Session, school_id: int, calendar: Calendar) -> None:
    periods = [
        {
            "school_id": school_id,
            "period": days.period,
            "year": days.year,
            "kind": days.kind,
            "number": days.number,
            "starts_on": days.starts_on,
            "ends_on": days.ends_on,
            "within": calendar.within(days.period),
        }
        for days in calendar.periods
    ]
    off = [
        {
            "school_id": school_id,
            "year": calendar.year,
            "name": each.name,
            "starts_on": each.starts_on,
            "ends_on": each.ends_on,
        }
        for each in calendar.holidays
    ]
    session.execute(insert(SchoolPeriod), periods)
    if off:
        session.execute(insert(Holiday), off)
