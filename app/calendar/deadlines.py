"""When records are due: rules reckoned against a calendar, and exceptions for persons."""

import calendar as solar
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from app.calendar.days import ONE_DAY, Calendar, Days
from app.calendar.making import year_of_month
from app.calendar.models import DeadlineException, DeadlineRule
from app.catalogue.models import PeriodKind
from app.clock import VIETNAM

_FILE = Path(__file__).with_name("shipped_deadlines.toml")
_SUNDAY = 6


class Anchor(StrEnum):
    """What the days of a rule are counted from."""

    BEGIN = "begin"
    END = "end"
    MONTH_DAY = "month_day"


@dataclass(frozen=True)
class Rule:
    """When records are due; the fields are those of `DeadlineRule`, times are of Vietnam."""

    period_kind: PeriodKind
    anchor: Anchor
    days: int
    at: time
    opens_days: int | None = None
    record_type_code: str | None = None

    @classmethod
    def of(cls, row: DeadlineRule) -> "Rule":
        """Return the rule that a school saved."""
        return cls(
            PeriodKind(row.period_kind),
            Anchor(row.anchor),
            row.days,
            row.at,
            row.opens_days,
            row.record_type_code,
        )


@dataclass(frozen=True)
class Deadline:
    """From when a record may be handed in, empty where any time will do, and when it is due; in UTC."""

    opens_at: datetime | None
    due_at: datetime


def due(rule: Rule, days: Days, free_days: Iterable[date] = frozenset()) -> Deadline:
    """Reckon a rule for a period.

    A deadline on one of the free days moves, at the same hour, to the last school day before them, which
    is neither free nor a Sunday. Where it would then lie before the period that it lay in or after, it
    moves to the first school day after them. What opens later opens on the day it is due.
    """
    wanted, off = _counted(rule.anchor, rule.days, days), frozenset(free_days)
    day = _school_day(wanted, off, -ONE_DAY)
    if day < days.starts_on <= wanted:
        day = _school_day(wanted, off, ONE_DAY)
    due_at = _moment(day, rule.at)
    if rule.opens_days is None:
        return Deadline(None, due_at)
    opens = min(_counted(rule.anchor, rule.opens_days, days), day)
    return Deadline(_moment(opens, time.min), due_at)


def usual_deadline(calendar: Calendar, rules: Sequence[Rule], code: str, days: Days) -> Deadline:
    """Return when records of a type are due for a period, for whoever has no exception.

    `rules` are the school's own; where none of them speaks of the type or the kind of period, the
    shipped one holds. Of a whole year the teaching time counts.
    """
    rule = rule_for(rules, code, days.kind)
    if days.kind is PeriodKind.YEAR:
        first, last = calendar.teaching()
        days = replace(days, starts_on=first, ends_on=last)
    return due(rule, days, calendar.free_days)


def deadline_for(
    usual: Deadline,
    exceptions: Sequence[DeadlineException],
    person: uuid.UUID | None,
    code: str,
    within: Sequence[str],
) -> Deadline | None:
    """Return when a person's record is due, or None when an exception says that nothing is owed.

    `within` are the periods that contain the record's period, itself first, and `exceptions` the living
    ones, the oldest first. The nearest exception counts: of the smaller period, for the type before all
    types, the later granted before the older. It may only put a deadline off.
    """
    concerned = [
        each
        for each in exceptions
        if each.user_id == person and each.period in within and each.record_type_code in {None, code}
    ]
    if not concerned:
        return usual
    # The first of equals wins, so the latest comes first.
    nearest = min(
        reversed(concerned), key=lambda each: (within.index(each.period), each.record_type_code is None)
    )
    if nearest.due_at is None:
        return None
    return replace(usual, due_at=max(usual.due_at, nearest.due_at))


def rule_for(rules: Sequence[Rule], code: str, kind: PeriodKind) -> Rule:
    """Return the rule for a record type: the school's own for it, the school's for the kind, the shipped."""
    own_type, own_kind = _speaking_of(rules, code, kind)
    shipped_type, shipped_kind = _speaking_of(shipped_rules(), code, kind)
    return next(rule for rule in (own_type, own_kind, shipped_type, shipped_kind) if rule is not None)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules that hold until a school sets its own."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["rule"]
    return tuple(rule for row in rows for rule in _shipped(row))


def _shipped(row: dict[str, Any]) -> Iterator[Rule]:
    kind, anchor = PeriodKind(row["period_kind"]), Anchor(row["anchor"])
    for code in row.get("record_types", [None]):
        yield Rule(kind, anchor, row["days"], row["at"], row.get("opens_days"), code)


def _speaking_of(rules: Iterable[Rule], code: str, kind: PeriodKind) -> tuple[Rule | None, Rule | None]:
    by_code = {rule.record_type_code: rule for rule in rules if rule.period_kind is kind}
    return by_code.get(code), by_code.get(None)


def _counted(anchor: Anchor, number: int, days: Days) -> date:
    if anchor is Anchor.MONTH_DAY:
        year = year_of_month(days.year, days.number)
        return date(year, days.number, min(number, solar.monthrange(year, days.number)[1]))
    start = days.starts_on if anchor is Anchor.BEGIN else days.ends_on
    return start + timedelta(days=number)


def _school_day(day: date, free_days: frozenset[date], step: timedelta) -> date:
    """Return the day itself, or if it is free the next one in the direction of the step that is not."""
    if day not in free_days:
        return day
    while day in free_days or day.weekday() == _SUNDAY:
        day += step
    return day


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, VIETNAM).astimezone(UTC)
