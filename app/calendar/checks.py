"""What is wrong in a calendar, row by row with the way to mend it, and what only looks odd."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from app.calendar.days import ONE_DAY, Calendar, Days, days_between
from app.calendar.making import whole_year
from app.catalogue.models import PeriodKind
from app.catalogue.periods import MONTHS, MOST_WEEKS, period_of
from app.text import N_

_SUNDAY = 6


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row of a calendar, and how to mend it; both sentences take `values`."""

    period: str
    what: str
    mend: str
    values: dict[str, str | int] = field(default_factory=dict)
    follows: str = ""
    """The period that is missing, where that is the fault."""


def faults_in(calendar: Calendar) -> list[Fault]:
    """List all that must be mended before a calendar can hold, in the order of its rows."""
    return [fault for check in _CHECKS for fault in check(calendar)]


def oddities_in(calendar: Calendar) -> list[Fault]:
    """List school days inside a term that belong to no week: allowed, but worth a look."""
    return [
        Fault(
            after.period,
            N_("Giữa tuần %(before)s và tuần %(after)s có %(days)s ngày không thuộc tuần nào."),
            N_("Nếu là ngày nghỉ, hãy ghi vào danh sách ngày nghỉ; nếu không, hãy nối liền hai tuần."),
            {"before": before.number, "after": after.number, "days": len(days)},
        )
        for before, after, days in _gaps(calendar)
        if days
    ]


def _gaps(calendar: Calendar) -> Iterator[tuple[Days, Days, list[date]]]:
    terms = calendar.of_kind(PeriodKind.TERM)
    for before, after in pairwise(calendar.of_kind(PeriodKind.WEEK)):
        if any(term.covers(before) and term.covers(after) for term in terms):
            between = days_between(before.ends_on + ONE_DAY, after.starts_on - ONE_DAY)
            yield before, after, [day for day in between if _is_school_day(calendar, day)]


def _is_school_day(calendar: Calendar, day: date) -> bool:
    return day.weekday() != _SUNDAY and day not in calendar.free_days


def _ends_before_start(calendar: Calendar) -> Iterator[Fault]:
    for days in calendar.periods:
        if days.ends_on < days.starts_on:
            yield Fault(
                days.period,
                N_("Ngày kết thúc đứng trước ngày bắt đầu."),
                N_("Sửa một trong hai ngày."),
            )


def _outside_the_year(calendar: Calendar) -> Iterator[Fault]:
    year = whole_year(calendar.year)
    for days in calendar.periods:
        if days.ends_on >= days.starts_on and not year.covers(days):
            yield Fault(
                days.period,
                N_("Có ngày nằm ngoài năm học %(year)s."),
                N_("Năm học tính từ ngày 1/8 đến ngày 31/7; kiểm tra lại năm trong ngày tháng."),
                {"year": calendar.year},
            )


def _twice(calendar: Calendar) -> Iterator[Fault]:
    for period, count in Counter(days.period for days in calendar.periods).items():
        if count > 1:
            yield Fault(
                period, N_("Kỳ này được ghi %(count)s lần."), N_("Chỉ giữ một dòng."), {"count": count}
            )


def _missing(calendar: Calendar) -> Iterator[Fault]:
    expected = {PeriodKind.TERM: range(1, 3), PeriodKind.MONTH: MONTHS}
    for kind, numbers in expected.items():
        present = {days.number for days in calendar.of_kind(kind)}
        for number in (each for each in numbers if each not in present):
            period = str(period_of(calendar.year, kind, number))
            yield Fault(period, N_("Thiếu ngày của kỳ này."), N_("Ghi ngày bắt đầu và ngày kết thúc."))


def _numbering(calendar: Calendar) -> Iterator[Fault]:
    weeks = {days.number: days for days in calendar.of_kind(PeriodKind.WEEK)}
    if not weeks:
        yield Fault(calendar.year, N_("Năm học chưa có tuần nào."), N_("Ghi ngày của ít nhất một tuần."))
    for number, days in sorted(weeks.items()):
        if number > MOST_WEEKS:
            yield Fault(
                days.period,
                N_("Một năm học có nhiều nhất %(most)s tuần."),
                N_("Bỏ các tuần thừa."),
                {"most": MOST_WEEKS},
            )
        elif number > 1 and number - 1 not in weeks:
            yield Fault(
                days.period,
                N_("Thiếu tuần %(number)s ở phía trước."),
                N_("Đánh số các tuần liên tục từ 1."),
                {"number": number - 1},
                str(period_of(calendar.year, PeriodKind.WEEK, number - 1)),
            )


def _overlaps(calendar: Calendar) -> Iterator[Fault]:
    for kind in (PeriodKind.TERM, PeriodKind.MONTH, PeriodKind.WEEK):
        rows = sorted(calendar.of_kind(kind), key=_place)
        for before, after in pairwise(rows):
            if after.starts_on <= before.ends_on and before.number != after.number:
                yield Fault(
                    after.period,
                    N_("Bắt đầu %(start)s, trong khi kỳ liền trước (số %(before)s) đến %(end)s mới hết."),
                    N_("Cho kỳ này bắt đầu từ ngày %(next)s trở đi, hoặc kết thúc kỳ trước sớm hơn."),
                    {
                        "before": before.number,
                        "start": _written(after.starts_on),
                        "end": _written(before.ends_on),
                        "next": _written(before.ends_on + ONE_DAY),
                    },
                )


def _outside_terms(calendar: Calendar) -> Iterator[Fault]:
    terms = calendar.of_kind(PeriodKind.TERM)
    for week in calendar.of_kind(PeriodKind.WEEK):
        if not any(term.covers(week) for term in terms):
            yield Fault(
                week.period,
                N_("Tuần này không nằm trọn trong học kỳ nào."),
                N_("Sửa ngày của tuần, hoặc kéo dài học kỳ cho trọn tuần."),
            )


def _place(days: Days) -> int:
    """Months go from August to July; the numbers of terms and weeks are their places."""
    return MONTHS.index(days.number) if days.kind is PeriodKind.MONTH else days.number


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


_CHECKS: tuple[Callable[[Calendar], Iterator[Fault]], ...] = (
    _missing,
    _twice,
    _ends_before_start,
    _outside_the_year,
    _numbering,
    _overlaps,
    _outside_terms,
)
