"""Refusals: one class for each way the product says no, with a stable code and two sentences."""

import math
from datetime import timedelta
from typing import ClassVar

from app.text import N_


class Refused(Exception):
    """Something was asked that is not done; `detail` says what is wrong, `hint` what to do.

    Both are Vietnamese catalogue entries with named placeholders which `values` fill; pages and the
    API translate them into the reader's language.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    detail: ClassVar[str]
    hint: ClassVar[str]
    retry_after: int | None = None
    """Seconds after which the same may be asked again, where that is known."""
    about: str = ""
    """Whom it is about, where the same was asked for several people at once."""

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.code)


class Unauthenticated(Refused):
    """Nobody is signed in, or the token is unknown or has ended."""

    code, status = "unauthenticated", 401
    detail = N_("Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn.")
    hint = N_("Đăng nhập lại rồi thực hiện lại thao tác.")


class SessionOver(Unauthenticated):
    """A form came from a browser in which nobody is signed in any more."""

    code = "session_over"
    detail = N_("Phiên đăng nhập đã kết thúc; chưa ghi nhận gì của lần gửi này.")
    hint = N_("Đăng nhập lại, bạn sẽ trở về trang vừa rồi để gửi lại.")


class NotAllowed(Refused):
    """May you? No: this person has no authority over this action on this object."""

    code, status = "not_allowed", 403
    detail = N_("Bạn không có quyền thực hiện việc này.")
    hint = N_("Nhờ người có thẩm quyền, hoặc liên hệ ban quản trị của trường nếu phân quyền chưa đúng.")


class NotFound(Refused):
    """There is no such object, or the caller may not know of it."""

    code, status = "not_found", 404
    detail = N_("Không tìm thấy nội dung này.")
    hint = N_("Kiểm tra lại đường dẫn, hoặc tìm từ danh sách hồ sơ.")


class NotNow(Refused):
    """Is it possible now? No: the state of the object does not permit it."""

    code, status = "not_now", 409
    detail = N_("Hồ sơ đang ở bước không cho phép việc này.")
    hint = N_("Tải lại trang để xem bước hiện tại của hồ sơ.")


class Stale(Refused):
    """The caller decided on a turn or on bytes that are not the present ones."""

    code, status = "stale", 409
    detail = N_("Hồ sơ đã thay đổi kể từ lúc bạn mở xem.")
    hint = N_("Tải lại trang, đọc bản hiện tại rồi quyết định lại.")


class TooLarge(Refused):
    """More bytes were sent than the deployment takes."""

    code, status = "too_large", 413
    detail = N_("Tệp lớn hơn giới hạn %(limit_mb)s MB.")
    hint = N_("Quét ở 200 dpi đen trắng, nén ảnh trong Word (Nén ảnh), hoặc tách tệp thành nhiều phần.")


class TooManyAttempts(Refused):
    """Too many failed tries to sign in from one place; `wait` is how long it is refused."""

    code, status = "too_many_attempts", 429
    detail = N_("Đã thử đăng nhập sai quá nhiều lần.")
    hint = N_("Đợi %(minutes)s phút rồi thử lại, hoặc đăng nhập trên trình duyệt bạn vẫn thường dùng.")

    def __init__(self, wait: timedelta) -> None:
        super().__init__(minutes=math.ceil(wait / timedelta(minutes=1)))
        self.retry_after = math.ceil(wait.total_seconds())


class InvalidRequest(Refused):
    """The request does not have the form that is asked for."""

    code, status = "invalid_request", 422
    detail = N_("Yêu cầu thiếu hoặc sai trường: %(fields)s.")
    hint = N_("Kiểm tra lại các trường đã nêu rồi gửi lại.")


class TextTooLong(InvalidRequest):
    """A field holds more characters than it takes."""

    detail = N_("“%(fields)s” dài quá %(longest)s ký tự.")
    hint = N_("Rút gọn nội dung rồi gửi lại.")

    def __init__(self, field: str, longest: int) -> None:
        super().__init__(fields=field, longest=longest)


class CommentRequired(Refused):
    """A record is returned without saying why."""

    code, status = "comment_required", 422
    detail = N_("Trả lại hồ sơ cần có lý do.")
    hint = N_("Viết một câu cho biết cần sửa gì rồi gửi lại.")


class ServiceUnavailable(Refused):
    """Disk, database or sandbox cannot be reached; nothing that was accepted is lost."""

    code, status = "unavailable", 503
    detail = N_("Hệ thống tạm thời chưa phục vụ được; yêu cầu này chưa được ghi nhận.")
    hint = N_("Đợi một phút rồi thử lại. Những hồ sơ đã nhận trước đó vẫn an toàn.")
    retry_after = 30
