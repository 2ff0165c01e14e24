"""How the room of handovers says no."""

from app.errors import NotAllowed, Refused
from app.text import N_


class BadTaker(Refused):
    """The taker is the giver himself, or nobody who works in the school."""

    code, status = "bad_taker", 422
    detail = N_("Người nhận bàn giao không hợp lệ.")
    hint = N_("Chọn một người khác đang làm việc trong trường.")


class BadDay(Refused):
    """The day of a handover is too long ago or too far ahead."""

    code, status = "bad_day", 422
    detail = N_("Ngày bàn giao phải trong vòng %(days)s ngày trước hoặc sau hôm nay.")
    hint = N_("Chọn lại ngày bàn giao có hiệu lực.")


class NothingToHandOver(Refused):
    """No record and no duty was ticked, and the giver does not leave either."""

    code, status = "nothing_to_hand_over", 422
    detail = N_("Chưa chọn hồ sơ hoặc nhiệm vụ nào để bàn giao.")
    hint = N_("Đánh dấu ít nhất một mục, hoặc đánh dấu người giao rời trường.")


class HandoverReasonRequired(Refused):
    """A handover needs a reason that its minutes can state."""

    code, status = "reason_required", 422
    detail = N_("Chưa ghi lý do bàn giao.")
    hint = N_("Ghi lý do, ví dụ số và ngày của quyết định chuyển công tác.")


class GiverIsThere(NotAllowed):
    """Nobody confirms for a giver who can do so himself: with it his posts and records may go."""

    detail = N_("Người giao vẫn đang làm việc ở trường và đăng nhập được.")
    hint = N_("Chính người giao xác nhận từ tài khoản của mình; chỉ xác nhận thay khi người đó không thể.")


class HandoverMoved(Refused):
    """The handover is not at the step that this belongs to."""

    code, status = "not_now", 409
    detail = N_("Biên bản bàn giao đang ở bước không cho phép việc này.")
    hint = N_("Tải lại trang để xem bước hiện tại của biên bản.")
