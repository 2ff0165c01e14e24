"""Empty lists for a school's office to fill in: its classes, and who teaches what."""

from collections.abc import Sequence

from app.schools.models import Level
from app.sheets.writing import Page, SheetColumn, workbook_of

_CLASSES = (
    SheetColumn("Lớp"),
    SheetColumn("Khối"),
    SheetColumn("Giáo viên chủ nhiệm"),
    SheetColumn("Mã giáo viên"),
    SheetColumn("Điểm trường"),
)
_DUTIES = (
    SheetColumn("Mã giáo viên"),
    SheetColumn("Giáo viên"),
    SheetColumn("Môn học"),
    SheetColumn("Lớp"),
    SheetColumn("Chủ nhiệm"),
)
_GUIDE = (SheetColumn("Cột", 24), SheetColumn("Cách ghi", 80))


def class_list_template(levels: Sequence[str]) -> bytes:
    """Return an empty list of classes whose second sheet says what each column takes."""
    preschool = " Mầm non: ghi 0." if Level.PRESCHOOL in levels else ""
    guide = [
        ("Lớp", "Bắt buộc, mỗi lớp một dòng, ví dụ 5A."),
        ("Khối", f"Có thể bỏ trống khi tên lớp bắt đầu bằng khối.{preschool}"),
        ("Giáo viên chủ nhiệm", "Họ và tên như ở trang Tài khoản; có thể bỏ trống."),
        ("Mã giáo viên", "Cần ghi khi trường có hai người trùng tên."),
        ("Điểm trường", "Tên cơ sở như ở trang Nhà trường; có thể bỏ trống."),
    ]
    return workbook_of(Page("Lớp học", _CLASSES), Page("Hướng dẫn", _GUIDE, guide))


def duty_list_template(classes: Sequence[str], subjects: Sequence[str]) -> bytes:
    """Return an empty list of duties whose second sheet says what each column takes."""
    guide = [
        ("Mã giáo viên", "Cần ghi khi trường có hai người trùng tên."),
        ("Giáo viên", "Bắt buộc; họ và tên như ở trang Tài khoản."),
        ("Môn học", f"Bắt buộc, mỗi môn một dòng: {', '.join(subjects)}."),
        ("Lớp", f"Bắt buộc; nhiều lớp cách nhau bằng dấu phẩy: {', '.join(classes)}."),
        ("Chủ nhiệm", "Lớp mà người này chủ nhiệm; bỏ cả cột thì chủ nhiệm giữ nguyên."),
    ]
    return workbook_of(Page("Phân công", _DUTIES), Page("Hướng dẫn", _GUIDE, guide))
