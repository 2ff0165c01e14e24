"""Refusals of a whole table: no workbook, too large, or columns that are missing."""

from app.errors import Refused
from app.text import N_


class NotSpreadsheet(Refused):
    """The file is not an XLSX workbook, is damaged, or holds what a school's list never holds."""

    code, status = "not_spreadsheet", 422
    detail = N_("Không đọc được tệp này như một bảng tính XLSX.")
    hint = N_("Lưu danh sách từ Excel hoặc Trang tính dạng “Excel (.xlsx)”, không mật khẩu, rồi gửi lại.")


class TableTooLarge(Refused):
    """The workbook has more bytes, parts or rows than such a table needs."""

    code, status = "table_too_large", 413
    detail = N_("Bảng tính quá lớn.")
    hint = N_("Chỉ giữ trang tính cần nhập, không quá %(rows)s dòng; bỏ ảnh và các trang khác rồi gửi lại.")


class MissingColumns(Refused):
    """No sheet has a header with all the columns that are needed."""

    code, status = "missing_columns", 422
    detail = N_("Danh sách thiếu cột: %(columns)s.")
    hint = N_("Dòng tiêu đề cần có %(required)s; nên dùng tệp mẫu.")
