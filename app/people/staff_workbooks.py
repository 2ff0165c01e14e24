"""Workbooks for a school's office, in Vietnamese: the staff list to fill in, and the temporary passwords."""

from collections.abc import Iterable, Sequence

from app.sheets.writing import Page, SheetColumn, workbook_of

_LIST = (
    SheetColumn("Họ và tên"),
    SheetColumn("Địa chỉ thư"),
    SheetColumn("Vai trò"),
    SheetColumn("Tổ"),
    SheetColumn("Mã định danh"),
)
_ROLES = "Hiệu trưởng, Phó hiệu trưởng, Tổ trưởng, Tổ phó, Giáo viên, Văn thư, Quản trị hồ sơ"
_GUIDE = (SheetColumn("Cột", 24), SheetColumn("Cách ghi", 80))
_PASSWORDS = (SheetColumn("Họ và tên"), SheetColumn("Địa chỉ thư"), SheetColumn("Mật khẩu tạm"))


def staff_list_template(departments: Sequence[str]) -> bytes:
    """Return an empty staff list whose second sheet says what each column takes."""
    guide = [
        ("Họ và tên", "Bắt buộc, có dấu."),
        ("Địa chỉ thư", "Bắt buộc; là tên đăng nhập, mỗi người một địa chỉ."),
        ("Vai trò", f"Bắt buộc; nhiều vai trò cách nhau bằng dấu phẩy: {_ROLES}."),
        ("Tổ", f"Bắt buộc với tổ trưởng, tổ phó: {', '.join(departments)}."),
        ("Mã định danh", "Có thể bỏ trống."),
    ]
    return workbook_of(Page("Danh sách", _LIST), Page("Hướng dẫn", _GUIDE, guide))


def password_list(rows: Iterable[Sequence[str]], sign_in_url: str, days: int) -> bytes:
    """Return the list of names, addresses and temporary passwords that is cut up and handed out."""
    advice = f"Đăng nhập tại {sign_in_url} trong {days} ngày và đổi mật khẩu ngay lần đầu."
    last = [(), (advice,)]
    return workbook_of(Page("Mật khẩu tạm", _PASSWORDS, [*rows, *last]))
