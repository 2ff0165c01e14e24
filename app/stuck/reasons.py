"""Why a job failed, in sentences for those whose job it is."""

from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.errors import Refused
from app.notices.mail import MailRefused
from app.pdf.sandbox import SandboxDied, SandboxUnavailable
from app.records.refusals import AcceptedBytesChanged
from app.records.rereading import NoLongerSealed
from app.storage.accounts import refusal_with
from app.storage.protocol import MissingError, OccupiedError, OutsideTreeError, StorageError
from app.text import N_


class ApprovedBytesLost(Refused):
    """Staging does not hold the bytes any more."""

    code, status = "approved_bytes_lost", 500
    detail = N_("Không còn thấy tệp đã nộp trong kho tạm của hệ thống.")
    hint = N_("Báo người quản trị máy chủ khôi phục tệp từ bản sao lưu, rồi bấm thử lại.")


class RecordChanged(Refused):
    """The record's row is not what the audit log says was signed."""

    code, status = "record_changed", 500
    detail = N_("Tên, loại, kỳ hoặc người nộp của hồ sơ không còn như lúc ký, theo nhật ký.")
    hint = N_(
        "Báo người quản trị máy chủ chạy kyduyet audit verify; sửa lại cho khớp nhật ký rồi bấm thử lại."
    )


class NotSealable(Refused):
    """The sandbox ended without sealing the document."""

    code, status = "not_sealable", 500
    detail = N_("Không đóng được dấu duyệt và phiếu ký duyệt vào tệp PDF này.")
    hint = N_("Bấm thử lại; nếu vẫn kẹt, báo người quản trị máy chủ. Quyết định ký duyệt vẫn được giữ.")


class OfficialDiffers(Refused):
    """Two readers found something else in the official PDF than was approved."""

    code, status = "official_differs", 500
    detail = N_("Bản chính thức vừa lập không khớp với tệp đã được duyệt nên không được lưu vào cây thư mục.")
    hint = N_("Bấm thử lại; nếu vẫn kẹt, báo người quản trị máy chủ. Quyết định ký duyệt vẫn được giữ.")


class FiledBytesDiffer(Refused):
    """The store gives back other bytes than were put there."""

    code, status = "filed_bytes_differ", 500
    detail = N_("Kho lưu trữ trả lại tệp khác với tệp đã ghi vào.")
    hint = N_("Kiểm tra ổ đĩa hoặc tài khoản lưu trữ, xóa tệp hỏng trong cây thư mục rồi bấm thử lại.")


class SandboxAway(Refused):
    """The sandbox does not answer."""

    code, status = "sandbox_unavailable", 503
    detail = N_("Bộ phận xử lý PDF tạm thời chưa trả lời.")
    hint = N_("Hệ thống tự thử lại vài phút một lần; bấm thử lại nếu muốn làm ngay.")


class WorkerDied(Refused):
    """Whatever does the job dies of it, again and again."""

    code, status = "worker_died", 500
    detail = N_("Tiến trình xử lý đã mấy lần dừng đột ngột khi làm việc này.")
    hint = N_("Hệ thống tự làm lại, mỗi lần cách xa hơn; báo người quản trị máy chủ kèm thời điểm ghi ở đây.")


class LetterRefused(Refused):
    """The mail server takes the letter neither now nor later."""

    code, status = "letter_refused", 502
    detail = N_("Máy chủ thư không nhận lá thư này.")
    hint = N_("Kiểm tra địa chỉ thư của người nhận, sửa nếu sai rồi bấm thử lại.")


class MailAway(Refused):
    """The mail server does not answer, or wants the letter later."""

    code, status = "mail_unavailable", 503
    detail = N_("Máy chủ thư tạm thời chưa nhận lá thư này.")
    hint = N_("Hệ thống tự thử lại vài phút một lần; nếu kéo dài, báo người quản trị máy chủ.")


class Unforeseen(Refused):
    """Nobody thought of this; the log knows more."""

    code, status = "internal_error", 500
    detail = N_("Hệ thống gặp lỗi ngoài dự kiến ở bước này.")
    hint = N_("Bấm thử lại; nếu vẫn kẹt, báo người quản trị máy chủ kèm thời điểm ghi ở đây.")


_OURS: Iterable[type[Refused]] = (
    AcceptedBytesChanged,
    ApprovedBytesLost,
    RecordChanged,
    NoLongerSealed,
    NotSealable,
    OfficialDiffers,
    FiledBytesDiffer,
    SandboxAway,
    WorkerDied,
    LetterRefused,
    MailAway,
    Unforeseen,
    StorageError,
    MissingError,
    OccupiedError,
    OutsideTreeError,
)
REASONS = {reason.code: reason for reason in _OURS}


def reason_with(code: str) -> type[Refused]:
    """Return the reason that a code stands for."""
    return REASONS.get(code) or refusal_with(code) or Unforeseen


def reason_of(failure: Exception) -> type[Refused]:
    """Return the reason that people are told for a failure."""
    if isinstance(failure, SandboxDied):
        return NotSealable
    if isinstance(failure, SandboxUnavailable):
        return SandboxAway
    if isinstance(failure, FileNotFoundError):
        return ApprovedBytesLost
    if isinstance(failure, MailRefused):
        return LetterRefused
    if isinstance(failure, OSError):
        return StorageError
    return type(failure) if isinstance(failure, Refused) else Unforeseen


def may_pass(failure: Exception) -> bool:
    """Tell whether the same may succeed later without anybody doing anything about it."""
    if isinstance(failure, StorageError):
        return not failure.permanent
    if isinstance(failure, FileNotFoundError):
        return False
    return isinstance(failure, OSError | SandboxUnavailable | OperationalError | IntegrityError | PoolTimeout)
