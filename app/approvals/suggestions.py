"""What the upload page suggests: record types one may hand in, the periods around today, a file's title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.calendar.days import Calendar
from app.calendar.making import default_calendar
from app.calendar.queries import calendar_of, present_period
from app.catalogue.models import OwnerKind, PeriodKind, RecordType
from app.catalogue.periods import school_year_of, year_after
from app.catalogue.queries import record_types_of
from app.clock import today
from app.people.authority import Authority
from app.people.which_school import schools_among
from app.records.destination import may_hand_in
from app.schools.models import School
from app.words import name_of_file

LONGEST_TITLE = 200

_AHEAD = timedelta(days=3)
"""Plans are handed in from Friday on for the week that comes."""
_SEPARATORS = re.compile(r"[_\s]+")


@dataclass(frozen=True)
class PeriodChoices:
    """The periods of one kind in a school year, and the one that is due around today."""

    kind: PeriodKind
    periods: tuple[str, ...]
    expected: str


def types_by_school(session: Session, authority: Authority) -> dict[School, list[RecordType]]:
    """Return the schools to which the person may hand in anything, each with the record types he may.

    The types stand in the order of the catalogue.
    """
    own = schools_among(session, authority.own_schools())
    offered = {school: _types_for(session, authority, school.id) for school in own}
    return {school: types for school, types in offered.items() if types}


def _types_for(session: Session, authority: Authority, school_id: int) -> list[RecordType]:
    kept = record_types_of(session, school_id, school_year_of(today()))
    return [each for each in kept if may_hand_in(authority, OwnerKind(each.owner_kind), school_id)]


def present_calendars(session: Session, school_ids: Sequence[int], day: date) -> list[Calendar]:
    """Return the calendars of schools for the year of a day; the default one where there is no school."""
    year = school_year_of(day)
    return [calendar_of(session, each, year) for each in school_ids] or [default_calendar(year)]


def year_just_over(session: Session, school_id: int, calendar: Calendar, day: date) -> Calendar | None:
    """Return last year's calendar until this year's first week begins: August is for what was retaken.

    Offices open the past year again then, often from 1 to 15 August.
    """
    if day >= calendar.of_kind(PeriodKind.WEEK)[0].starts_on:
        return None
    return calendar_of(session, school_id, year_after(calendar.year, -1))


def period_choices(
    types: Sequence[RecordType], calendar: Calendar, day: date, others: Sequence[Calendar] = ()
) -> list[PeriodChoices]:
    """List the periods that records of these types are written for, the kinds in the order of the types.

    What only `others` have follows: the year before, or another school's calendar.
    """
    kinds = dict.fromkeys(PeriodKind(each.period_kind) for each in types)
    return [
        PeriodChoices(
            kind=kind,
            periods=tuple(
                dict.fromkeys(days.period for each in (calendar, *others) for days in each.of_kind(kind))
            ),
            expected=expected_period(calendar, kind, day),
        )
        for kind in kinds
    ]


def expected_period(calendar: Calendar, kind: PeriodKind, day: date) -> str:
    """Return the period of `kind` for which people most likely hand in on a day."""
    ahead = _AHEAD if kind is PeriodKind.WEEK else timedelta(0)
    return present_period(calendar, kind, day + ahead).period


def title_of(file_name: str) -> str:
    """Return a title for a file from its name: without folders, extension and underscores, in NFC."""
    last = name_of_file(file_name)
    stem = last[: -len(".pdf")] if last.lower().endswith(".pdf") else last
    return _SEPARATORS.sub(" ", stem).strip()[:LONGEST_TITLE]
