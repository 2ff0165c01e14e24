"""The documented limits of SharePoint in resource units, and how their nearness is told."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from emulators.clock import Clock
from emulators.counting import TokenBucket
from emulators.microsoft.errors import GraphError

UNITS_A_MINUTE = 1_250
UNITS_A_DAY = 1_200_000
REQUESTS_OF_A_USER = 3_000
SHARING_CALLS = 300
FIVE_MINUTES = 300.0
_TOLD_BELOW = 0.2


@dataclass(frozen=True)
class Charge:
    """What a call costs, and whom."""

    app_id: str
    tenant_id: str
    user_id: str
    units: int
    sharing: bool


class Throttle:
    """A bucket for each limit of each application, tenant and person; a refused call costs as well."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, ...], TokenBucket] = {}

    def take(self, charge: Charge) -> None:
        """Charge a call; raises 429 with Retry-After when a limit is reached."""
        wanted = list(self._limits(charge))
        waits = [bucket.wait(units) for bucket, units in wanted]
        for bucket, units in wanted:
            bucket.drain(units)
        if max(waits) > 0:
            seconds = str(max(1, math.ceil(max(waits))))
            headers = {"Retry-After": seconds} | self.headers(charge)
            raise GraphError(429, "activityLimitReached", "The request has been throttled.", headers=headers)

    def headers(self, charge: Charge) -> dict[str, str]:
        """Return the RateLimit headers, which appear when four fifths of a minute's units are used."""
        bucket = self._minute(charge)
        left = max(0.0, bucket.level())
        if left >= bucket.capacity * _TOLD_BELOW:
            return {}
        reset = math.ceil(bucket.wait(bucket.capacity))
        limit = int(bucket.capacity)
        return {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(int(left)),
            "RateLimit-Reset": str(reset),
        }

    def _minute(self, charge: Charge) -> TokenBucket:
        return self._bucket("minute", charge.app_id, charge.tenant_id, capacity=UNITS_A_MINUTE, period=60.0)

    def _limits(self, charge: Charge) -> Iterable[tuple[TokenBucket, int]]:
        app, tenant, user = charge.app_id, charge.tenant_id, charge.user_id
        yield self._minute(charge), charge.units
        yield self._bucket("day", app, tenant, capacity=UNITS_A_DAY, period=86_400.0), charge.units
        if user:
            yield self._bucket("user", user, capacity=REQUESTS_OF_A_USER, period=FIVE_MINUTES), 1
        if charge.sharing:
            yield self._bucket("sharing", app, tenant, capacity=SHARING_CALLS, period=FIVE_MINUTES), 1

    def _bucket(self, *key: str, capacity: int, period: float) -> TokenBucket:
        if key not in self._buckets:
            self._buckets[key] = TokenBucket(capacity, period, self._clock)
        return self._buckets[key]
