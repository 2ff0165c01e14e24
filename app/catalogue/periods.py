"""Periods: how a school year, term, month or week is written, checked and shown."""

import re
from dataclasses import dataclass

from app.catalogue.models import PeriodKind
from app.errors import Refused
from app.schools.years import present_year, school_year_of, year_after
from app.text import N_, Phrase

__all__ = [
    "MONTHS",
    "MOST_WEEKS",
    "BadPeriod",
    "Period",
    "is_year",
    "label_parts",
    "parse_period",
    "period_of",
    "period_phrase",
    "periods_in",
    "present_year",
    "school_year_of",
    "vietnamese_label",
    "year_after",
    "year_in",
]

MOST_WEEKS = 53
"""No school year has more; how many it has is said by the school's calendar."""
MONTHS = (8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7)
"""In the order of a school year."""

_YEAR = re.compile(r"(?P<first>20\d{2})-(?P<second>\d{4})", re.ASCII)
_FORM = re.compile(r"(?P<first>20\d{2})-(?P<second>\d{4})(?:/(?P<part>HK[12]|M\d{2}|W\d{2}))?", re.ASCII)
_LAST = {PeriodKind.TERM: 2, PeriodKind.MONTH: 12, PeriodKind.WEEK: MOST_WEEKS}
_PREFIX = {PeriodKind.TERM: "HK", PeriodKind.MONTH: "M", PeriodKind.WEEK: "W"}
_EXAMPLE = {
    PeriodKind.YEAR: "2026-2027",
    PeriodKind.TERM: "2026-2027/HK1",
    PeriodKind.MONTH: "2026-2027/M09",
    PeriodKind.WEEK: "2026-2027/W12",
}


class BadPeriod(Refused):
    """The period is not of the kind the record type asks for, or there is none such."""

    code, status = "bad_period", 422
    detail = N_("Kỳ “%(period)s” không hợp lệ với loại hồ sơ này.")
    hint = N_("Ghi theo mẫu %(example)s.")


@dataclass(frozen=True)
class Period:
    """One checked period: the school year `2026-2027` and, for shorter kinds, its part like `W12`."""

    year: str
    part: str

    @property
    def number(self) -> int:
        """The number of the term, month or week; 0 for a whole year."""
        return int(self.part.lstrip("HKMW") or 0)

    def __str__(self) -> str:
        return f"{self.year}/{self.part}" if self.part else self.year


def parse_period(text: str, kind: PeriodKind) -> Period:
    """Read a period of `kind`; raises `BadPeriod`."""
    found = _FORM.fullmatch(text)
    part = (found and found["part"]) or ""
    if found is None or int(found["second"]) != int(found["first"]) + 1 or _kind_of(part) is not kind:
        raise BadPeriod(period=text[:40], example=_EXAMPLE[kind])
    period = Period(f"{found['first']}-{found['second']}", part)
    if part and not 1 <= period.number <= _LAST[kind]:
        raise BadPeriod(period=text[:40], example=_EXAMPLE[kind])
    return period


def is_year(text: str) -> bool:
    """Tell whether a text is a school year, like `2026-2027`."""
    found = _YEAR.fullmatch(text)
    return found is not None and int(found["second"]) == int(found["first"]) + 1


def year_in(period: str) -> str:
    """Return the school year that a period begins with, or the present one where it names none."""
    found = _YEAR.match(period)
    return found[0] if found and int(found["second"]) == int(found["first"]) + 1 else present_year()


def period_of(year: str, kind: PeriodKind, number: int) -> Period:
    """Return the period of `kind` with a number in a school year; a whole year has the number 0."""
    if kind is PeriodKind.YEAR:
        return Period(year, "")
    width = 1 if kind is PeriodKind.TERM else 2
    return Period(year, f"{_PREFIX[kind]}{number:0{width}}")


def periods_in(year: str) -> list[str]:
    """List every period that a school year may have, as an index by period is asked for them."""
    parts = [period_of(year, kind, number) for kind, last in _LAST.items() for number in range(1, last + 1)]
    return [year, *map(str, parts)]


def _kind_of(part: str) -> PeriodKind:
    by_prefix = {"H": PeriodKind.TERM, "M": PeriodKind.MONTH, "W": PeriodKind.WEEK}
    return by_prefix[part[0]] if part else PeriodKind.YEAR


_LABELS = {"HK": N_("Học kỳ %(number)s"), "M": N_("Tháng %(number)s"), "W": N_("Tuần %(number)s")}


def label_parts(period: str) -> tuple[str, int, str]:
    """Split a stored period into a message to translate, its number and the school year."""
    year, _, part = period.partition("/")
    prefix = part.rstrip("0123456789")
    return _LABELS.get(prefix, N_("Cả năm")), int(part[len(prefix) :] or 0), year


def period_phrase(period: str) -> Phrase:
    """Return what a sentence calls a period, like `Tuần 12, năm học 2026-2027`."""
    message, number, year = label_parts(period)
    return Phrase(
        N_("%(period)s, năm học %(year)s"), {"period": Phrase(message, {"number": number}), "year": year}
    )


def vietnamese_label(period: str) -> str:
    """Return what a document in Vietnamese says, like `Tuần 12, năm học 2026-2027`."""
    return str(period_phrase(period))
