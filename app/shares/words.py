"""The words people read for shares; translated where they are shown."""

from collections.abc import Mapping

from app.shares.models import FindingKind, ShareState, ShareStep
from app.text import N_

STATES: Mapping[str, str] = {
    ShareState.REQUESTED: N_("Chờ hiệu trưởng trả lời"),
    ShareState.REFUSED: N_("Không được đồng ý"),
    ShareState.OPENING: N_("Đang mở quyền trong kho"),
    ShareState.OPEN: N_("Đang chia sẻ"),
    ShareState.CLOSING: N_("Đang gỡ quyền khỏi kho"),
    ShareState.CLOSED: N_("Đã kết thúc"),
}

STEPS: Mapping[str, str] = {
    ShareStep.REQUEST: N_("Đề nghị"),
    ShareStep.GIVE: N_("Chia sẻ"),
    ShareStep.CONSENT: N_("Đồng ý"),
    ShareStep.REFUSE: N_("Từ chối"),
    ShareStep.CHANGE: N_("Đổi thời hạn"),
    ShareStep.REVOKE: N_("Thu hồi"),
    ShareStep.LAPSE: N_("Thu hồi vì đơn vị không còn quản lý trường"),
}

FINDINGS: Mapping[str, str] = {
    FindingKind.MISSING: N_("Người được chia sẻ không còn quyền xem trong kho; hệ thống tự mở lại."),
    FindingKind.OTHER_END: N_("Ngày hết hạn trong kho khác với quyết định; hệ thống tự đặt lại."),
    FindingKind.LEFT_OVER: N_("Chia sẻ đã kết thúc nhưng quyền còn trong kho; hệ thống tự gỡ."),
    FindingKind.TOO_MUCH: N_(
        "Người được chia sẻ có quyền hơn mức chỉ xem. Thu hồi rồi chia sẻ lại để trở về chỉ xem."
    ),
    FindingKind.STRANGER: N_(
        "Người này có quyền mà không có quyết định nào. Mở kho, hỏi lại và gỡ nếu không đúng."
    ),
    FindingKind.PUBLIC: N_("Liên kết công khai: ai có đường dẫn cũng mở được."),
    FindingKind.ABOVE: N_("Có quyền từ ổ hoặc thư mục chứa cây hồ sơ; trường tự quyết định."),
}

ROLES: Mapping[str, str] = {
    "reader": N_("chỉ xem"),
    "writer": N_("xem và sửa"),
    "owner": N_("chủ sở hữu"),
}
"""What a permission allows, by the role that `Grant` tells."""
