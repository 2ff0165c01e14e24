"""Workbooks for a school's office, in Vietnamese: the staff list to fill in, and the temporary passwords."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LIST_HEADINGS = ("Họ và tên", "Địa chỉ thư", "Vai trò", "Tổ", "Mã định danh")
_ROLES = "Hiệu trưởng, Phó hiệu trưởng, Tổ trưởng, Tổ phó, Giáo viên, Văn thư, Quản trị hồ sơ"
_PASSWORD_HEADINGS = ("Họ và tên", "Địa chỉ thư", "Mật khẩu tạm")


def staff_list_template(departments: Sequence[str]) -> bytes:
    """Return an empty staff list whose second sheet says what each column takes."""
    workbook, sheet = _workbook("Danh sách", _LIST_HEADINGS)
    guide = workbook.create_sheet("Hướng dẫn")
    _append(
        guide,
        [
            ("Họ và tên", "Bắt buộc, có dấu."),
            ("Địa chỉ thư", "Bắt buộc; là tên đăng nhập, mỗi người một địa chỉ."),
            ("Vai trò", f"Bắt buộc; nhiều vai trò cách nhau bằng dấu phẩy: {_ROLES}."),
            ("Tổ", f"Bắt buộc với tổ trưởng, tổ phó: {', '.join(departments)}."),
            ("Mã định danh", "Có thể bỏ trống."),
        ],
    )
    _widen(sheet)
    _widen(guide)
    return _bytes(workbook)


def password_list(rows: Iterable[Sequence[str]], sign_in_url: str) -> bytes:
    """Return the list of names, addresses and temporary passwords that is cut up and handed out."""
    workbook, sheet = _workbook("Mật khẩu tạm", _PASSWORD_HEADINGS)
    _append(sheet, rows)
    _append(sheet, [(), (f"Đăng nhập tại {sign_in_url} và đổi mật khẩu ngay lần đầu.",)])
    _widen(sheet)
    return _bytes(workbook)


def _workbook(title: str, headings: Sequence[str]) -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    _append(sheet, [headings])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    return workbook, sheet


def _append(sheet: Worksheet, rows: Iterable[Sequence[str]]) -> None:
    """Write texts as texts: a name that begins with "=" must not become a formula."""
    first = 1 if sheet.max_row == 1 and sheet["A1"].value is None else sheet.max_row + 1
    for number, row in enumerate(rows, start=first):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"


def _widen(sheet: Worksheet) -> None:
    for letter in "ABCDE":
        sheet.column_dimensions[letter].width = 30


def _bytes(workbook: Workbook) -> bytes:
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()
