"""Workbooks that we write: real dates, a head that filters, and no text that turns into a formula."""

import io
import unicodedata
import zipfile
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook

from app.sheets.writing import Page, SheetColumn, Value, workbook_of

COLUMNS = (SheetColumn("STT", 6), SheetColumn("Hồ sơ", 40), SheetColumn("Ngày nộp", 18))


def opened(*rows: tuple[Value, ...], title: str = "Minh chứng tháng 11") -> Workbook:
    return load_workbook(io.BytesIO(workbook_of(Page(title, COLUMNS, rows))))


def test_the_head_is_bold_stays_in_sight_and_filters() -> None:
    sheet = opened((1, "Sổ chủ nhiệm", None), (2, "Kế hoạch", None)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["STT", "Hồ sơ", "Ngày nộp"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"
    assert sheet.column_dimensions["B"].width == 40


def test_numbers_dates_and_times_stay_what_they_are() -> None:
    moment = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    sheet = opened((1, "a", date(2026, 11, 5)), (2.5, "b", moment), (None, "c", None)).worksheets[0]
    assert [cell.value for cell in sheet["A"]][1:] == [1, 2.5, None]
    assert sheet["C2"].is_date
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert sheet["C2"].value.date() == date(2026, 11, 5)
    assert sheet["C3"].number_format == "dd/mm/yyyy hh:mm"
    assert sheet["C3"].value.isoformat() == "2026-11-21T01:30:00"


@pytest.mark.parametrize("text", ["=1+1", "+84 912", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_is_text(text: str) -> None:
    cell = opened((1, text, None)).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


def test_no_workbook_holds_a_formula() -> None:
    content = workbook_of(Page("=x", (SheetColumn("=1+1"),), (("=cmd|' /C calc'!A0",),)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_ordinary_text_has_no_mark_in_front() -> None:
    assert not opened((1, "Tổ 1 = Tổ 2", None)).worksheets[0]["B2"].quotePrefix


def test_letters_are_composed_and_control_characters_dropped() -> None:
    text = unicodedata.normalize("NFD", "Kế hoạch") + "\x07"
    assert opened((1, text, None)).worksheets[0]["B2"].value == "Kế hoạch"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Năm học 2026/2027: [tổ 1]", "Năm học 2026 2027   tổ 1"),
        ("Rất dài " * 10, "Rất dài Rất dài Rất dài Rất dài"),
        ("'?'", "Danh sách"),
    ],
)
def test_a_sheet_bears_the_title_as_far_as_the_format_allows(title: str, name: str) -> None:
    assert opened(title=title).sheetnames == [name]


def test_a_list_without_rows_still_has_its_head() -> None:
    sheet = opened().worksheets[0]
    assert (sheet.max_row, sheet.auto_filter.ref) == (1, "A1:C1")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        opened((1, "a", datetime(2026, 11, 20)))  # noqa: DTZ001 -- that is the point


def test_several_pages_stand_side_by_side() -> None:
    guide = Page("Hướng dẫn", (SheetColumn("Cột"), SheetColumn("Cách ghi", 80)), [("Lớp", "Bắt buộc.")])
    book = load_workbook(io.BytesIO(workbook_of(Page("Lớp học", COLUMNS), guide)))
    assert book.sheetnames == ["Lớp học", "Hướng dẫn"]
    assert book.properties.title == "Lớp học"
    assert [book["Hướng dẫn"].column_dimensions[letter].width for letter in "AB"] == [30, 80]
    assert book["Hướng dẫn"]["B2"].alignment.wrap_text
