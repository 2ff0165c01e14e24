"""What a staff list looks like, and reading one from a foreign workbook."""

from typing import BinaryIO

from app.pdf.sandbox import Sandbox
from app.sheets.cells import Table
from app.sheets.forms import Column, Form
from app.sheets.reading import read_table
from app.sheets.refusals import TableTooLarge
from app.text import N_

MOST_ROWS = 300

FORM = Form(
    (
        Column("name", N_("Họ và tên"), ("ho va ten", "ho ten", "ho va ten giao vien", "ten"), required=True),
        Column(
            "email",
            N_("Địa chỉ thư"),
            ("email", "e-mail", "dia chi thu", "thu dien tu", "dia chi email", "mail"),
            required=True,
        ),
        Column("role", N_("Vai trò"), ("vai tro", "chuc vu", "chuc danh"), required=True),
        Column("department", N_("Tổ"), ("to", "to chuyen mon", "to bo mon", "bo phan"), carries=True),
        Column(
            "staff_code",
            N_("Mã định danh"),
            ("ma dinh danh", "ma can bo", "ma giao vien", "ma nhan vien", "ma so"),
        ),
    )
)


class StaffListTooLarge(TableTooLarge):
    """The workbook has more bytes, parts or rows than a school's staff list needs."""

    code = "staff_list_too_large"
    detail = N_("Danh sách quá lớn.")
    hint = N_("Chỉ giữ một trang tính, không quá %(rows)s người; bỏ ảnh và các trang khác rồi gửi lại.")


def read_sheet(sandbox: Sandbox, file: BinaryIO, size: int) -> Table:
    """Read the staff list of a workbook of `size` bytes (a real file).

    Raises `NotSpreadsheet`, `StaffListTooLarge`, `MissingColumns`, and `SandboxUnavailable` when nothing
    could be found out.
    """
    try:
        return read_table(sandbox, file, size, FORM, MOST_ROWS)
    except TableTooLarge as refusal:
        raise StaffListTooLarge(rows=MOST_ROWS) from refusal
