"""Drive's documented quotas: units per minute, for a project and for each of its users."""

from emulators.clock import Clock
from emulators.counting import Call, TokenBucket
from emulators.google.errors import KINDS, DriveError
from emulators.google.routes import WRITING
from emulators.serving import Response

PROJECT_UNITS = 1_000_000
USER_UNITS = 325_000
WRITES_PER_SECOND = 3
"""No longer on Google's page, though still what large numbers of small files are seen to run into."""
_MINUTE = 60.0


class Quota:
    """One project's buckets; the emulator's lock guards them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._project = TokenBucket(PROJECT_UNITS, _MINUTE, clock)
        self._users: dict[str, TokenBucket] = {}
        self._writes: dict[str, TokenBucket] = {}

    def refusal(self, call: Call) -> Response | None:
        """Charge a call; returns the refusal when its user or the project has used up the minute."""
        user = self._users.setdefault(call.account, TokenBucket(USER_UNITS, _MINUTE, self._clock))
        pace = self._writes.setdefault(
            call.account, TokenBucket(WRITES_PER_SECOND * _MINUTE, _MINUTE, self._clock)
        )
        if not self._project.take(call.units):
            return _refusal("rate")
        if not user.take(call.units) or (call.operation in WRITING and not pace.take(1)):
            return _refusal("user_rate")
        return None


def _refusal(kind: str) -> Response:
    rule = KINDS[kind]
    return DriveError(rule.status or 403, rule.reason, rule.message).response()
