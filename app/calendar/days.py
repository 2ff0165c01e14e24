"""A school year as values: its periods with their days, its holidays, and which period contains which."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from app.catalogue.models import PeriodKind
from app.catalogue.periods import period_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """A period with its first and its last day; the number of a whole year is 0."""

    year: str
    kind: PeriodKind
    number: int
    starts_on: date
    ends_on: date

    @property
    def period(self) -> str:
        """The period as the contract writes it, like `2026-2027/W12`."""
        return str(period_of(self.year, self.kind, self.number))

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def covers(self, other: "Days | DaysOff") -> bool:
        """Tell whether no day of the other lies outside this one."""
        return self.starts_on <= other.starts_on and other.ends_on <= self.ends_on

    def shared_with(self, other: "Days") -> int:
        """Count the days that lie in both."""
        return max((min(self.ends_on, other.ends_on) - max(self.starts_on, other.starts_on)).days + 1, 0)


@dataclass(frozen=True)
class DaysOff:
    """A holiday: days on which no school is kept."""

    name: str
    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Calendar:
    """All periods and holidays of one school year."""

    year: str
    periods: tuple[Days, ...]
    holidays: tuple[DaysOff, ...] = ()

    def of_kind(self, kind: PeriodKind | str) -> list[Days]:
        """List the periods of one kind in the order of their days."""
        return sorted((each for each in self.periods if each.kind == kind), key=lambda each: each.starts_on)

    def find(self, period: str) -> Days | None:
        """Return the days of a period like `2026-2027/W12`, or None when the calendar has no such period."""
        return self._by_period.get(period)

    def taught(self, kind: PeriodKind | str) -> list[Days]:
        """List the periods of one kind in which there is teaching: those that share a day with a week."""
        weeks = self.of_kind(PeriodKind.WEEK)
        return [each for each in self.of_kind(kind) if any(each.shared_with(week) for week in weeks)]

    def within(self, period: str) -> list[str]:
        """List the periods that contain a period, itself first; empty for one the calendar has not."""
        days = self.find(period)
        return [] if days is None else list(self._containing(days))

    def teaching(self) -> tuple[date, date]:
        """Return the first day of the first week and the last day of the last term."""
        terms, weeks = self.of_kind(PeriodKind.TERM), self.of_kind(PeriodKind.WEEK)
        return weeks[0].starts_on, terms[-1].ends_on

    @cached_property
    def free_days(self) -> frozenset[date]:
        """All days of all holidays."""
        return frozenset(day for each in self.holidays for day in days_between(each.starts_on, each.ends_on))

    @cached_property
    def digest(self) -> str:
        """What changes with every change of a period's days."""
        lines = sorted(f"{each.period} {each.starts_on} {each.ends_on}" for each in self.periods)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @cached_property
    def _by_period(self) -> Mapping[str, Days]:
        return {each.period: each for each in self.periods}

    def _containing(self, days: Days) -> Iterator[str]:
        yield days.period
        if days.kind is PeriodKind.WEEK:
            yield from (each.period for each in self.of_kind(PeriodKind.MONTH) if days.starts_on in each)
        if days.kind in {PeriodKind.WEEK, PeriodKind.MONTH}:
            yield from (term.period for term in self._term_of(days))
        if days.kind is not PeriodKind.YEAR:
            yield self.year

    def _term_of(self, days: Days) -> list[Days]:
        """Return the term in which most of a week or month lies; none for what lies outside both."""
        terms = self.of_kind(PeriodKind.TERM)
        most = max(terms, key=days.shared_with, default=None)
        return [most] if most is not None and most.shared_with(days) else []


def days_between(first: date, last: date) -> Iterator[date]:
    """Go through the days from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY
