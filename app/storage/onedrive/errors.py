"""What Microsoft Graph's refusals mean here: one table from status and code to the product's refusals."""

from collections.abc import Iterable

from app.storage.abilities import CursorLost
from app.storage.policy import (
    DailyCap,
    DriveFull,
    FileLocked,
    HardLimit,
    NoRight,
    OutOfReach,
    PolicyForbids,
    SignInAgain,
    TooFast,
)
from app.storage.protocol import MissingError, OccupiedError, StorageError
from app.text import N_

UNTOLD_PAUSE = 120.0
"""Seconds to stay away after 429 where Graph does not say how long."""


class RequestRefused(StorageError):
    """Graph does not take this name, path or request, and would not take it again."""

    code, status = "store_refused_request", 422
    permanent = True
    detail = N_("OneDrive không nhận tên, đường dẫn hoặc yêu cầu này.")
    hint = N_(
        'Bỏ các ký tự " * : < > ? / \\ | và dấu chấm hay dấu cách ở cuối tên, rút ngắn tên thư mục,'
        " rồi thử lại."
    )


class RecipientRefused(StorageError):
    """Graph does not share with this address."""

    code, status = "store_recipient_refused", 422
    permanent = True
    detail = N_("OneDrive không chia sẻ được với địa chỉ này.")
    hint = N_(
        "Kiểm tra lại địa chỉ; nên dùng địa chỉ có tài khoản Microsoft. Nếu địa chỉ đúng, kết nối kho bằng"
        " tài khoản của người quản trị trường thay vì bằng ứng dụng rồi chia sẻ lại."
    )


class InvitationFailed(RecipientRefused):
    """Graph failed at an invitation and says nothing of why; the address is the usual reason."""

    permanent = False


class ServerFault(OutOfReach):
    """Graph answered, but only that it failed."""


class ChangedMeanwhile(OutOfReach):
    """Somebody else changed the item since it was last looked at; it has to be looked at again."""


class Throttled(TooFast):
    """Graph asks to be left alone for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


POLICY: dict[tuple[int, str], type[StorageError]] = {
    (400, ""): RequestRefused,
    (400, "quotaLimitReached"): DriveFull,
    (401, ""): SignInAgain,
    (403, ""): NoRight,
    (403, "sharingDisabled"): PolicyForbids,
    (403, "externalSharingDisabled"): PolicyForbids,
    (403, "accessRestricted"): PolicyForbids,
    (403, "quotaLimitReached"): DriveFull,
    (403, "tenantQuotaExceeded"): DailyCap,
    (404, ""): MissingError,
    (405, ""): RequestRefused,
    (406, ""): RequestRefused,
    (408, ""): OutOfReach,
    (409, ""): OccupiedError,
    (409, "resourceModified"): ChangedMeanwhile,
    (411, ""): RequestRefused,
    (412, ""): ChangedMeanwhile,
    (413, ""): HardLimit,
    (415, ""): RequestRefused,
    (416, ""): ChangedMeanwhile,
    (422, ""): RequestRefused,
    (423, ""): FileLocked,
    (500, ""): ServerFault,
    (501, ""): RequestRefused,
    (502, ""): OutOfReach,
    (503, ""): OutOfReach,
    (504, ""): OutOfReach,
    (507, ""): DriveFull,
}
"""By status and code; the line without a code holds for every other code of that status."""

_THROTTLING = {429, 503, 509}


def refusal(status: int, codes: Iterable[str], pause: float | None) -> StorageError | CursorLost:
    """Return what an answer means; `pause` is its Retry-After in seconds, if it has one."""
    if status == 429 or (status in _THROTTLING and pause is not None):
        return Throttled(UNTOLD_PAUSE if pause is None else pause)
    if status == 410:
        return CursorLost()
    for code in (*codes, ""):
        kind = POLICY.get((status, code))
        if kind is not None:
            return kind()
    return RequestRefused() if status < 500 else OutOfReach()
