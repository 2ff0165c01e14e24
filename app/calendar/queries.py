"""Reading the calendars of schools; a school that has saved none has the default one."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.days import Calendar, Days, DaysOff
from app.calendar.making import default_calendar
from app.calendar.models import DeadlineException, DeadlineRule, Holiday, SchoolPeriod
from app.catalogue.models import PeriodKind
from app.catalogue.periods import BadPeriod, year_in


def calendar_of(session: Session, school_id: int, year: str) -> Calendar:
    """Return a school's calendar of a school year, the default one where it saved none."""
    rows = session.scalars(
        select(SchoolPeriod).where(SchoolPeriod.school_id == school_id, SchoolPeriod.year == year)
    ).all()
    if not rows:
        return default_calendar(year)
    periods = [Days(year, PeriodKind(row.kind), row.number, row.starts_on, row.ends_on) for row in rows]
    off = [DaysOff(row.name, row.starts_on, row.ends_on) for row in holidays_of(session, school_id, year)]
    return Calendar(year, tuple(periods), tuple(off))


def holidays_of(session: Session, school_id: int, year: str) -> Sequence[Holiday]:
    """List the saved holidays of a school year by their days; none where no calendar was saved."""
    own = select(Holiday).where(Holiday.school_id == school_id, Holiday.year == year)
    return session.scalars(own.order_by(Holiday.starts_on, Holiday.id)).all()


def covering(session: Session, school_id: int, period: str) -> list[str]:
    """List the periods that contain a period by the school's calendar, itself first.

    Raises `BadPeriod` for one that the calendar has not.
    """
    year = year_in(period)
    own = select(SchoolPeriod.within).where(SchoolPeriod.school_id == school_id)
    within = session.scalars(own.where(SchoolPeriod.period == period)).one_or_none()
    if within is None:
        within = _within_default(session, school_id, year, period)
    if not within:
        raise BadPeriod(period=period[:40], example=f"{year}/W12")
    return within


def check_in_calendar(session: Session, school_id: int, period: str) -> None:
    """Raise `BadPeriod` for a period that the school's calendar has not, like a week beyond its last."""
    covering(session, school_id, period)


def present_period(calendar: Calendar, kind: PeriodKind, day: date) -> Days:
    """Return the period of a kind in which a day lies, else the next one, after the last the last."""
    periods = calendar.of_kind(kind)
    return next((each for each in periods if day <= each.ends_on), periods[-1])


def deadline_rules_of(session: Session, school_id: int) -> Sequence[DeadlineRule]:
    """List the deadline rules a school has set itself; for the rest the shipped ones hold."""
    own = select(DeadlineRule).where(DeadlineRule.school_id == school_id)
    return session.scalars(own.order_by(DeadlineRule.record_type_code, DeadlineRule.period_kind)).all()


def deadline_exceptions_of(session: Session, school_id: int, year: str) -> Sequence[DeadlineException]:
    """List a school's living exceptions of a school year, the oldest first."""
    living = select(DeadlineException).where(
        DeadlineException.school_id == school_id,
        DeadlineException.revoked_at.is_(None),
        DeadlineException.period.startswith(year),
    )
    return session.scalars(living.order_by(DeadlineException.granted_at, DeadlineException.id)).all()


def _within_default(session: Session, school_id: int, year: str, period: str) -> list[str]:
    own = select(SchoolPeriod.period).where(SchoolPeriod.school_id == school_id, SchoolPeriod.year == year)
    saved = session.scalars(own.limit(1)).first() is not None
    return [] if saved else default_calendar(year).within(period)
