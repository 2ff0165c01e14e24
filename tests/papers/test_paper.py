"""What a paper's description refuses, and its lines of number, date and recipients."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from app.papers.paper import (
    Column,
    Fields,
    Signature,
    Table,
    list_of_recipients,
    numbered,
    place_and_date,
)
from tests.papers import examples


@pytest.mark.parametrize(
    ("number", "line"),
    [(5, "Số: 05/QĐ-THA"), (12, "Số: 12/QĐ-THA"), (345, "Số: 345/QĐ-THA"), (None, "Số: …………/QĐ-THA")],
)
def test_small_numbers_have_a_zero_in_front_and_missing_ones_have_room(number: int | None, line: str) -> None:
    assert numbered(number, "QĐ-THA") == line


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2026, 1, 9), "An Bình, ngày 09 tháng 01 năm 2026"),
        (date(2026, 2, 10), "An Bình, ngày 10 tháng 02 năm 2026"),
        (date(2026, 3, 1), "An Bình, ngày 01 tháng 3 năm 2026"),
        (date(2026, 11, 20), "An Bình, ngày 20 tháng 11 năm 2026"),
    ],
)
def test_a_date_is_written_as_the_decree_asks(day: date, line: str) -> None:
    assert place_and_date("An Bình", day) == line


def test_a_date_without_a_place_begins_with_a_capital() -> None:
    assert place_and_date("", date(2026, 11, 20)) == "Ngày 20 tháng 11 năm 2026"


def test_recipients_end_in_semicolons_and_a_full_stop() -> None:
    assert list_of_recipients(("Như trên", "Lưu: VT")) == ("- Như trên;", "- Lưu: VT.")
    assert list_of_recipients(()) == ()


def test_fields_without_a_value_are_left_out() -> None:
    assert Fields((("Lớp", "4A"), ("Môn", ""))).filled == [("Lớp:", "4A")]


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="cells"):
        Table((Column("a"), Column("b")), (("1", "2"), ("1",)))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(examples.laptop_list(), made_at=datetime(2026, 11, 20))  # noqa: DTZ001 -- that is the point


def test_four_signatures_do_not_fit() -> None:
    with pytest.raises(ValueError, match="signatures"):
        replace(examples.laptop_list(), signatures=(Signature(("A",)),) * 4)
