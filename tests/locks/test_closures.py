"""What is closed: locks of a school, windows of the offices above it, and which of them wins."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.clock import today
from app.context import Context
from app.errors import NotFound, Refused
from app.locks.closures import Closure, closures_of
from app.locks.locking import Closing, lock
from app.locks.models import OfficeWindow
from app.locks.refusals import BadWindow, BadWindowDays, WindowInThePast, WindowOver
from app.locks.windows import Window, end_window, set_window
from app.people.authority import Authority
from app.schools.models import Office, School
from tests.conftest import Cast

YEAR = "2025-2026"


def school(session: Session, code: str = "truong-a") -> int:
    return session.scalars(select(School.id).where(School.code == code)).one()


def term_end(session: Session, number: int) -> date:
    terms = calendar_of(session, school(session), YEAR).of_kind(PeriodKind.TERM)
    return terms[number - 1].ends_on


def lay(session: Session, officer: Authority, kind: str, **more: Any) -> OfficeWindow:
    window = Window(officer.office_ids()[0], YEAR, kind, "Theo lịch của cấp trên", **more)
    return set_window(session, officer, window)


def over(session: Session, day: date, period: str, code: str = "KHBD") -> Closure | None:
    return closures_of(session, [school(session)], day).over(school(session), code, period)


@pytest.mark.parametrize(
    ("period", "term"),
    [(f"{YEAR}/W01", 1), (f"{YEAR}/HK1", 1), (f"{YEAR}/W30", 2), (f"{YEAR}/HK2", 2), (YEAR, 2)],
)
def test_a_window_closes_what_belongs_to_a_term_so_many_days_after_its_end(
    context: Context, cast: Cast, period: str, term: int
) -> None:
    with context.database.transaction() as session:
        lay(session, cast.officer, "close", days=10)
        last_day = term_end(session, term) + timedelta(days=10)
        assert over(session, last_day, period) is None
        closed = over(session, last_day + timedelta(days=1), period)
        assert closed is not None
        assert (closed.by_office, closed.who) == (True, "Phòng Văn hóa – Xã hội (mẫu)")
        assert over(session, last_day + timedelta(days=1), "2026-2027/W01") is None


def test_an_opening_lifts_the_closings_of_its_office_and_of_those_below_for_its_days(
    context: Context, cast: Cast
) -> None:
    first, last = today(), today() + timedelta(days=14)
    with context.database.transaction() as session:
        lay(session, cast.officer, "close", days=10)
        lay(session, cast.provincial_officer, "open", opens_on=first, closes_on=last)
        for day, is_open in (
            (first - timedelta(days=1), False),
            (first, True),
            (last, True),
            (last + timedelta(days=1), False),
        ):
            assert (over(session, day, YEAR) is None) == is_open, day


def test_an_opening_lifts_neither_an_office_aboves_closing_nor_a_schools_own_lock(
    context: Context, cast: Cast
) -> None:
    day = today()
    with context.database.transaction() as session:
        lay(session, cast.officer, "open", opens_on=day, closes_on=day)
        lock(session, cast.principal, school(session), Closing(f"{YEAR}/M09", "Đã xong"))
        locked = over(session, day, f"{YEAR}/M09")
        assert locked is not None
        assert (locked.by_office, locked.who) == (False, cast.principal.name)
        assert over(session, day, f"{YEAR}/M10") is None
        lay(session, cast.provincial_officer, "close", days=0)
        closed = over(session, day, f"{YEAR}/M10")
        assert closed is not None
        assert closed.who == "Sở Giáo dục và Đào tạo (mẫu)"


def test_a_window_for_one_type_leaves_the_others_open(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        lay(session, cast.provincial_officer, "close", days=0, record_type_code="KHBD")
        assert over(session, today(), YEAR, "KHBD") is not None
        assert over(session, today(), YEAR, "SCN") is None


def test_a_window_that_was_taken_back_closes_nothing(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        laid = lay(session, cast.officer, "close", days=0)
        assert over(session, today(), YEAR) is not None
        with pytest.raises(NotFound):
            end_window(session, cast.provincial_officer, laid.id)
        end_window(session, cast.officer, laid.id)
        assert over(session, today(), YEAR) is None
        with pytest.raises(WindowOver):
            end_window(session, cast.officer, laid.id)


@pytest.mark.parametrize(
    ("kind", "days", "refusal"),
    [
        ("close", {}, BadWindowDays),
        ("close", {"days": -1}, BadWindowDays),
        ("open", {"opens_on": date(2026, 8, 15), "closes_on": date(2026, 8, 1)}, BadWindow),
        ("open", {"opens_on": date(2020, 8, 1), "closes_on": date(2020, 8, 15)}, WindowInThePast),
    ],
)
def test_a_window_with_impossible_days_is_refused(
    context: Context, cast: Cast, kind: str, days: dict[str, Any], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal), context.database.transaction() as session:
        lay(session, cast.officer, kind, **days)


def test_nobody_lays_a_window_for_another_office(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        province = session.scalars(select(Office.id).where(Office.code == "so")).one()
        for person in (cast.officer, cast.principal):
            with pytest.raises(NotFound):
                set_window(session, person, Window(province, YEAR, "close", "Tự ý", days=0))


def test_asking_about_many_records_costs_one_statement_while_nothing_is_closed(context: Context) -> None:
    sent: list[str] = []
    note: Callable[..., None] = lambda *called: sent.append(called[2])  # noqa: E731
    with context.database.transaction() as session:
        school_id = school(session)
        event.listen(context.database.engine, "before_cursor_execute", note)
        closures = closures_of(session, [school_id])
        for week in range(1, 36):
            assert closures.over(school_id, "KHBD", f"{YEAR}/W{week:02}") is None
        event.remove(context.database.engine, "before_cursor_execute", note)
    assert len(sent) == 1
