"""How the room of locks says no."""

from app.catalogue.periods import BadPeriod
from app.errors import Refused
from app.text import N_


class Locked(Refused):
    """The school closed the period for this type of record."""

    code, status = "locked", 409
    detail = N_("%(period)s đã khóa sổ: %(who)s khóa từ %(since)s.")
    hint = N_("Nhờ hiệu trưởng mở khóa kỳ này. Hồ sơ đã lưu thì người nộp dùng “Đề nghị sửa chữa”.")


class LockedByOffice(Locked):
    """A window of an overseeing office closed the period."""

    detail = N_("%(period)s đã đóng theo lịch của %(who)s từ %(since)s.")
    hint = N_(
        "Chờ đợt mở của cấp quản lý hoặc nhờ hiệu trưởng liên hệ. "
        "Hồ sơ đã lưu thì người nộp dùng “Đề nghị sửa chữa”."
    )


class AlreadyLocked(Refused):
    """There is a living lock of the same type and period."""

    code, status = "already_locked", 409
    detail = N_("Kỳ này đã khóa sổ cho đúng loại hồ sơ đó.")
    hint = N_("Xem danh sách khóa sổ; muốn đổi lý do thì mở khóa rồi khóa lại.")


class LockOver(Refused):
    """The lock was lifted before."""

    code, status = "not_now", 409
    detail = N_("Khóa này đã được mở trước đó.")
    hint = N_("Tải lại trang để xem các kỳ đang khóa.")


class LockTooNarrow(BadPeriod):
    """No record of the type lies inside the period."""

    detail = N_("Loại hồ sơ này theo kỳ dài hơn nên khóa “%(period)s” không có tác dụng.")
    hint = N_("Chọn kỳ dài hơn, theo mẫu %(example)s.")


class OrderRequired(Refused):
    """The office acts on the principal's order alone, and has to name it."""

    code, status = "order_required", 422
    detail = N_("Văn thư và ban quản trị chỉ khóa, mở khóa theo lệnh của hiệu trưởng.")
    hint = N_("Ghi số và ngày của lệnh, hoặc nhờ hiệu trưởng tự khóa, mở khóa.")


class BadWindow(Refused):
    """An opening ends before it begins, or lasts longer than a year."""

    code, status = "bad_window", 422
    detail = N_("Đợt mở phải kết thúc không trước ngày bắt đầu và dài không quá một năm.")
    hint = N_("Chọn lại ngày bắt đầu và ngày kết thúc.")


class BadWindowDays(BadWindow):
    """The number of days after a term is missing or out of bounds."""

    detail = N_("Số ngày sau khi học kỳ kết thúc phải từ 0 đến %(most)s.")
    hint = N_("Nhập số ngày, ví dụ 10.")


class WindowInThePast(BadWindow):
    """The opening would be over already."""

    detail = N_("Đợt mở đã qua: ngày kết thúc là %(day)s.")
    hint = N_("Chọn ngày kết thúc từ hôm nay trở đi.")


class WindowOver(Refused):
    """The window was ended before."""

    code, status = "not_now", 409
    detail = N_("Lịch đóng, mở này đã được bỏ.")
    hint = N_("Tải lại trang để xem các lịch đang áp dụng.")
