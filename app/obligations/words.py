"""The words and signs in which people read how an obligation stands; translated where they are shown."""

from collections.abc import Mapping

from app.obligations.board import Mark
from app.text import N_

STATUSES: Mapping[str, str] = {
    Mark.MISSING: N_("Chưa đến hạn"),
    Mark.LATE: N_("Trễ hạn"),
    Mark.UNDER_WAY: N_("Đang chờ duyệt"),
    Mark.RETURNED: N_("Bị trả lại"),
    Mark.FILED: N_("Đã lưu"),
}

SIGNS: Mapping[str, str] = {
    Mark.LATE: N_("T"),
    Mark.RETURNED: N_("L"),
    Mark.UNDER_WAY: N_("C"),
    Mark.MISSING: "·",
    Mark.FILED: "✓",
    Mark.NOTHING: "",
}
"""What a cell of the board shows beside its colour, which not everybody can tell apart."""

PARTIES: Mapping[str, str] = {
    "u": N_("Giáo viên"),
    "d": N_("Tổ chuyên môn"),
    "s": N_("Nhà trường"),
    "c": N_("Lớp chưa có giáo viên"),
}
"""Who owes what the parts of the board show, by the first letter of the party."""
