"""The words people read for states, actions, roles and deciders; translated where they are shown."""

from collections.abc import Mapping

from app.people.models import Role
from app.text import N_
from workflows.model import Action, State

STATES: Mapping[str, str] = {
    State.SUBMITTED: N_("Đã nộp"),
    State.DEPARTMENT_APPROVED: N_("Tổ đã duyệt"),
    State.SIGNED_OFF: N_("Đã ký duyệt"),
    State.FILED: N_("Đã lưu"),
    State.RETURNED: N_("Trả lại"),
    State.WITHDRAWN: N_("Đã rút"),
}

ACTIONS: Mapping[str, str] = {
    Action.SUBMIT: N_("Nộp"),
    Action.APPROVE: N_("Duyệt"),
    Action.SIGN_OFF: N_("Ký duyệt"),
    Action.RETURN: N_("Trả lại"),
    Action.WITHDRAW: N_("Rút về"),
    Action.RESUBMIT: N_("Nộp phiên bản mới"),
    Action.FILE: N_("Lưu vào cây thư mục"),
    Action.HAND_OVER: N_("Bàn giao hồ sơ"),
    Action.REROUTE: N_("Chuyển người quyết định"),
}

ROLES: Mapping[str, str] = {
    Role.TEACHER: N_("Giáo viên"),
    Role.DEPUTY_HEAD: N_("Tổ phó"),
    Role.HEAD: N_("Tổ trưởng"),
    Role.PRINCIPAL: N_("Hiệu trưởng"),
    Role.VICE_PRINCIPAL: N_("Phó hiệu trưởng"),
    Role.CLERK: N_("Văn thư"),
    Role.RECORDS_ADMIN: N_("Ban quản trị hồ sơ"),
    Role.OFFICER: N_("Cán bộ quản lý"),
    "owner": N_("Người nộp"),
    "system": N_("Hệ thống"),
}

DECIDERS: Mapping[str, str] = {
    "head": N_("tổ trưởng"),
    "principal": N_("hiệu trưởng"),
}

ICONS: Mapping[str, str] = {
    State.SUBMITTED: "clock",
    State.DEPARTMENT_APPROVED: "check",
    State.SIGNED_OFF: "pen",
    State.FILED: "archive",
    State.RETURNED: "back",
    State.WITHDRAWN: "minus",
}

STEPS: Mapping[str, str] = {
    Action.SUBMIT: N_("Nộp"),
    Action.APPROVE: N_("Tổ duyệt"),
    Action.SIGN_OFF: N_("Ký duyệt"),
    Action.FILE: N_("Lưu"),
}

DONE: Mapping[str, str] = {
    Action.SUBMIT: N_("Đã nộp “%(title)s”."),
    Action.APPROVE: N_("Đã duyệt “%(title)s” và chuyển hiệu trưởng ký."),
    Action.SIGN_OFF: N_("Đã ký duyệt “%(title)s”. Hệ thống đang đóng dấu và lưu vào cây thư mục."),
    Action.RETURN: N_("Đã trả lại “%(title)s” cho %(owner)s."),
    Action.WITHDRAW: N_("Đã rút “%(title)s” về. Bạn có thể nộp phiên bản mới."),
    Action.RESUBMIT: N_("Đã nộp phiên bản mới của “%(title)s”."),
}
"""What a page says after an action has been carried out."""

TAKEN: Mapping[str, str] = {
    Action.SUBMIT: N_("%(who)s đã nộp lúc %(when)s."),
    Action.APPROVE: N_("%(who)s đã duyệt lúc %(when)s."),
    Action.SIGN_OFF: N_("%(who)s đã ký duyệt lúc %(when)s."),
    Action.RETURN: N_("%(who)s đã trả lại lúc %(when)s."),
    Action.WITHDRAW: N_("%(who)s đã rút về lúc %(when)s."),
    Action.RESUBMIT: N_("%(who)s đã nộp phiên bản mới lúc %(when)s."),
    Action.FILE: N_("%(who)s đã lưu vào cây thư mục lúc %(when)s."),
    Action.HAND_OVER: N_("%(who)s đã bàn giao hồ sơ lúc %(when)s."),
    Action.REROUTE: N_("%(who)s đã chuyển người quyết định lúc %(when)s."),
}
"""What a page says of a step that somebody else took meanwhile."""
