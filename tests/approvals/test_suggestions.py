"""What the upload page suggests."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.approvals.suggestions import (
    expected_period,
    period_choices,
    present_calendars,
    title_of,
    types_by_school,
    year_just_over,
)
from app.calendar.days import Calendar
from app.calendar.making import default_calendar
from app.catalogue.models import PeriodKind
from app.catalogue.periods import school_year_of
from app.context import Context
from app.people.authority import Authority
from tests.conftest import Cast


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 9, 7), "2026-2027/W01"),
        (date(2026, 9, 10), "2026-2027/W01"),
        (date(2026, 9, 11), "2026-2027/W02"),
        (date(2026, 11, 19), "2026-2027/W11"),
        (date(2026, 11, 22), "2026-2027/W12"),
        (date(2026, 8, 15), "2026-2027/W01"),
        (date(2027, 7, 30), "2026-2027/W35"),
        (date(2027, 1, 30), "2026-2027/W22"),
    ],
)
def test_plans_are_expected_for_this_week_and_from_friday_on_for_the_next(day: date, week: str) -> None:
    assert expected_period(_calendar(day), PeriodKind.WEEK, day) == week


@pytest.mark.parametrize(
    ("kind", "day", "period"),
    [
        (PeriodKind.MONTH, date(2026, 11, 30), "2026-2027/M11"),
        (PeriodKind.MONTH, date(2027, 2, 1), "2026-2027/M02"),
        (PeriodKind.TERM, date(2026, 12, 31), "2026-2027/HK1"),
        (PeriodKind.TERM, date(2027, 3, 1), "2026-2027/HK2"),
        (PeriodKind.YEAR, date(2027, 3, 1), "2026-2027"),
    ],
)
def test_other_kinds_are_expected_for_the_period_of_the_day(kind: PeriodKind, day: date, period: str) -> None:
    assert expected_period(_calendar(day), kind, day) == period


@pytest.mark.parametrize(("day", "offered"), [(date(2027, 8, 5), True), (date(2027, 11, 5), False)])
def test_until_the_first_week_begins_last_years_periods_are_offered_too(
    context: Context, cast: Cast, day: date, offered: bool
) -> None:
    with context.database.transaction() as session:
        school, types = next(iter(types_by_school(session, cast.teacher).items()))
        (calendar,) = present_calendars(session, [school.id], day)
        before = year_just_over(session, school.id, calendar, day)
        choices = period_choices(types, calendar, day, [before] if before else [])
    terms = next(each for each in choices if each.kind is PeriodKind.TERM)
    assert ("2026-2027/HK2" in terms.periods) is offered
    assert terms.expected == "2027-2028/HK1"


def test_a_school_year_turns_in_august() -> None:
    assert school_year_of(date(2026, 7, 31)) == "2025-2026"
    assert school_year_of(date(2026, 8, 1)) == "2026-2027"


@pytest.mark.parametrize(
    ("file_name", "title"),
    [
        ("KHBD_Tuan_12_Toan.pdf", "KHBD Tuan 12 Toan"),
        ("Bài 5.PDF", "Bài 5"),
        ("C:\\Hồ sơ\\Bài 5.pdf", "Bài 5"),
        ("Ba\u0300i 5.pdf", "Bài 5"),
        ("a\u0000b\u202e.pdf", "ab"),
        (".pdf", ""),
        ("x" * 300 + ".pdf", "x" * 196),
    ],
)
def test_a_file_lends_its_name_as_title(file_name: str, title: str) -> None:
    assert title_of(file_name) == title


def offered_to(session: Session, who: Authority) -> set[str]:
    return {each.code for types in types_by_school(session, who).values() for each in types}


def test_people_are_offered_what_they_hand_in(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        offered = {
            role: offered_to(session, getattr(cast, role)) for role in ("teacher", "head", "clerk", "officer")
        }
    books = {"HB", "BTHKQ", "SGDB"}
    assert offered["teacher"] == {"KHBD", "SCN"} | books
    assert offered["head"] == {"KHBD", "SCN", "KHTCM", "SSHCM"} | books
    assert offered["clerk"] == {"KHGDNT", "SDB", "SQLCB", "SQLVB", "HSTSTC", "HSPCGD"} | books
    assert offered["officer"] == set()


def test_the_periods_are_those_of_the_kinds_that_are_offered(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        (calendar,) = present_calendars(session, cast.teacher.own_schools(), date(2026, 11, 22))
        (types,) = types_by_school(session, cast.teacher).values()
        choices = period_choices(types, calendar, date(2026, 11, 22))
    by_kind = {each.kind: each for each in choices}
    assert set(by_kind) == set(PeriodKind)
    assert len(by_kind[PeriodKind.WEEK].periods) == 35
    assert by_kind[PeriodKind.WEEK].expected in by_kind[PeriodKind.WEEK].periods


def _calendar(day: date) -> Calendar:
    return default_calendar(school_year_of(day))
