"""What people type about a school year, a holiday, a deadline rule or an exception, read into values."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from app.calendar.checks import Fault, faults_in
from app.calendar.days import Calendar, Days, DaysOff
from app.calendar.deadlines import Anchor, Rule
from app.calendar.exceptions import Grace
from app.calendar.making import Layout, laid_out, whole_year
from app.catalogue.models import PeriodKind
from app.catalogue.periods import MONTHS, MOST_WEEKS, period_of
from app.clock import VIETNAM
from app.errors import InvalidRequest
from app.text import N_

Sent = Mapping[str, str]
"""The fields of a form."""

_ANCHORS = {
    "before_begin": (Anchor.BEGIN, -1),
    "after_begin": (Anchor.BEGIN, 1),
    "before_end": (Anchor.END, -1),
    "after_end": (Anchor.END, 1),
    "month_day": (Anchor.MONTH_DAY, 1),
}
_NUMBERS = {PeriodKind.TERM: range(1, 3), PeriodKind.MONTH: MONTHS, PeriodKind.WEEK: range(1, MOST_WEEKS + 1)}
_MOST_WEEKS_IN_TERM = 40
_END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class Typed:
    """A calendar as far as it could be read, and the rows that could not."""

    calendar: Calendar
    unread: list[Fault]

    @property
    def faults(self) -> list[Fault]:
        """All that must be mended; what only follows from an unreadable row is left out."""
        rows = {each.period for each in self.unread}
        found = [each for each in faults_in(self.calendar) if not rows & {each.period, each.follows}]
        return self.unread + found


def calendar_from(form: Sent, present: Calendar) -> Typed:
    """Read the days of all periods: fields like `W05-from` and `W05-to`; a row left empty is no period."""
    read = [
        _days_from(form, present.year, kind, number)
        for kind, numbers in _NUMBERS.items()
        for number in numbers
    ]
    periods = [each for each in read if isinstance(each, Days)]
    typed = replace(present, periods=(whole_year(present.year), *periods))
    return Typed(typed, [each for each in read if isinstance(each, Fault)])


def layout_from(query: Sent, present: Calendar) -> Calendar:
    """Lay the weeks out anew from a first day and the number of weeks of each term.

    Raises `InvalidRequest` for what is no date or no sensible number.
    """
    first = _date(query.get("first", ""))
    counts = tuple(_number(query.get(name, "")) for name in ("weeks1", "weeks2"))
    wrong = [name for name, count in zip(("weeks1", "weeks2"), counts, strict=True) if not _is_count(count)]
    if first is None or first not in whole_year(present.year):
        wrong.insert(0, "first")
    if first is None or wrong:
        raise InvalidRequest(fields=", ".join(wrong))
    weeks = tuple(count for count in counts if count is not None)
    return laid_out(present.year, Layout(first, weeks), present.holidays)


def days_off_from(form: Sent) -> DaysOff:
    """Read a holiday; one without a last day is one day long. Raises `InvalidRequest`."""
    first = _date(form.get("first", ""))
    last = _date(form.get("last", "")) if form.get("last") else first
    if first is None or last is None:
        raise InvalidRequest(fields="first, last")
    return DaysOff(form.get("name", ""), first, last)


def rule_from(form: Sent) -> Rule:
    """Read a rule; `about` is a kind of period or, after `type:`, a record type. Raises `InvalidRequest`."""
    about, days, at = form.get("about", ""), _number(form.get("days", "")), _time(form.get("at", ""))
    code = about.removeprefix("type:") if about.startswith("type:") else None
    kind = about if code is None else PeriodKind.YEAR
    if kind not in set(PeriodKind) or form.get("anchor") not in _ANCHORS or days is None or at is None:
        raise InvalidRequest(fields="about, anchor, days, at")
    anchor, direction = _ANCHORS[form["anchor"]]
    opens = _number(form.get("opens", ""))
    return Rule(
        period_kind=PeriodKind(kind),
        anchor=anchor,
        days=direction * days,
        at=at,
        opens_days=None if opens is None else direction * days - opens,
        record_type_code=code,
    )


def grace_from(form: Sent) -> Grace:
    """Read an exception; with `owed` as "nothing" nothing is owed. Raises `InvalidRequest`."""
    try:
        person = uuid.UUID(form.get("person", ""))
    except ValueError as error:
        raise InvalidRequest(fields="person") from error
    return Grace(
        user_id=person,
        period=form.get("period", ""),
        due_at=None if form.get("owed") == "nothing" else _due_at(form),
        reason=form.get("reason", ""),
        record_type_code=form.get("record_type") or None,
    )


def _due_at(form: Sent) -> datetime:
    day = _date(form.get("day", ""))
    if day is None:
        raise InvalidRequest(fields="day")
    return datetime.combine(day, _time(form.get("at", "")) or _END_OF_DAY, VIETNAM).astimezone(UTC)


def _days_from(form: Sent, year: str, kind: PeriodKind, number: int) -> Days | Fault | None:
    period = period_of(year, kind, number)
    typed = [form.get(f"{period.part}-{end}", "").strip() for end in ("from", "to")]
    if not any(typed):
        return None
    starts_on, ends_on = (_date(each) for each in typed)
    if starts_on is None or ends_on is None:
        return Fault(
            str(period),
            N_("Chưa đủ hai ngày, hoặc ngày không có thật."),
            N_("Ghi ngày bắt đầu và ngày kết thúc theo mẫu 07/09/2026, hoặc để trống cả hai."),
        )
    return Days(year, kind, number, starts_on, ends_on)


def _is_count(number: int | None) -> bool:
    return number is not None and 1 <= number <= _MOST_WEEKS_IN_TERM


def _date(text: str) -> date | None:
    """Read a date as browsers send it, or as people write it where the browser has no picker."""
    return next((read for form in ("%Y-%m-%d", "%d/%m/%Y") if (read := _parsed(text, form))), None)


def _time(text: str) -> time | None:
    read = _parsed_moment(text, "%H:%M")
    return None if read is None else read.time()


def _parsed(text: str, form: str) -> date | None:
    read = _parsed_moment(text, form)
    return None if read is None else read.date()


def _parsed_moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), form)  # noqa: DTZ007 -- only its day or its hour is used
    except ValueError:
        return None


def _number(text: str) -> int | None:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 4 else None
