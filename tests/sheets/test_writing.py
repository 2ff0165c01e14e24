"""Workbooks that we write: what was put in is what Excel shows, and nothing in it acts."""

import io
from datetime import date

from openpyxl import load_workbook

from app.sheets.writing import Page, workbook_of


def test_texts_stay_texts_and_dates_and_numbers_are_what_they_are() -> None:
    row = ("=HYPERLINK(1)", 7, date(2026, 9, 5), None, "+1")
    book = load_workbook(io.BytesIO(workbook_of(Page("Tờ 1", [row], ("A", "B", "C", "D", "E")))))

    cells = book["Tờ 1"][2]
    assert [cell.data_type for cell in cells] == ["s", "n", "d", "n", "s"]
    assert [cell.value for cell in cells][:2] == ["=HYPERLINK(1)", 7]
    assert cells[2].number_format == "dd/mm/yyyy"


def test_headings_are_bold_and_stay_in_sight() -> None:
    sheet = load_workbook(io.BytesIO(workbook_of(Page("Một", [("x",)], ("Tên",)), Page("Hai", [("y",)]))))[
        "Một"
    ]

    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"


def test_columns_are_as_wide_as_asked() -> None:
    sheet = load_workbook(io.BytesIO(workbook_of(Page("Một", [("x", "y")], widths=(10,))))).worksheets[0]

    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [10, 30]
    assert sheet.freeze_panes is None
