"""The board's numbers add up to what is owed, and its windows and columns follow the calendar."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.calendar.making import default_calendar
from app.catalogue.models import PeriodKind
from app.context import Context
from app.db import now
from app.errors import InvalidRequest
from app.obligations.board import Counted, Debtor, Mark, Tally, counted, total
from app.obligations.board_forms import asked_from
from app.obligations.building import build
from app.obligations.models import Obligation
from app.obligations.reach import Scope
from app.obligations.tables import by_period, by_type
from app.obligations.windows import overview_columns, period_columns
from app.people.models import User
from app.schools.queries import school_by_code
from app.teaching.classes import ClassData, put_class
from tests.browsing import signed_in
from tests.conftest import Cast
from tests.handing_in import hand_in

YEAR = "2026-2027"
CALENDAR = default_calendar(YEAR)
TALLIES = st.builds(Tally, *[st.integers(0, 50)] * 5)


@pytest.mark.parametrize(
    ("tally", "mark", "number"),
    [
        (Tally(missing=3, late=1, under_way=2, returned=1, filed=4), Mark.LATE, 1),
        (Tally(under_way=2, returned=1, filed=4), Mark.RETURNED, 1),
        (Tally(missing=9, under_way=2, filed=4), Mark.UNDER_WAY, 2),
        (Tally(missing=9, filed=4), Mark.MISSING, 9),
        (Tally(filed=4), Mark.FILED, 4),
        (Tally(), Mark.NOTHING, 0),
    ],
)
def test_a_cell_tells_the_worst_of_what_it_counts(tally: Tally, mark: Mark, number: int) -> None:
    assert (tally.mark, tally.counted) == (mark, number)


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from(["X", "Y"])), TALLIES))
def test_rows_and_columns_add_up_to_the_same(cells: dict[tuple[str, str], Tally]) -> None:
    rows = [
        Counted(Debtor(f"u:{who}", None, who, ""), code, code, tally) for (who, code), tally in cells.items()
    ]
    table = by_period(rows, ["X", "Y"])
    assert total(table.row_totals.values()) == total(table.column_totals.values()) == table.total
    assert table.total.total == sum(tally.total for tally in cells.values())


def test_the_weeks_of_a_year_are_shown_by_months_and_those_of_a_month_one_by_one() -> None:
    months = list(dict.fromkeys(period_columns(CALENDAR, YEAR, PeriodKind.WEEK).values()))
    assert months[0] == f"{YEAR}/M09"
    assert len(months) == 9
    weeks = period_columns(CALENDAR, f"{YEAR}/M10", PeriodKind.WEEK)
    assert list(weeks) == list(weeks.values())
    assert all("/W" in week for week in weeks)


def test_a_terms_window_leaves_out_what_is_due_once_a_year() -> None:
    inside = overview_columns(CALENDAR, f"{YEAR}/HK1")
    assert f"{YEAR}/W18" in inside
    assert {YEAR, f"{YEAR}/W19"}.isdisjoint(inside)


def test_a_window_is_a_period_of_the_calendar_or_else_the_year() -> None:
    assert asked_from({"window": f"{YEAR}/W12"}, CALENDAR).window == f"{YEAR}/W12"
    assert asked_from({}, CALENDAR).window == YEAR
    with pytest.raises(InvalidRequest):
        asked_from({"window": f"{YEAR}/W77"}, CALENDAR)


def test_the_board_counts_every_obligation_once(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf("một"), period=f"{YEAR}/W30")
    with context.database.transaction() as session:
        school_id = school_by_code(session, "truong-a").id
        cells = counted(session, Scope(school_id), YEAR, now(), overview_columns(CALENDAR, YEAR))
        owed = session.scalar(
            select(func.count()).where(Obligation.school_id == school_id, Obligation.year == YEAR)
        )
    assert total(cell.tally for cell in cells).total == owed
    (own,) = [c for c in cells if c.debtor.asked_id == cast.teacher.user_id and c.code == "KHBD"]
    assert (own.tally.under_way, own.tally.total, own.debtor.department) == (1, 35, "Tổ 1")
    tables = by_type(cells, ["KHBD", "KHTCM", "KHGDNT"])
    assert set(tables) == {"u", "d", "s"}
    assert len(tables["d"].rows) == 2


def test_a_department_is_asked_through_its_head_and_a_class_without_a_teacher_stands_apart(
    context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
        put_class(session, school, YEAR, ClassData("5Z", 5))
        build(session, school.id, YEAR)
        cells = counted(session, Scope(school.id), YEAR, now(), overview_columns(CALENDAR, YEAR))
    tables = by_type(cells, ["SGDB", "KHTCM", "KHGDNT"])

    assert {row.department: row.asked_id for row in tables["d"].rows}["Tổ 1"] == cast.head.user_id
    assert [row.asked_id for row in tables["s"].rows] == [cast.clerk.user_id]
    (nobody,) = tables["c"].rows
    assert (nobody.asked_id, tables["c"].cells[nobody.key, "SGDB"].total) == (None, 9)


def test_namesakes_are_told_apart_and_units_lead_to_whoever_hands_in(
    context: Context, client: FlaskClient, cast: Cast
) -> None:
    with context.database.transaction() as session:
        namesake = session.scalars(select(User).where(User.email == "gv2@truong-a.example")).one()
        namesake.name = cast.teacher.name

    page = signed_in(client.application, cast.principal.email).get("/theo-doi").text

    assert "<small>Tổ 1 · GV01</small>" in page
    assert f'<a href="/theo-doi/nguoi/{cast.head.user_id}">Tổ 1</a><small>Người nộp: ' in page
