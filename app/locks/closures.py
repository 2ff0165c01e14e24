"""What is closed now, over some schools: their own locks and the windows of the offices above them.

An office's opening lifts the closings of that office and of offices below it; it lifts neither a school's own
lock nor the closing of an office above.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    Date,
    DateTime,
    Integer,
    Row,
    Select,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.calendar.days import Calendar
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import period_phrase, year_in
from app.clock import VIETNAM, midnight, today
from app.db import now
from app.locks.models import Lock, OfficeWindow
from app.locks.refusals import Locked, LockedByOffice
from app.people.models import User
from app.schools.models import Office, School


@dataclass(frozen=True, slots=True)
class Closure:
    """Why a record may not change: the period that is closed, by whom and since when."""

    period: str
    record_type_code: str | None
    who: str
    since: datetime
    by_office: bool

    def refusal(self) -> Locked:
        """Return the refusal that tells of this closure."""
        return (LockedByOffice if self.by_office else Locked)(**self.named())

    def named(self) -> dict[str, object]:
        """Return what the refusal's sentence names."""
        since = self.since.astimezone(VIETNAM).strftime("%d/%m/%Y" if self.by_office else "%d/%m/%Y %H:%M")
        return {"period": period_phrase(self.period), "who": self.who, "since": since}


@dataclass
class Closures:
    """The locks and windows in force over some schools, to be asked about any number of records."""

    session: Session
    day: date
    rules: dict[int, list[Row[*tuple[Any, ...]]]]
    calendars: dict[tuple[int, str], Calendar] = field(default_factory=dict)
    containing: dict[tuple[int, str], list[str]] = field(default_factory=dict)

    def over(self, school_id: int, record_type_code: str, period: str) -> Closure | None:
        """Return what closes a type's records of a period, or None; a school's own lock comes first."""
        rules = [rule for rule in self.rules.get(school_id, []) if rule.code in (None, record_type_code)]
        if not rules:
            return None
        calendar = self._calendar(school_id, year_in(period))
        within = self._within(school_id, calendar, period)
        locks = (rule for rule in rules if rule.kind == "lock" and rule.period in within)
        lock = min(locks, key=lambda rule: rule.at, default=None)
        if lock is not None:
            return Closure(lock.period, lock.code, lock.who, lock.at, by_office=False)
        return self._closed_by_office(calendar, rules, within)

    def _closed_by_office(
        self, calendar: Calendar, rules: Iterable[Row[*tuple[Any, ...]]], within: list[str]
    ) -> Closure | None:
        windows = [rule for rule in rules if rule.period == calendar.year]
        open_up_to = max(
            (r.height for r in windows if r.kind == "open" and r.opens_on <= self.day <= r.closes_on),
            default=-1,
        )
        term, ended_on = _term_of(calendar, within)
        for rule in windows:
            first = first_closed_day(ended_on, rule.days or 0)
            if rule.kind == "close" and rule.height > open_up_to and self.day >= first:
                return Closure(term, rule.code, rule.who, midnight(first), by_office=True)
        return None

    def _within(self, school_id: int, calendar: Calendar, period: str) -> list[str]:
        """A period that the calendar has no more, like a week taken off, is still one of its year."""
        key = (school_id, period)
        if key not in self.containing:
            self.containing[key] = calendar.within(period) or [period, calendar.year]
        return self.containing[key]

    def _calendar(self, school_id: int, year: str) -> Calendar:
        key = (school_id, year)
        if key not in self.calendars:
            self.calendars[key] = calendar_of(self.session, school_id, year)
        return self.calendars[key]


def first_closed_day(ended_on: date, days: int) -> date:
    """Return from which day on an office's window closes a term that ended on a day."""
    return ended_on + timedelta(days=days + 1)


def closures_of(session: Session, school_ids: Iterable[int], day: date | None = None) -> Closures:
    """Load what is closed over the schools on a day, today by default; one statement unless anything is."""
    rules: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    if schools := sorted(set(school_ids)):
        for row in session.execute(_RULES, {SCHOOLS.key: schools, _NOW.key: now()}):
            rules[row.school_id].append(row)
    return Closures(session, day or today(), rules)


def closure_over(session: Session, school_id: int, record_type_code: str, period: str) -> Closure | None:
    """Return what closes a type's records of one period in one school now, or None."""
    return closures_of(session, [school_id]).over(school_id, record_type_code, period)


def _term_of(calendar: Calendar, within: Iterable[str]) -> tuple[str, date]:
    """Return the term that a period belongs to and its end; what is of no term belongs to the last one."""
    terms = calendar.of_kind(PeriodKind.TERM)
    term = next((each for each in terms if each.period in within), terms[-1])
    return term.period, term.ends_on


def _offices_over() -> CTE:
    """Return each office above each of the schools, with its height: 0 for the one right above it."""
    direct = (
        select(School.id.label("school_id"), School.office_id.label("office_id"), literal(0).label("height"))
        .where(School.id.in_(SCHOOLS), School.office_id.is_not(None))
        .cte("offices_over", recursive=True)
    )
    office = aliased(Office)
    return direct.union_all(
        select(direct.c.school_id, office.parent_id, direct.c.height + 1)
        .join(office, office.id == direct.c.office_id)
        .where(office.parent_id.is_not(None))
    )


def _rules() -> Select[Any]:
    locks = (
        select(
            Lock.school_id.label("school_id"),
            literal("lock").label("kind"),
            Lock.record_type_code.label("code"),
            Lock.period.label("period"),
            User.name.label("who"),
            Lock.locked_at.label("at"),
            cast(null(), Integer).label("days"),
            cast(null(), Date).label("opens_on"),
            cast(null(), Date).label("closes_on"),
            literal(-1).label("height"),
        )
        .join(User, User.id == Lock.locked_by_id)
        .where(Lock.school_id.in_(SCHOOLS), Lock.lifted_at.is_(None))
    )
    windows = (
        select(
            OFFICES_OVER.c.school_id,
            OfficeWindow.kind,
            OfficeWindow.record_type_code,
            OfficeWindow.year,
            Office.name,
            OfficeWindow.set_at,
            OfficeWindow.days,
            OfficeWindow.opens_on,
            OfficeWindow.closes_on,
            OFFICES_OVER.c.height,
        )
        .join(OfficeWindow, OfficeWindow.office_id == OFFICES_OVER.c.office_id)
        .join(Office, Office.id == OfficeWindow.office_id)
        .where(OfficeWindow.ended_at.is_(None), OfficeWindow.set_at <= _NOW)
    )
    return select(union_all(locks, windows).subquery("rules"))


# Every upload and decision asks these; what is put together anew each time costs more than the asking.
SCHOOLS: BindParameter[Any] = bindparam("schools", expanding=True)
"""The ids of the schools that a statement with `OFFICES_OVER` is about."""
_NOW: BindParameter[Any] = bindparam("now", type_=DateTime(timezone=True))
OFFICES_OVER = _offices_over()
"""Each office above each school: `school_id`, `office_id`, `height`."""
_RULES = _rules()
