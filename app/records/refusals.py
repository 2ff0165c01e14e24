"""Why a document is not taken into a slot."""

from app.errors import Refused
from app.text import N_


class Duplicate(Refused):
    """The same bytes are already in the slot."""

    code, status = "duplicate", 409
    detail = N_("Đúng tệp này đã được nộp ở “%(title)s”.")
    hint = N_(
        "Không cần nộp lại. Nếu đã sửa nội dung, hãy lưu ra PDF mới rồi nộp bản đó. Hồ sơ đã có: %(record)s"
    )


class SameAsPresent(Duplicate):
    """The new version of a record has the bytes of the present one."""

    detail = N_("Tệp này giống hệt phiên bản %(version)s đang có của hồ sơ; chưa có gì được nộp.")
    hint = N_("Lưu nội dung đã sửa ra PDF mới rồi nộp bản đó.")


class SlotTaken(Refused):
    """Other bytes are in the slot, in a record that is alive."""

    code, status = "slot_taken", 409
    detail = N_("Đã có hồ sơ “%(title)s” cho cùng loại, kỳ, lớp, môn và tiêu đề.")
    hint = N_(
        "Mở hồ sơ đó (%(record)s) và nộp phiên bản mới sau khi rút về hay bị trả lại, hoặc đặt tiêu đề khác."
    )


class ClassRequired(Refused):
    """A class's record is handed in without saying which class it is about."""

    code, status = "class_required", 422
    detail = N_("“%(name)s” là hồ sơ của một lớp, nhưng chưa ghi lớp nào.")
    hint = N_("Ghi tên lớp, ví dụ 5A, rồi nộp lại.")


class WhichDepartment(Refused):
    """The person is in several departments of the school, and did not say for which the record is."""

    code, status = "which_department", 422
    detail = N_("Bạn thuộc nhiều tổ của trường: %(choices)s.")
    hint = N_("Chọn tổ trên trang Nộp hồ sơ, hoặc gửi mã tổ trong trường “department”.")


class OtherDepartment(WhichDepartment):
    """The person is in the department that was named, but hands records of the type in for another one."""

    detail = N_("Ở tổ “%(named)s”, bạn không nộp loại hồ sơ này; bạn nộp được cho: %(choices)s.")
    hint = N_("Chọn lại tổ ở ô “Nộp cho tổ” rồi nộp lại, hoặc gửi mã tổ trong trường “department”.")


class AcceptedBytesChanged(Refused):
    """What staging holds is not what was accepted, or approved since."""

    code, status = "approved_bytes_changed", 500
    detail = N_("Tệp đang lưu không còn đúng từng byte với bản đã được ký duyệt.")
    hint = N_("Báo người quản trị máy chủ khôi phục tệp từ bản sao lưu, rồi bấm thử lại.")
