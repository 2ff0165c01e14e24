"""How findings are told: what happened, and what the repair does."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.drift.models import Kind
from app.errors import NotNow
from app.text import N_


@dataclass(frozen=True)
class Repair:
    """A button and what it does."""

    button: str
    does: str


class FindingSettled(NotNow):
    """Somebody has decided about the finding already, or it is in order again."""

    detail = N_("Thay đổi này đã được xử lý hoặc đang được sửa.")
    hint = N_("Tải lại trang để xem tình trạng hiện tại.")


NAMES: Mapping[Kind, str] = {
    Kind.MOVED: N_("Bị chuyển chỗ"),
    Kind.RENAMED: N_("Bị đổi tên"),
    Kind.EDITED: N_("Bị sửa nội dung"),
    Kind.TRASHED: N_("Bị bỏ vào thùng rác"),
    Kind.DELETED: N_("Bị xóa"),
    Kind.UNLOCKED: N_("Bị mở khóa"),
    Kind.SHARED: N_("Bị chia sẻ thêm"),
    Kind.FOREIGN: N_("Mục lạ"),
}
"""What happened, in two or three words."""

WHAT: Mapping[Kind, str] = {
    Kind.MOVED: N_("Đã bị chuyển khỏi chỗ của nó trong cây thư mục."),
    Kind.RENAMED: N_("Đã bị đổi tên ngay trong kho lưu trữ."),
    Kind.EDITED: N_("Nội dung trong kho không còn đúng từng byte với bản đã ký duyệt."),
    Kind.TRASHED: N_("Đã bị bỏ vào thùng rác của kho lưu trữ."),
    Kind.DELETED: N_("Không còn trong kho lưu trữ."),
    Kind.UNLOCKED: N_("Khóa chống sửa đã bị gỡ; nội dung chưa đổi."),
    Kind.SHARED: N_("Có người được quyền xem hoặc sửa mà không qua quyết định chia sẻ nào."),
    Kind.FOREIGN: N_("Không do hệ thống đặt vào cây thư mục."),
}

_OWN_COPY = N_("Lưu lại từ bản chính thức mà hệ thống đang giữ, rồi so từng byte.")
_BACK = N_("Đưa về đúng chỗ và đúng tên; nếu đã ra ngoài cây thì lưu lại từ bản hệ thống giữ.")

REPAIRS: Mapping[Kind, Repair] = {
    Kind.MOVED: Repair(N_("Đưa về chỗ cũ"), _BACK),
    Kind.RENAMED: Repair(N_("Trả lại tên cũ"), _BACK),
    Kind.EDITED: Repair(
        N_("Khôi phục bản đã ký"),
        N_("Cất bản bị sửa vào thư mục “Tệp lạ và tệp bị sửa”, rồi lưu lại bản hệ thống giữ."),
    ),
    Kind.TRASHED: Repair(N_("Lưu lại bản đã ký"), _OWN_COPY),
    Kind.DELETED: Repair(N_("Lưu lại bản đã ký"), _OWN_COPY),
    Kind.UNLOCKED: Repair(N_("Khóa lại"), N_("Đặt lại khóa chống sửa của kho lưu trữ.")),
    Kind.SHARED: Repair(N_("Gỡ quyền này"), N_("Thu hồi đúng quyền đã nêu; các quyền khác giữ nguyên.")),
    Kind.FOREIGN: Repair(
        N_("Chuyển ra khỏi cây"),
        N_("Cất vào thư mục “Tệp lạ và tệp bị sửa”, không xóa."),
    ),
}
