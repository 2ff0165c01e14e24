"""What people type about a school year, a holiday, a deadline rule or an exception, read into values."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from app import fields
from app.calendar.checks import Fault, faults_in
from app.calendar.days import Calendar, Days, DaysOff
from app.calendar.deadlines import Anchor, Rule
from app.calendar.exceptions import Grace
from app.calendar.making import Layout, laid_out, whole_year
from app.catalogue.models import PeriodKind
from app.catalogue.periods import MONTHS, MOST_WEEKS, period_of
from app.clock import VIETNAM
from app.errors import InvalidRequest
from app.fields import Sent, as_day, as_number
from app.text import N_

_ANCHORS = {
    "before_begin": (Anchor.BEGIN, -1),
    "after_begin": (Anchor.BEGIN, 1),
    "before_end": (Anchor.END, -1),
    "after_end": (Anchor.END, 1),
    "month_day": (Anchor.MONTH_DAY, 1),
}
_NUMBERS = {PeriodKind.TERM: range(1, 3), PeriodKind.MONTH: MONTHS, PeriodKind.WEEK: range(1, MOST_WEEKS + 1)}
_DAYS = range(10_000)
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
    first = as_day(fields.text(query, "first"))
    counts = tuple(as_number(fields.text(query, name)) for name in ("weeks1", "weeks2"))
    wrong = [name for name, count in zip(("weeks1", "weeks2"), counts, strict=True) if not _is_count(count)]
    if first is None or first not in whole_year(present.year):
        wrong.insert(0, "first")
    if first is None or wrong:
        raise InvalidRequest(fields=", ".join(wrong))
    weeks = tuple(count for count in counts if count is not None)
    return laid_out(present.year, Layout(first, weeks), present.holidays)


def days_off_from(form: Sent) -> DaysOff:
    """Read a holiday; one without a last day is one day long. Raises `InvalidRequest`."""
    first = as_day(fields.text(form, "first"))
    last = fields.day(form, "last") if fields.line(form, "last") else first
    if first is None or last is None:
        raise InvalidRequest(fields="first, last")
    return DaysOff(fields.text(form, "name"), first, last)


def rule_from(form: Sent) -> Rule:
    """Read a rule; `about` is a kind of period or, after `type:`, a record type. Raises `InvalidRequest`."""
    about, anchor = fields.line(form, "about"), fields.choice(form, "anchor", _ANCHORS)
    code = about.removeprefix("type:") if about.startswith("type:") else None
    kind = about if code is None else PeriodKind.YEAR
    if kind not in set(PeriodKind):
        raise InvalidRequest(fields="about")
    side, direction = _ANCHORS[anchor]
    days, opens = fields.number(form, "days", _DAYS), fields.number_or_none(form, "opens", _DAYS)
    return Rule(
        period_kind=PeriodKind(kind),
        anchor=side,
        days=direction * days,
        at=fields.hour(form, "at"),
        opens_days=None if opens is None else direction * days - opens,
        record_type_code=code,
    )


def grace_from(form: Sent) -> Grace:
    """Read an exception; with `owed` as "nothing" nothing is owed. Raises `InvalidRequest`."""
    return Grace(
        user_id=fields.identity(form, "person"),
        period=fields.line(form, "period"),
        due_at=None if fields.line(form, "owed") == "nothing" else _due_at(form),
        reason=fields.text(form, "reason"),
        record_type_code=fields.line(form, "record_type") or None,
    )


def _due_at(form: Sent) -> datetime:
    at = fields.hour_or_none(form, "at") or _END_OF_DAY
    return datetime.combine(fields.day(form, "day"), at, VIETNAM).astimezone(UTC)


def _days_from(form: Sent, year: str, kind: PeriodKind, number: int) -> Days | Fault | None:
    period = period_of(year, kind, number)
    typed = [fields.text(form, f"{period.part}-{end}").strip() for end in ("from", "to")]
    if not any(typed):
        return None
    starts_on, ends_on = (as_day(each) for each in typed)
    if starts_on is None or ends_on is None:
        return Fault(
            str(period),
            N_("Chưa đủ hai ngày, hoặc ngày không có thật."),
            N_("Ghi ngày bắt đầu và ngày kết thúc theo mẫu 07/09/2026, hoặc để trống cả hai."),
        )
    return Days(year, kind, number, starts_on, ends_on)


def _is_count(number: int | None) -> bool:
    return number is not None and 1 <= number <= _MOST_WEEKS_IN_TERM
