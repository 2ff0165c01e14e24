"""The faults of Graph that have a name: what each answers, and which calls it concerns."""

from emulators.faults import Rule

KINDS = {
    "throttled": Rule(
        status=429,
        reason="activityLimitReached",
        message="The request has been throttled.",
        retry_after=10,
    ),
    "unavailable": Rule(
        status=503,
        reason="serviceNotAvailable",
        message="The server is currently unable to handle the request.",
        retry_after=5,
    ),
    "server_error": Rule(status=500, reason="generalException", message="General exception while processing"),
    "mid_chunk": Rule(
        operation="sessions.put",
        keep=0,
        status=503,
        reason="serviceNotAvailable",
        message="The server is currently unable to handle the request.",
    ),
    "session_gone": Rule(
        operation="sessions.*", status=404, reason="itemNotFound", message="The upload session was not found."
    ),
    "cursor_gone": Rule(
        operation="delta",
        status=410,
        reason="resyncRequired",
        message="The provided sync token is too old or no longer valid. Start over.",
    ),
    "revoked": Rule(
        status=401,
        reason="InvalidAuthenticationToken",
        message="Lifetime validation failed, the token is expired.",
    ),
    "grant_revoked": Rule(
        operation="login.token",
        status=400,
        reason="invalid_grant",
        message="AADSTS50173: The provided grant has been revoked, a fresh one is needed.",
    ),
    "storage_full": Rule(
        operation="*.put", status=507, reason="quotaLimitReached", message="Insufficient Space Available"
    ),
    "domain_policy": Rule(
        operation="permissions.invite",
        status=403,
        reason="accessDenied",
        message="Sharing with people outside the organization has been disabled.",
    ),
    "invite_fails": Rule(
        operation="permissions.invite",
        status=500,
        reason="generalException",
        message="General exception while processing",
    ),
    "denied": Rule(status=403, reason="accessDenied", message="Access denied"),
    "locked": Rule(
        operation="items.*",
        status=423,
        reason="resourceLocked",
        message="The resource is checked out or open for editing by another user.",
    ),
    "list_lag": Rule(operation="items.children", lag=60.0),
    "delta_lag": Rule(operation="delta", lag=60.0),
}
