"""Every job that can get stuck: what people are told of it, and what tells one from another."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from app.text import N_

OWNERS: Mapping[str, str] = {
    "record_id": "SELECT school_id, NULL FROM records WHERE id = CAST(:key AS uuid)",
    "school_code": "SELECT id, NULL FROM schools WHERE code = :key",
    "school_id": "SELECT id, NULL FROM schools WHERE id = :key",
    "share_id": "SELECT school_id, NULL FROM shares WHERE id = :key",
    "finding_id": "SELECT school_id, NULL FROM drift_findings WHERE id = :key",
    "move_id": "SELECT school_id, NULL FROM store_moves WHERE id = :key",
    "store_id": "SELECT school_id, NULL FROM store_accounts WHERE id = :key",
    "lock_id": "SELECT school_id, NULL FROM locks WHERE id = :key",
    "window_id": "SELECT NULL, office_id FROM office_windows WHERE id = :key",
    "correction_id": "SELECT school_id, NULL FROM corrections WHERE id = :key",
    "handover_id": "SELECT school_id, NULL FROM handovers WHERE id = :key",
    "standstill_id": "SELECT school_id, NULL FROM standstills WHERE id = :key",
    "request_ids": "SELECT school_id, NULL FROM account_requests"
    " WHERE id = CAST(split_part(:key, ',', 1) AS integer)",
    # The school must not learn from a failure that somebody has the address that it invited.
    "invitation_id": "SELECT NULL, NULL FROM invitations WHERE id = :key",
}
"""How the school or office is found that a job is for, by the argument that its subject begins with."""

LONGEST_SUBJECT = 500


@dataclass(frozen=True)
class JobKind:
    """One task of the queue, as those are told of it whose job of that kind is stuck."""

    says: str
    """What the job does; to be translated."""
    subject: tuple[str, ...] = ()
    """The arguments that tell one job from another, the owner's first; none for what is done by the clock."""
    calls_store: bool = False
    """Whether it needs the lock of the school's store, where that is in a cloud."""
    is_letter: bool = False
    """Whether it sends mail, so that what it cannot reach is the mail server."""
    awaited: bool = False
    """Whether a person waits for it, who is told after a few attempts."""

    @property
    def by_clock(self) -> bool:
        """Whether it is done by the clock, for everybody at once."""
        return not self.subject

    def subject_of(self, arguments: Mapping[str, Any]) -> str:
        """Return what tells a job with these arguments from others of its kind."""
        return _shortened("/".join(str(arguments.get(name, "")) for name in self.subject))


def _shortened(subject: str) -> str:
    """Return a subject as the index of stuck jobs takes it: a long one ends in the hash of the whole."""
    if len(subject) <= LONGEST_SUBJECT:
        return subject
    hashed = sha256(subject.encode()).hexdigest()
    return f"{subject[: LONGEST_SUBJECT - len(hashed) - 1]}#{hashed}"


_ASKED_FOR: Mapping[str, JobKind] = {
    "prepare_pages": JobKind(N_("Vẽ ảnh các trang"), ("record_id", "version")),
    "read_again": JobKind(N_("Đọc lại tệp đã nộp theo quy tắc nhận tệp hiện hành"), ("record_id",)),
    "seal": JobKind(N_("Đóng dấu duyệt và lập phiếu ký duyệt"), ("record_id",), awaited=True),
    "file": JobKind(N_("Lưu vào cây thư mục"), ("record_id",), calls_store=True, awaited=True),
    "arrange_tree": JobKind(N_("Sắp xếp lại cây thư mục"), ("school_code",), calls_store=True),
    "share": JobKind(N_("Mở quyền xem thư mục năm học"), ("share_id",), calls_store=True),
    "mail_about_share": JobKind(N_("Gửi thư báo thư mục đã được chia sẻ"), ("share_id",), is_letter=True),
    "mail_about_lapse": JobKind(
        N_("Gửi thư báo quyền xem của một cơ quan đã hết"),
        ("school_id", "office_id", "readers", "user_id"),
        is_letter=True,
    ),
    "unshare": JobKind(N_("Gỡ quyền xem thư mục năm học"), ("share_id",), calls_store=True),
    "audit_shares": JobKind(N_("Rà soát quyền xem trong kho"), ("school_code", "after")),
    "remove_permission": JobKind(
        N_("Gỡ một quyền xem trong kho"), ("school_code", "path", "grant_id"), calls_store=True
    ),
    "look_for_drift": JobKind(N_("Tìm thay đổi trong kho"), ("school_code",)),
    "repair_drift": JobKind(N_("Khôi phục thứ bị thay đổi trong kho"), ("finding_id",)),
    "nightly_sample": JobKind(N_("Đối chiếu một số tệp trong kho hằng đêm"), ("school_code",)),
    "move_house": JobKind(N_("Chuyển sang kho lưu trữ khác"), ("move_id",)),
    "tell_of_store": JobKind(N_("Báo rằng kho lưu trữ cần người xử lý"), ("store_id",)),
    "mail_about_store": JobKind(
        N_("Gửi thư báo kho lưu trữ cần người xử lý"), ("store_id", "user_id"), is_letter=True
    ),
    "mail_about_lock": JobKind(
        N_("Gửi thư báo việc khóa sổ"), ("lock_id", "step", "user_id"), is_letter=True
    ),
    "tell_of_window": JobKind(N_("Báo các trường lịch đóng, mở sổ"), ("window_id", "after_school")),
    "mail_about_window": JobKind(
        N_("Gửi thư báo lịch đóng, mở sổ"), ("window_id", "user_id"), is_letter=True
    ),
    "mail_about_correction": JobKind(
        N_("Gửi thư về việc sửa chữa"), ("correction_id", "step", "user_id"), is_letter=True
    ),
    "measure_store": JobKind(N_("Đo chỗ trống của kho lưu trữ"), ("school_code",)),
    "carry_out_handover": JobKind(N_("Thực hiện bàn giao"), ("handover_id",)),
    "close_expired": JobKind(N_("Kết thúc lần sửa chữa đã hết hạn"), ("record_id",)),
    "mail_about_handover": JobKind(
        N_("Gửi thư về việc bàn giao"), ("handover_id", "user_id"), is_letter=True
    ),
    "mail_about_requests": JobKind(
        N_("Gửi thư về yêu cầu xác nhận nhân sự"), ("request_ids", "user_id", "outcome"), is_letter=True
    ),
    "mail_about_stop": JobKind(
        N_("Gửi thư báo một người thôi giữ việc hoặc tài khoản bị dừng"),
        ("school_id", "person_id", "stop", "user_id"),
        is_letter=True,
    ),
    "mail_about_invitation": JobKind(N_("Gửi thư mời làm việc ở trường"), ("invitation_id",), is_letter=True),
    "build_obligations": JobKind(N_("Lập danh sách hồ sơ phải nộp của một năm học"), ("school_id", "year")),
    "rebuild_school": JobKind(N_("Lập lại danh sách hồ sơ phải nộp"), ("school_id",)),
    "find_deciders": JobKind(N_("Tìm hồ sơ không có ai duyệt được"), ("school_id",)),
    "mail_about_standstill": JobKind(
        N_("Gửi thư báo hồ sơ không có ai duyệt được"), ("standstill_id", "user_id"), is_letter=True
    ),
    "remind_school": JobKind(N_("Soạn thư nhắc việc trong ngày"), ("school_id", "day")),
    "send_reminder": JobKind(N_("Gửi thư nhắc việc"), ("school_id", "user_id"), is_letter=True),
    "write_heads": JobKind(N_("Lưu đầu chuỗi nhật ký vào kho"), ("school_code", "at"), calls_store=True),
}
_BY_CLOCK: Mapping[str, JobKind] = {
    "sweep_sign_ins": JobKind(N_("Dọn các phiên đăng nhập cũ")),
    "sweep_staging": JobKind(N_("Dọn kho tạm")),
    "sweep_stores": JobKind(N_("Dọn sổ ghi của các kho lưu trữ")),
    "sweep_pages": JobKind(N_("Dọn ảnh trang cũ")),
    "close_expired_corrections": JobKind(N_("Tìm lần sửa chữa đã hết hạn")),
    "end_shares": JobKind(N_("Kết thúc các chia sẻ đã hết hạn")),
    "audit_every_share": JobKind(N_("Rà soát quyền xem của mọi trường")),
    "ask_for_looks": JobKind(N_("Xếp lịch tìm thay đổi trong các kho")),
    "ask_for_samples": JobKind(N_("Xếp lịch đối chiếu các kho hằng đêm")),
    "measure_stores": JobKind(N_("Xếp lịch đo chỗ trống của các kho")),
    "keep_heads": JobKind(N_("Xếp lịch lưu đầu chuỗi nhật ký")),
    "ask_for_reminders": JobKind(N_("Xếp lịch nhắc việc của mọi trường")),
    "find_deciders_everywhere": JobKind(N_("Tìm nơi không có ai duyệt được")),
    "carry_out_due_handovers": JobKind(N_("Xếp lịch các bàn giao đến hạn")),
    "take_effect_today": JobKind(N_("Áp dụng các thay đổi có hiệu lực hôm nay")),
    "ask_for_obligations": JobKind(N_("Xếp lịch lập danh sách hồ sơ phải nộp")),
    "ask_to_read_again": JobKind(N_("Xếp lịch đọc lại các tệp đã nộp")),
    "count_records": JobKind(N_("Đếm hồ sơ theo từng bước")),
    "count_obligations": JobKind(N_("Đếm lại hồ sơ đã nộp")),
}

KINDS: Mapping[str, JobKind] = {**_ASKED_FOR, **_BY_CLOCK}
"""Every task by its name; the worker binds none that is missing here."""
AWAITED = sorted(name for name, kind in KINDS.items() if kind.awaited)
LETTERS = sorted(name for name, kind in KINDS.items() if kind.is_letter)
