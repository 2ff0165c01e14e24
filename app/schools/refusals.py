"""What is refused about schools, their units and the offices that oversee them."""

from app.errors import NotNow, Refused
from app.text import N_


class BadName(Refused):
    """A school, unit or office without a name, or with an endless one."""

    code, status = "bad_name", 422
    detail = N_("Tên chưa hợp lệ.")
    hint = N_("Ghi tên bằng chữ, không quá %(longest)s ký tự.")


class NameTaken(Refused):
    """The school has a unit of that name."""

    code, status = "name_taken", 409
    detail = N_("Trường đã có “%(name)s”.")
    hint = N_("Chọn tên khác.")


class NameInForce(NotNow):
    """A name that was, or is, in force stands on papers."""

    code = "name_in_force"
    detail = N_("Tên này đã có hiệu lực nên được giữ lại để tra cứu.")
    hint = N_("Thêm tên mới với ngày bắt đầu của nó.")


class DepartmentInUse(NotNow):
    """People, records or folders belong, or belonged, to the department."""

    code = "department_in_use"
    detail = N_("Tổ đã có người hoặc hồ sơ nên không xóa được.")
    hint = N_("Chuyển mọi người sang tổ khác và đổi tên tổ; hồ sơ cũ vẫn thuộc tổ này.")


class BadCampus(Refused):
    """A kind of campus that there is not, or a second main one."""

    code, status = "bad_campus", 422
    detail = N_("Loại cơ sở chưa hợp lệ.")
    hint = N_("Mỗi trường có một trường chính; cơ sở khác là phân hiệu hoặc điểm trường.")


class OfficeClosed(NotNow):
    """The office no longer exists on that day."""

    code = "office_closed"
    detail = N_("Cơ quan “%(code)s” đã kết thúc hoạt động ngày %(day)s.")
    hint = N_("Chọn cơ quan kế thừa nhiệm vụ.")


class NeedsSuccessor(Refused):
    """Schools or offices below it would be left without anybody above them."""

    code, status = "needs_successor", 422
    detail = N_("Cơ quan “%(code)s” còn quản lý %(count)s đơn vị.")
    hint = N_("Nêu cơ quan kế thừa bằng --successor; cơ quan kế thừa phải là cơ quan khác, còn hoạt động.")
