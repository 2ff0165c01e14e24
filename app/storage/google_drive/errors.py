"""What Drive's refusals mean: one table from status and reason to what is done about it."""

from app.storage.policy import (
    CloudError,
    DailyCap,
    DriveFull,
    HardLimit,
    NoRight,
    OutOfReach,
    PolicyForbids,
    SharingTooFast,
    SignInAgain,
    Then,
    TooFast,
)
from app.storage.protocol import MissingError
from app.text import N_


class AlreadyMade(CloudError):
    """Something with this id exists already: an earlier call was done after all, if it has the same bytes."""

    code, status = "store_already_made", 409
    then = Then.CHECK


class Expired(CloudError):
    """What a request refers to was there only for a time: a cursor, or an upload in pieces."""

    code, status = "store_expired", 410


class NotUnderstood(CloudError):
    """Drive cannot make sense of a request."""

    code, status = "store_not_understood", 502
    then = Then.PARK
    detail = N_("Kho lưu trữ không chấp nhận yêu cầu của hệ thống.")
    hint = N_("Báo người quản trị máy chủ kèm thời điểm ghi ở đây.")


class RootGone(CloudError):
    """The folder in which the school's tree is built cannot be seen any more."""

    code, status = "store_root_gone", 503
    permanent = True
    then = Then.STOP_SCHOOL
    detail = N_("Không còn thấy thư mục gốc của trường trong kho lưu trữ.")
    hint = N_(
        "Khôi phục thư mục đó từ thùng rác hoặc cấp lại quyền cho tài khoản đã kết nối, rồi bấm “Thử lại”"
        " ở trang Lưu trữ; hoặc kết nối lại với một thư mục khác."
    )


class ClockWrong(CloudError):
    """The machine's clock is so far off that Google takes no signature of it."""

    code, status = "store_clock_wrong", 503
    permanent = True
    then = Then.STOP_ALL
    detail = N_("Đồng hồ của máy chủ chạy sai nên kho lưu trữ từ chối đăng nhập.")
    hint = N_("Người quản trị máy chủ bật đồng bộ thời gian (NTP) rồi bấm “Thử lại” ở trang Lưu trữ.")


Meaning = type[CloudError | MissingError]

BY_REASON: dict[tuple[int, str], Meaning] = {
    (400, "invalidSharingRequest"): PolicyForbids,
    (403, "userRateLimitExceeded"): TooFast,
    (403, "rateLimitExceeded"): TooFast,
    (403, "sharingRateLimitExceeded"): SharingTooFast,
    (403, "dailyLimitExceeded"): DailyCap,
    (403, "storageQuotaExceeded"): DriveFull,
    (403, "teamDriveFileLimitExceeded"): HardLimit,
    (403, "numChildrenInNonRootLimitExceeded"): HardLimit,
    (403, "myDriveHierarchyDepthLimitExceeded"): HardLimit,
    (403, "teamDriveHierarchyTooDeep"): HardLimit,
    (403, "activeItemCreationLimitExceeded"): HardLimit,
    (403, "insufficientFilePermissions"): NoRight,
    (403, "appNotAuthorizedToFile"): NoRight,
    (403, "teamDriveMembershipRequired"): NoRight,
    (403, "cannotModifyInheritedTeamDrivePermission"): NoRight,
    (403, "domainPolicy"): PolicyForbids,
}
"""The reasons that Google documents and a store can meet."""

BY_STATUS: dict[int, Meaning] = {
    401: SignInAgain,
    403: NoRight,
    404: MissingError,
    408: OutOfReach,
    409: AlreadyMade,
    410: Expired,
    429: TooFast,
}
"""For reasons that are not in the table."""

_SERVER_FAULT = 500


def meaning(status: int, reason: str) -> Meaning:
    """Return what a refusal means."""
    known = BY_REASON.get((status, reason)) or BY_STATUS.get(status)
    if known:
        return known
    return OutOfReach if status >= _SERVER_FAULT else NotUnderstood
