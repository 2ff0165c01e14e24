"""What the upload page suggests: record types one may hand in, the periods around today, a file's title."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.catalogue.models import OwnerKind, PeriodKind, RecordType
from app.catalogue.periods import WEEKS, Period, periods_of_year, school_year_of
from app.catalogue.queries import record_types_of
from app.db import now
from app.people.authority import Authority
from app.people.models import Role
from app.records.intake import may_hand_in

LONGEST_TITLE = 200

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_OPENING = (9, 5)
"""Month and day on which a school year opens; its first week begins on the Monday that follows."""
_AHEAD = timedelta(days=3)
"""Plans are handed in from Friday on for the week that comes."""
_SECOND_TERM_MONTHS = range(1, 8)
_SEPARATORS = re.compile(r"[_\s]+")


@dataclass(frozen=True)
class PeriodChoices:
    """The periods of one kind in a school year, and the one that is due around today."""

    kind: PeriodKind
    periods: tuple[str, ...]
    expected: str


def types_for(session: Session, authority: Authority) -> list[RecordType]:
    """List the record types that the person may hand in, in the order of the catalogue."""
    year = school_year_of(today())
    offered = [
        each
        for school_id in authority.school_ids(set(Role))
        for each in record_types_of(session, school_id, year)
        if may_hand_in(authority, OwnerKind(each.owner_kind), school_id)
    ]
    return list({each.code: each for each in offered}.values())


def period_choices(types: Sequence[RecordType], day: date) -> list[PeriodChoices]:
    """List the periods that records of these types are written for, the kinds in the order of the types."""
    year = school_year_of(day)
    kinds = dict.fromkeys(PeriodKind(each.period_kind) for each in types)
    return [
        PeriodChoices(
            kind=kind,
            periods=tuple(str(period) for period in periods_of_year(year, kind)),
            expected=str(expected_period(kind, day)),
        )
        for kind in kinds
    ]


def today() -> date:
    """Return the present day in Vietnam."""
    return now().astimezone(_VIETNAM).date()


def expected_period(kind: PeriodKind, day: date) -> Period:
    """Return the period of `kind` for which people most likely hand in on a day."""
    year = school_year_of(day)
    if kind is PeriodKind.WEEK:
        return Period(year, f"W{_week_of(day + _AHEAD, int(year[:4])):02}")
    if kind is PeriodKind.MONTH:
        return Period(year, f"M{day.month:02}")
    if kind is PeriodKind.TERM:
        return Period(year, "HK2" if day.month in _SECOND_TERM_MONTHS else "HK1")
    return Period(year, "")


def title_of(file_name: str) -> str:
    """Return a title for a file from its name: without folders, extension and underscores, in NFC."""
    last = unicodedata.normalize("NFC", file_name).replace("\\", "/").rpartition("/")[2]
    stem = last[: -len(".pdf")] if last.lower().endswith(".pdf") else last
    seen = "".join(character for character in stem if not unicodedata.category(character).startswith("C"))
    return _SEPARATORS.sub(" ", seen).strip()[:LONGEST_TITLE]


def _week_of(day: date, first_year: int) -> int:
    opening = date(first_year, *_OPENING)
    monday = opening + timedelta(days=-opening.weekday() % 7)
    return min(max((day - monday).days // 7 + 1, 1), WEEKS)
