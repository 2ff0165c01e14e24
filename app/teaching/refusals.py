"""What is refused about classes, subjects and duties."""

from app.errors import NotNow, Refused
from app.text import N_


class BadClass(Refused):
    """A class without a name, of a grade that the school has not, or at a campus that is not its own."""

    code, status = "bad_class", 422
    detail = N_("Tên lớp, khối hoặc cơ sở chưa hợp lệ.")
    hint = N_("Ghi tên lớp như 5A và khối thuộc cấp học của trường (mầm non: khối 0).")


class ClassTaken(Refused):
    """The school year has a class of that name."""

    code, status = "class_taken", 409
    detail = N_("Năm học này đã có lớp %(name)s.")
    hint = N_("Chọn tên khác, hoặc sửa lớp đang có.")


class ClassInUse(NotNow):
    """Somebody has, or had, a duty in the class."""

    code = "class_in_use"
    detail = N_("Lớp đã có phân công nên không xóa được.")
    hint = N_("Sửa tên lớp nếu ghi nhầm; phân công cũ được giữ lại để tra cứu.")


class NothingToCopy(NotNow):
    """The year has no classes, or the next one has them all."""

    code = "nothing_to_copy"
    detail = N_("Không có lớp nào để chép sang năm sau.")
    hint = N_("Thêm lớp của năm nay trước, hoặc sửa trực tiếp danh sách lớp năm sau.")


class BadSubject(Refused):
    """A subject without a name or with an unusable code."""

    code, status = "bad_subject", 422
    detail = N_("Tên hoặc mã môn học chưa hợp lệ.")
    hint = N_("Ghi tên môn; mã gồm chữ không dấu và chữ số, ví dụ TOAN.")


class SubjectTaken(Refused):
    """The school has a subject of that code or name."""

    code, status = "subject_taken", 409
    detail = N_("Trường đã có môn mang mã hoặc tên này.")
    hint = N_("Dùng môn đang có, hoặc chọn mã và tên khác.")


class SubjectInUse(NotNow):
    """The subject is, or was, taught, or has a curriculum plan."""

    code = "subject_in_use"
    detail = N_("Môn học đã được phân công hoặc đã có phân phối chương trình nên không xóa được.")
    hint = N_("Đổi tên môn nếu ghi nhầm.")


class BadDuty(Refused):
    """A duty without a person of the school, a class or a subject where it needs one."""

    code, status = "bad_duty", 422
    detail = N_("Phân công chưa hợp lệ.")
    hint = N_("Chọn người đang làm việc ở trường, lớp của năm học và, nếu là dạy môn, môn học.")


class BadDutyDay(Refused):
    """A day outside the school year, or before the duty begins."""

    code, status = "bad_duty_day", 422
    detail = N_("Ngày %(day)s không dùng được cho phân công này.")
    hint = N_("Chọn một ngày từ %(first)s đến %(last)s.")


class DutyTaken(Refused):
    """The person has that duty then already."""

    code, status = "duty_taken", 409
    detail = N_("Người này đã có phân công đó trong thời gian này.")
    hint = N_("Kết thúc phân công đang có trước, hoặc chọn ngày khác.")


class DutyHandedOver(NotNow):
    """Minutes of a handover name the duty."""

    code = "duty_handed_over"
    detail = N_("Phân công này có trong biên bản bàn giao nên không xóa được.")
    hint = N_("Kết thúc phân công bằng ngày cuối, hoặc hủy biên bản bàn giao trước.")
