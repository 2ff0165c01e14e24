"""Dates and numbers in cells: read as people in Vietnam write them, or a fault that says how to mend it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sheets.cells import Cell, Fault
from app.sheets.dates import Span, date_in
from app.sheets.numbers import whole_number_in

SCHOOL_YEAR = Span(date(2026, 8, 1), date(2027, 7, 31))
BEGIN = date(2026, 9, 5)


def typed(text: str) -> Cell:
    return Cell("C5", text)


def complaint(found: object) -> tuple[str, str]:
    assert isinstance(found, Fault)
    return found.message % found.values, found.mend % found.values


@pytest.mark.parametrize(
    "text",
    [
        "5/9/2026",
        "05/09/2026",
        "5-9-2026",
        "5.9.2026",
        "05 / 09 / 2026",
        "2026-09-05",
        "2026/9/5",
        "2026-09-05 00:00:00",
        "05/09/2026 07:30",
        "ngày 5 tháng 9 năm 2026",
        "5 tháng 9, 2026",
        "Thứ Bảy, 05/09/2026",
        "T7 5/9/2026",
        "5/9/26",
        "46270",
    ],
)
def test_a_date_is_read_however_it_was_typed(text: str) -> None:
    assert date_in(typed(text)) == BEGIN


def test_what_excel_keeps_is_taken_as_it_is() -> None:
    assert date_in(Cell("C5", "05/09/2026", BEGIN)) == BEGIN
    assert date_in(Cell("C5", "46270", 46270.0)) == BEGIN


@pytest.mark.parametrize("text", ["05-09-26", "5/9", "05.09", "5 tháng 9"])
def test_a_year_of_two_digits_or_none_is_found_within_the_school_year(text: str) -> None:
    assert date_in(typed(text), SCHOOL_YEAR) == BEGIN


def test_years_of_two_digits_are_those_of_people_now() -> None:
    assert date_in(typed("1/2/85")) == date(1985, 2, 1)
    assert date_in(typed("1/2/05")) == date(2005, 2, 1)


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "0/1/2026", "tuần 1", "2026", "5/9", "5/2026", "1,5", "9999999", "9" * 400, "²/9/2026"],
)
def test_what_is_no_date_is_a_fault_of_its_cell(text: str) -> None:
    fault = date_in(typed(text))

    assert isinstance(fault, Fault)
    assert (fault.row, fault.cell) == (5, "C5")
    assert complaint(fault) == (
        f"“{text}” không phải là một ngày có thật.",
        "Ghi ngày/tháng/năm với bốn chữ số của năm, ví dụ 05/09/2026.",
    )


def test_a_month_before_its_day_is_pointed_out() -> None:
    assert complaint(date_in(typed("9/15/2026"))) == (
        "“9/15/2026”: không có tháng 15, có lẽ tháng được ghi trước ngày.",
        "Ghi ngày trước tháng: 15/09/2026.",
    )


def test_what_can_be_understood_in_two_ways_is_not_guessed() -> None:
    assert complaint(date_in(typed("05-09-26")))[0] == (
        "“05-09-26” có thể hiểu là 26/09/2005 hoặc 05/09/2026."
    )
    assert isinstance(date_in(typed("5/8"), Span(date(2026, 8, 1), date(2027, 8, 31))), Fault)


def test_a_date_outside_the_school_year_is_a_fault() -> None:
    assert complaint(date_in(typed("5/9/2025"), SCHOOL_YEAR)) == (
        "Ngày 05/09/2025 nằm ngoài khoảng từ 01/08/2026 đến 31/07/2027.",
        "Kiểm tra lại ngày, tháng và năm.",
    )


def test_an_empty_cell_is_asked_for() -> None:
    assert complaint(date_in(typed("")))[0] == "Chưa ghi ngày."


@settings(deadline=None)
@given(st.dates(date(1930, 1, 1), date(2110, 1, 1)))
def test_every_day_is_read_in_every_full_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)) / timedelta(days=1)
    for text in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        day.strftime("%d-%m-%Y"),
        str(int(serial)),
    ):
        assert date_in(typed(text)) == day


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from([None, SCHOOL_YEAR]))
def test_any_text_is_a_date_or_a_fault(text: str, span: Span | None) -> None:
    assert isinstance(date_in(typed(text), span), date | Fault)


@pytest.mark.parametrize(("text", "number"), [("35", 35), ("1.0", 1), ("2,0", 2), ("0", 0)])
def test_whole_numbers_are_read_from_text_too(text: str, number: int) -> None:
    assert whole_number_in(typed(text), 0, 35) == number


@pytest.mark.parametrize("text", ["36", "-1", "1.5", "1.000", "ba", "", "3 tiết", "²", "9" * 30])
def test_what_is_no_whole_number_in_bounds_is_a_fault(text: str) -> None:
    assert complaint(whole_number_in(typed(text), 0, 35)) == (
        f"“{text}” không phải là một số từ 0 đến 35.",
        "Ghi chỉ một số nguyên vào ô, không kèm chữ.",
    )
