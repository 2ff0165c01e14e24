"""What a store's failures mean, and what is done about each: one table for both clouds."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from app.storage.protocol import StorageError
from app.text import N_


class Then(StrEnum):
    """What is done after a failure."""

    RETRY = "retry"
    """Soon again, with growing pauses."""
    PARK = "park"
    """Again in minutes to hours: the account is being held back."""
    STOP_SCHOOL = "stop_school"
    """Nothing more for this school until somebody there has done something."""
    STOP_ALL = "stop_all"
    """Nothing more for anyone until whoever runs the deployment has done something."""
    DONE = "done"
    """It has happened already."""
    CHECK = "check"
    """Nobody knows whether it has happened: ask before anything else."""


class CloudError(StorageError):
    """A store in a cloud refused; `then` says what follows."""

    then: ClassVar[Then] = Then.RETRY
    until: datetime | None = None
    """When it is worth trying again, where that is known."""


class TooFast(CloudError):
    """The account or the application makes too many calls."""

    code, status = "store_too_fast", 503
    then = Then.PARK
    detail = N_("Kho lưu trữ đang hạn chế số thao tác của tài khoản.")
    hint = N_("Không cần làm gì: hệ thống chờ đúng thời gian kho yêu cầu rồi tự làm tiếp.")


class SharingTooFast(CloudError):
    """The account shares too much in too short a time."""

    code, status = "store_sharing_too_fast", 503
    then = Then.PARK
    detail = N_("Kho lưu trữ đang hạn chế số lần chia sẻ của tài khoản.")
    hint = N_("Không cần làm gì: việc chia sẻ được thử lại sau vài giờ.")


class DailyCap(CloudError):
    """The application as a whole has used up its day."""

    code, status = "store_daily_cap", 503
    permanent = True
    then = Then.STOP_ALL
    detail = N_("Ứng dụng đã dùng hết hạn mức gọi kho lưu trữ trong ngày.")
    hint = N_("Người quản trị máy chủ nâng hạn mức trong bảng điều khiển của nhà cung cấp.")


class DriveFull(CloudError):
    """No room is left in the account."""

    code, status = "store_full", 507
    permanent = True
    then = Then.STOP_SCHOOL
    detail = N_("Kho lưu trữ của trường đã đầy.")
    hint = N_("Dọn bớt hoặc mua thêm dung lượng, rồi bấm “Thử lại” ở trang Lưu trữ.")


class HardLimit(CloudError):
    """The drive or folder holds as many items, or is nested as deep, as the service allows."""

    code, status = "store_hard_limit", 507
    permanent = True
    then = Then.STOP_SCHOOL
    detail = N_("Ổ hoặc thư mục đã chạm giới hạn số mục hay số cấp của nhà cung cấp.")
    hint = N_("Chuyển trường sang một ổ khác ở trang Lưu trữ; tệp đã lưu vẫn còn nguyên.")


class NoRight(CloudError):
    """The connected account may not do this here."""

    code, status = "store_no_right", 403
    permanent = True
    then = Then.STOP_SCHOOL
    detail = N_("Tài khoản đã kết nối không còn quyền ghi vào thư mục của trường.")
    hint = N_("Chủ thư mục cấp lại quyền sửa cho tài khoản này, rồi bấm “Thử lại” ở trang Lưu trữ.")


class PolicyForbids(CloudError):
    """The domain's administrators forbid it."""

    code, status = "store_policy", 403
    permanent = True
    then = Then.STOP_SCHOOL
    detail = N_("Chính sách của đơn vị quản lý tài khoản không cho phép việc này.")
    hint = N_(
        "Nhờ người quản trị tên miền cho phép chia sẻ ra ngoài với địa chỉ này, hoặc dùng địa chỉ khác."
    )


class SignInAgain(CloudError):
    """The grant was revoked or has ended."""

    code, status = "store_sign_in_again", 503
    permanent = True
    then = Then.STOP_SCHOOL
    detail = N_("Kết nối với kho lưu trữ đã hết hiệu lực.")
    hint = N_(
        "Ban quản trị mở trang Lưu trữ và bấm “Kết nối lại”. Hồ sơ đã ký vẫn an toàn và sẽ tự lưu tiếp."
    )


class FileLocked(CloudError):
    """Somebody holds the file or folder open, or a lock is on it."""

    code, status = "store_file_locked", 423
    detail = N_("Tệp hoặc thư mục đang bị khóa trong kho lưu trữ.")
    hint = N_("Đóng tệp đang mở; hệ thống tự thử lại.")


class OutOfReach(CloudError):
    """No answer, a cut connection or a fault on the store's side."""

    code, status = "store_out_of_reach", 503
    then = Then.CHECK
    detail = N_("Không liên lạc được với kho lưu trữ.")
    hint = N_("Không cần làm gì: hệ thống tự thử lại. Nếu kéo dài, kiểm tra đường truyền của máy chủ.")
