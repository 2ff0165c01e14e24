"""Foreign tables as schools have them: headers, merged cells, banners, notes, and faults named by cell."""

import unicodedata
from collections.abc import Sequence
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.pdf.sandbox import Sandbox
from app.sheets.cells import Fault, Table, text_of
from app.sheets.forms import Column, Form
from app.sheets.refusals import MissingColumns, TableTooLarge
from tests.sheets.books import saved, sheet_of, table_of

FORM = Form(
    (
        Column("name", "Họ và tên", ("ho va ten", "ten giao vien"), required=True),
        Column("department", "Tổ", ("to", "to chuyen mon"), carries=True),
        Column("subject", "Môn", ("mon", "mon hoc"), required=True, longest=40),
        Column("classes", "Lớp", ("lop", "lop giang day")),
    )
)
HEADINGS = ("Họ và tên", "Tổ", "Môn", "Lớp")
GOOD = ("Người Một", "Tổ 1", "Toán", "6A")
OTHER = ("Người Hai", "Tổ 2", "Ngữ văn", "6B")


def said(table: Table, key: str) -> list[str]:
    return [text_of(row, key) for row in table.rows]


def sentence(fault: Fault) -> str:
    return fault.message % fault.values


def test_a_list_as_school_software_exports_it_is_read_as_people_see_it(sandbox: Sandbox) -> None:
    """Title rows, a two-line header with merged cells, column numbers, banners, signatures below."""
    rows: list[Sequence[object]] = [
        ("UBND XÃ X", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("TRƯỜNG THCS B", None, None, None, "Độc lập - Tự do - Hạnh phúc"),
        (),
        ("PHÂN CÔNG GIẢNG DẠY NĂM HỌC 2026-2027",),
        (),
        ("STT", "Họ và tên", "Tổ chuyên môn", "Phân công", None, "Ghi chú"),
        (None, None, None, "Môn học", "Lớp giảng dạy", None),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        ("I. TỔ TỰ NHIÊN",),
        (1, "Người Một", "Tự nhiên", "Toán", "6A, 6B", None),
        (2, "Người Hai", None, "Tin học", "7A", None),
        (),
        ("II. TỔ XÃ HỘI",),
        (3, "Người Ba", "Xã hội", "Ngữ văn", 8, "nghỉ thai sản"),
        (),
        (None, "Danh sách này có 3 người."),
        (None, "Ngày 5 tháng 9 năm 2026", None, None, "HIỆU TRƯỞNG"),
    ]
    merged = ("A1:C1", "E1:F1", "A4:F4", "A6:A7", "B6:B7", "C6:C7", "D6:E6", "F6:F7", "A9:F9", "A13:F13")

    table = table_of(sandbox, FORM, sheet_of(rows, *merged, "C10:C11"))

    assert said(table, "name") == ["Người Một", "Người Hai", "Người Ba"]
    assert said(table, "department") == ["Tự nhiên", "Tự nhiên", "Xã hội"]
    assert said(table, "subject") == ["Toán", "Tin học", "Ngữ văn"]
    assert said(table, "classes") == ["6A, 6B", "7A", "8"]
    assert [cell.address for cell in table.rows[2].values()] == ["B14", "C14", "D14", "E14"]
    assert table.unused == ("STT", "Ghi chú")
    assert [cell.text for cell in table.banners] == ["I. TỔ TỰ NHIÊN", "II. TỔ XÃ HỘI"]
    assert [cell.address for cell in table.notes] == ["B16", "B17"]
    assert table.faults == table.notices == ()


def test_the_sheet_whose_header_fits_best_is_taken(sandbox: Sandbox) -> None:
    book = Workbook()
    book.worksheets[0].append(["Hướng dẫn"])
    book.create_sheet("Lớp").append(["Họ và tên", "Lớp"])
    right = book.create_sheet("Phân công")
    for row in (HEADINGS, GOOD):
        right.append(list(row))
    hidden = book.create_sheet("Mẫu cũ")
    hidden.append(list(HEADINGS))
    hidden.sheet_state = "hidden"

    table = table_of(sandbox, FORM, saved(book))

    assert table.sheet == "Phân công"
    assert said(table, "name") == ["Người Một"]


def test_missing_columns_are_named_as_people_call_them(sandbox: Sandbox) -> None:
    with pytest.raises(MissingColumns) as refusal:
        table_of(sandbox, FORM, sheet_of([("Họ và tên", "Tổ"), GOOD]))

    assert refusal.value.values["columns"] == "Môn"


def test_a_name_under_one_heading_over_two_columns_is_put_together(sandbox: Sandbox) -> None:
    rows = [("Họ và tên", None, "Môn"), ("Nguyễn Văn", "An", "Toán"), ("Trần", None, "Toán")]

    table = table_of(sandbox, FORM, sheet_of(rows, "A1:B1"))

    assert said(table, "name") == ["Nguyễn Văn An", "Trần"]
    assert table.unused == ()


def test_a_remark_in_brackets_does_not_hide_a_heading(sandbox: Sandbox) -> None:
    assert said(
        table_of(sandbox, FORM, sheet_of([("Họ và tên (*)", "Môn (ghi đủ):"), ("A", "B")])), "name"
    ) == ["A"]


def test_merged_cells_that_hold_no_single_row_are_a_fault(sandbox: Sandbox) -> None:
    rows = [HEADINGS, GOOD, ("Người Hai", "Tổ 1", None, "6B"), OTHER]

    (fault,) = table_of(sandbox, FORM, sheet_of(rows, "C2:C3")).faults

    assert (fault.row, fault.cell) == (2, "C2")
    assert sentence(fault) == "Ô bị gộp với các ô dưới đến C3, không rõ giá trị thuộc dòng nào."
    assert fault.mend == "Bỏ gộp ô rồi ghi giá trị vào từng dòng."


def test_a_merged_department_makes_no_rows_of_empty_lines(sandbox: Sandbox) -> None:
    rows = [("STT", *HEADINGS), (1, *GOOD), (2, "Người Hai", None, "Toán", "6B"), (3,), (4,)]

    table = table_of(sandbox, FORM, sheet_of(rows, "C2:C5"))

    assert said(table, "department") == ["Tổ 1", "Tổ 1"]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#VALUE!"])
def test_a_broken_formula_is_named_with_its_cell(sandbox: Sandbox, error: str) -> None:
    (fault,) = table_of(sandbox, FORM, sheet_of([HEADINGS, (*GOOD[:2], error, "6A")])).faults

    assert (fault.row, fault.cell) == (2, "C2")
    assert sentence(fault) == f"Công thức bị lỗi: {error}."


def test_a_broken_formula_outside_the_form_disturbs_nobody(sandbox: Sandbox) -> None:
    assert table_of(sandbox, FORM, sheet_of([(*HEADINGS, "Sĩ số"), (*GOOD, "#REF!")])).faults == ()


def test_a_text_longer_than_its_column_allows_is_a_fault(sandbox: Sandbox) -> None:
    table = table_of(sandbox, FORM, sheet_of([HEADINGS, (*GOOD[:2], "x" * 41, "6A"), OTHER]))

    assert [sentence(fault) for fault in table.faults] == ["Nội dung dài quá 40 ký tự."]


def test_decomposed_letters_are_composed_in_headings_and_cells(sandbox: Sandbox) -> None:
    apart = [tuple(unicodedata.normalize("NFD", text) for text in row) for row in (HEADINGS, GOOD)]

    assert said(table_of(sandbox, FORM, sheet_of(apart)), "subject") == ["Toán"]


def test_old_text_is_converted_and_every_change_is_shown(sandbox: Sandbox) -> None:
    rows = [("Hä vµ tªn", "Tæ", "M«n", "Líp"), ("NguyÔn V¨n H\u00adng", "Tæ 1", "To¸n", "6A")]

    table = table_of(sandbox, FORM, sheet_of(rows))

    assert [said(table, key) for key in ("name", "department", "subject")] == [
        ["Nguyễn Văn Hưng"],
        ["Tổ 1"],
        ["Toán"],
    ]
    assert [sentence(notice) for notice in table.notices if notice.cell == "C2"] == [
        "Đã chuyển từ TCVN3: “To¸n” thành “Toán”."
    ]
    assert table.rows[0]["name"].before == "NguyÔn V¨n Hng"


def test_text_that_could_be_either_stays_and_is_pointed_out(sandbox: Sandbox) -> None:
    rows = [HEADINGS, ("TrÇn V¨n", *GOOD[1:]), ("Nguyễn Văn", *GOOD[1:]), ("Dòng", *GOOD[1:])]

    table = table_of(sandbox, FORM, sheet_of(rows))

    assert said(table, "name") == ["Trần Văn", "Nguyễn Văn", "Dòng"]
    assert [notice.cell for notice in table.notices] == ["A2", "A4"]


def test_numbers_and_dates_keep_their_value_beside_their_text(sandbox: Sandbox) -> None:
    def keep_zeros(sheet: Worksheet) -> None:
        sheet["B2"].number_format = "0000000000"

    rows = [HEADINGS, (date(2026, 9, 5), 912345678, 0.1 + 0.2, 912345678.0)]

    (row,) = table_of(sandbox, FORM, sheet_of(rows, finish=keep_zeros)).rows

    assert (row["name"].text, row["name"].value) == ("05/09/2026", date(2026, 9, 5))
    assert (row["department"].text, row["subject"].text) == ("0912345678", "0.3")
    assert (row["classes"].text, row["classes"].value) == ("912345678", 912345678.0)


def test_notes_directly_below_are_known_by_their_words(sandbox: Sandbox) -> None:
    table = table_of(sandbox, FORM, sheet_of([HEADINGS, GOOD, ("Người lập biểu", None, None, "Hiệu trưởng")]))

    assert [cell.text for cell in table.notes] == ["Người lập biểu"]


def test_a_row_that_lacks_almost_everything_is_no_note(sandbox: Sandbox) -> None:
    table = table_of(sandbox, FORM, sheet_of([HEADINGS, GOOD, (None, None, None, "6C")]))

    assert said(table, "classes") == ["6A", "6C"]
    assert table.notes == ()


def test_more_rows_than_allowed_are_refused_and_empty_ones_are_not_counted(sandbox: Sandbox) -> None:
    spaced = [HEADINGS, *(row for _ in range(5) for row in (GOOD, ()))]
    assert len(table_of(sandbox, FORM, sheet_of(spaced), most_rows=5).rows) == 5

    for rows in (6, 200):
        with pytest.raises(TableTooLarge):
            table_of(sandbox, FORM, sheet_of([HEADINGS, *([GOOD] * rows)]), most_rows=5)


def test_columns_without_a_name_are_kept_where_the_form_wants_them(sandbox: Sandbox) -> None:
    form = Form(FORM.columns[:1], keeps_others=True)
    rows = [("Họ và tên", "Phân công"), (None, "6A", "6B", "6B"), ("Người Một", "Toán", None, "Tin học")]

    table = table_of(sandbox, form, sheet_of(rows, "A1:A2", "B1:D1"))

    (row,) = table.rows
    assert {key: cell.text for key, cell in row.items()} == {
        "name": "Người Một",
        "Phân công 6A": "Toán",
        "Phân công 6B": "",
        "Phân công 6B (D)": "Tin học",
    }
