"""A calendar from a foreign workbook: read into the form, faults named by cell, nothing saved unseen."""

import io
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from app.calendar.importing import Imported, calendar_in, read_weeks
from app.calendar.making import Layout, default_calendar, laid_out
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.context import Context
from app.pdf.sandbox import Sandbox
from app.schools.queries import school_by_code
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import hand_in
from tests.sheets.books import real_file, sheet_of

YEAR = "2026-2027"
PRESENT = default_calendar(YEAR)
EARLIER = laid_out(YEAR, Layout(date(2026, 8, 31), (18, 17)), PRESENT.holidays)
HEADINGS = ("Tuần", "Từ ngày", "Đến ngày")

Rows = list[list[object]]


def rows_of_weeks() -> Rows:
    """The weeks of a year that begins a week earlier than the default."""
    return [[each.number, each.starts_on, each.ends_on] for each in EARLIER.of_kind(PeriodKind.WEEK)]


def workbook(rows: Sequence[Sequence[object]], headings: Sequence[object] = HEADINGS) -> bytes:
    return sheet_of([["KẾ HOẠCH THỜI GIAN NĂM HỌC 2026-2027"], headings, *rows])


def imported(sandbox: Sandbox, content: bytes) -> Imported:
    with real_file(content) as file:
        return calendar_in(read_weeks(sandbox, file, len(content)), PRESENT)


def test_weeks_are_read_and_terms_shared_as_before(sandbox: Sandbox) -> None:
    found = imported(sandbox, workbook(rows_of_weeks()))
    assert found.faults == []
    assert set(found.calendar.periods) == set(EARLIER.periods)


def test_a_column_names_the_term_and_dates_may_be_text(sandbox: Sandbox) -> None:
    rows = [
        [f"Tuần {number}", f"{start:%d/%m/%Y}", f"{end:%d-%m-%y}", "Học kỳ I" if index < 17 else "HK2"]
        for index, (number, start, end) in enumerate(
            (each.number, each.starts_on, each.ends_on) for each in EARLIER.of_kind(PeriodKind.WEEK)
        )
    ]
    found = imported(sandbox, workbook(rows, (*HEADINGS, "Học kỳ")))
    assert found.faults == []
    first = found.calendar.of_kind(PeriodKind.TERM)[0]
    assert sum(first.covers(week) for week in found.calendar.of_kind(PeriodKind.WEEK)) == 17


def test_overlapping_weeks_are_named_by_row_and_cell(sandbox: Sandbox) -> None:
    rows = rows_of_weeks()
    rows[4][1] = date(2026, 9, 24)
    fault = imported(sandbox, workbook(rows)).faults[0]
    assert (fault.row, fault.cell) == (7, "B7")
    assert "24/09/2026" in fault.message % fault.values


@pytest.mark.parametrize(
    ("row", "column", "value", "cell"),
    [(2, 1, "31/02/2027", "B5"), (3, 0, "mười", "A6"), (3, 0, 54, "A6"), (5, 2, "ngày kia", "C8")],
)
def test_what_is_no_date_or_number_is_named_by_its_cell(
    sandbox: Sandbox, row: int, column: int, value: object, cell: str
) -> None:
    rows = rows_of_weeks()
    rows[row][column] = value
    assert [each.cell for each in imported(sandbox, workbook(rows)).faults] == [cell]


def test_a_week_twice_or_left_out_is_told(sandbox: Sandbox) -> None:
    rows = rows_of_weeks()
    rows[6][0] = 6
    messages = [each.message % each.values for each in imported(sandbox, workbook(rows)).faults]
    assert "Kỳ này được ghi 2 lần." in messages
    assert "Thiếu tuần 7 ở phía trước." in messages


def test_half_a_year_is_no_calendar(sandbox: Sandbox) -> None:
    fault = imported(sandbox, workbook(rows_of_weeks()[:18])).faults[0]
    assert "học kỳ 2" in fault.message % fault.values


def test_the_page_shows_the_weeks_and_saves_nothing(context: Context) -> None:
    principal = signed_in(application_on(context), "hieutruong@truong-a.example")
    page, path = f"/nam-hoc/truong-a/sua?nam={YEAR}", f"/nam-hoc/truong-a/tep?nam={YEAR}"
    shown = send(principal, path, page, file=(io.BytesIO(workbook(rows_of_weeks())), "lich.xlsx"))
    assert shown.status_code == 200
    assert 'name="W01-from" value="2026-08-31"' in shown.text
    rows = rows_of_weeks()
    rows[4][1] = rows[3][1]
    wrong = send(principal, path, page, file=(io.BytesIO(workbook(rows)), "lich.xlsx"))
    assert wrong.status_code == 422
    assert "Dòng 7, ô B7" in wrong.text
    assert send(principal, path, page, file=(io.BytesIO(b"no workbook"), "lich.xlsx")).status_code == 422
    assert send(principal, path, page).status_code == 422
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
        assert calendar_of(session, school.id, YEAR).digest == PRESENT.digest


def test_a_file_without_a_week_that_holds_records_is_not_taken(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf("tuần cuối"), period=f"{YEAR}/W35")
    principal = signed_in(application_on(context), "hieutruong@truong-a.example")
    page, path = f"/nam-hoc/truong-a/sua?nam={YEAR}", f"/nam-hoc/truong-a/tep?nam={YEAR}"
    content = workbook(rows_of_weeks()[:-1])
    refused = send(principal, path, page, file=(io.BytesIO(content), "lich.xlsx"))
    assert refused.status_code == 422
    assert "Trong tệp không có tuần 35, mà tuần này đang có 1 hồ sơ." in refused.text
    assert 'name="W01-from" value="2026-08-31"' not in refused.text
