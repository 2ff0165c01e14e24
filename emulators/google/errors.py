"""How Drive refuses: status, reason and the one shape of every error body."""

from typing import Any

from emulators.faults import Rule
from emulators.serving import Response, json_response

LOCKED_REASON = "fileContentRestricted"
"""Google documents no reason for writing to a locked file; a client must not depend on this one."""

KINDS = {
    "storage_full": Rule(
        status=403, reason="storageQuotaExceeded", message="The user's Drive storage quota has been exceeded."
    ),
    "item_limit": Rule(
        status=403,
        reason="teamDriveFileLimitExceeded",
        message="The file limit for this shared drive has been exceeded.",
    ),
    "domain_policy": Rule(
        status=403, reason="domainPolicy", message="The domain administrators have disabled Drive apps."
    ),
    "sharing_forbidden": Rule(
        status=400,
        reason="invalidSharingRequest",
        message='Bad Request. User message: "ACL change not allowed."',
    ),
    "mail_failed": Rule(
        status=400,
        reason="invalidSharingRequest",
        message='Bad Request. User message: "Sorry, the items were successfully shared but emails could not'
        ' be sent."',
    ),
    "sharing_rate": Rule(
        status=403,
        reason="sharingRateLimitExceeded",
        message='Rate limit exceeded. User message: "These item(s) could not be shared because a rate limit'
        ' was exceeded."',
    ),
    "user_rate": Rule(status=403, reason="userRateLimitExceeded", message="User Rate Limit Exceeded"),
    "rate": Rule(status=429, reason="rateLimitExceeded", message="Rate Limit Exceeded"),
    "daily_limit": Rule(status=403, reason="dailyLimitExceeded", message="Daily Limit Exceeded"),
    "revoked_token": Rule(status=401, reason="authError", message="Invalid Credentials"),
    "backend": Rule(status=503, reason="backendError", message="Backend Error"),
    "session_gone": Rule(status=404, reason="notFound", message="Not Found"),
    "cursor_gone": Rule(status=410, reason="gone", message="The page token is no longer valid."),
    "list_lag": Rule(lag=300.0),
    "partial_chunk": Rule(keep=262_144, status=503, reason="backendError", message="Backend Error"),
}
"""The faults that have a name; see `emulators.faults.Rule.kind`."""

_USAGE = {"userRateLimitExceeded", "rateLimitExceeded", "dailyLimitExceeded"}


class DriveError(Exception):
    """A refusal as a client sees it."""

    def __init__(
        self, status: int, reason: str, message: str, location: str = "", location_type: str = "parameter"
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.place = {"location": location, "locationType": location_type} if location else {}

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """Return the answer."""
        domain = "usageLimits" if self.reason in _USAGE else "global"
        detail: dict[str, Any] = {"message": self.message, "domain": domain, "reason": self.reason}
        error = {"code": self.status, "message": self.message, "errors": [detail | self.place]}
        return json_response(self.status, {"error": error}, headers)


def not_found(file_id: str) -> DriveError:
    """The answer for what is not there, and for what the caller may not know of."""
    return DriveError(404, "notFound", f"File not found: {file_id}.", "fileId")


def forbidden(file_id: str) -> DriveError:
    """The answer for who may see, but not do this."""
    message = f"The user does not have sufficient permissions for file {file_id}."
    return DriveError(403, "insufficientFilePermissions", message)


def bad_request(message: str, location: str = "", reason: str = "badRequest") -> DriveError:
    """The answer for what makes no sense."""
    return DriveError(400, reason, message, location)


def invalid_value(location: str) -> DriveError:
    """The answer for a parameter that cannot be read."""
    return DriveError(400, "invalid", "Invalid Value", location)


def unauthorised() -> DriveError:
    """The answer for a token that is unknown, expired or revoked."""
    return DriveError(401, "authError", "Invalid Credentials", "Authorization", "header")


def limit_kind(kind: str) -> DriveError:
    """The answer that belongs to a fault with a name, when it comes about by itself."""
    rule = KINDS[kind]
    return DriveError(rule.status or 403, rule.reason, rule.message)
