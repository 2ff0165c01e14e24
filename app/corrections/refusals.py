"""How the room of corrections says no."""

from app.errors import CommentRequired, Refused
from app.people.passwords import PasswordGiven
from app.text import N_


class NothingToCorrect(Refused):
    """The record was never filed, or a later version is on its way already."""

    code, status = "not_now", 409
    detail = N_("Chỉ đề nghị sửa chữa được hồ sơ đã lưu và không có phiên bản đang chờ duyệt.")
    hint = N_("Hồ sơ chưa lưu thì sửa bằng cách rút về hoặc nộp phiên bản mới khi bị trả lại.")


class AlreadyAsked(Refused):
    """A correction of the record is waiting for consent or open."""

    code, status = "already_asked", 409
    detail = N_("Hồ sơ này đang có một đề nghị sửa chữa chưa kết thúc.")
    hint = N_("Mở trang Sửa chữa để xem đề nghị đó.")


class CorrectionMoved(Refused):
    """The correction is not at the step that this belongs to."""

    code, status = "not_now", 409
    detail = N_("Đề nghị sửa chữa đang ở bước không cho phép việc này.")
    hint = N_("Tải lại trang Sửa chữa để xem bước hiện tại.")


class NothingToConfirm(Refused):
    """No new version has been handed in yet."""

    code, status = "not_now", 409
    detail = N_("Chưa có phiên bản mới để xác nhận.")
    hint = N_("Đợi người đề nghị nộp phiên bản đã sửa rồi xác nhận.")


class AlreadyConfirmed(Refused):
    """The person, or another one for the same part, has confirmed this version."""

    code, status = "already_confirmed", 409
    detail = N_("Phần xác nhận này đã có cho đúng phiên bản đang xem.")
    hint = N_("Mỗi người chỉ xác nhận một phần; phần còn lại do người khác xác nhận từ tài khoản của họ.")


class WitnessPasswordGiven(PasswordGiven):
    """Who gave the witness's password could confirm as him, beside a part of his own."""

    hint = N_(
        "Ba phần phải do ba người xác nhận, mà người cấp mật khẩu có thể đã dùng tài khoản này. Nhờ người"
        " khác có cùng vai trò xác nhận, hoặc đợi đủ 30 ngày: hết giờ mở vẫn xác nhận được."
    )


class RefusalUnexplained(CommentRequired):
    """Whoever asked is to read why the principal does not consent."""

    detail = N_("Không đồng ý thì cần có lý do.")
    hint = N_("Viết một câu cho người đề nghị biết vì sao rồi gửi lại.")


class BadUntil(Refused):
    """The time for which the record is to be opened is over, or too long."""

    code, status = "bad_until", 422
    detail = N_("Thời hạn mở phải ở tương lai và không quá %(days)s ngày.")
    hint = N_("Chọn một lúc từ bây giờ đến %(days)s ngày tới, theo giờ Việt Nam.")


class UnreadableUntil(BadUntil):
    """What is written is no moment."""

    hint = N_("Ghi ngày giờ theo mẫu 2026-12-01T17:00:00+07:00.")


class WitnessMissing(Refused):
    """Three different people have to confirm the change, and the school does not have them."""

    code, status = "witness_missing", 409
    detail = N_("Trường chưa có đủ ba người để xác nhận nên sửa chữa này sẽ không bao giờ đóng được.")
    hint = N_(
        "Ngoài người đề nghị, chỉ có một người vừa lãnh đạo trường vừa quản trị hồ sơ,"
        " mà mỗi người chỉ xác nhận một phần:"
        " bổ nhiệm thêm một quản trị hồ sơ hoặc phó hiệu trưởng, rồi gửi lại."
    )


class AdministratorMissing(WitnessMissing):
    """Nobody but the requester administers the school's records."""

    hint = N_(
        "Ngoài người đề nghị, trường không còn quản trị hồ sơ nào:"
        " bổ nhiệm thêm một quản trị hồ sơ, rồi gửi lại."
    )


class LeaderMissing(WitnessMissing):
    """Nobody but the requester leads the school."""

    hint = N_(
        "Ngoài người đề nghị, trường không còn hiệu trưởng hay phó hiệu trưởng nào:"
        " bổ nhiệm thêm một người, rồi gửi lại."
    )


class ThirdPersonMissing(WitnessMissing):
    """One person alone leads the school and administers its records, and confirms one part only."""
