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
