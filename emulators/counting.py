"""What is counted: calls and their quota units by operation, and the token buckets that enforce a quota."""

import threading
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from emulators.clock import Clock

_REMEMBERED = 20_000


@dataclass(frozen=True)
class Call:
    """One call as the counters and the faults see it."""

    operation: str
    method: str
    path: str
    """Unquoted."""
    account: str = ""
    units: int = 0


class Counters:
    """How many calls were made and what they cost, since the start or the last reset."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Start again from nothing."""
        with self._lock:
            self._calls: Counter[str] = Counter()
            self._units: Counter[str] = Counter()
            self._accounts: Counter[str] = Counter()
            self._statuses: Counter[int] = Counter()
            self._last: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)

    def note(self, call: Call, status: int) -> None:
        """Count a call; `status` is 0 where the connection was cut instead of answered."""
        with self._lock:
            self._calls[call.operation] += 1
            self._units[call.operation] += call.units
            self._accounts[call.account] += call.units
            self._statuses[status] += 1
            self._last.append(
                {"operation": call.operation, "method": call.method, "path": call.path}
                | {"account": call.account, "units": call.units, "status": status}
            )

    def calls(self, operation: str | None = None) -> int:
        """Return how often an operation was called, or all together."""
        with self._lock:
            return self._calls.total() if operation is None else self._calls[operation]

    def units(self, operation: str | None = None) -> int:
        """Return the quota units an operation has cost, or all together."""
        with self._lock:
            return self._units.total() if operation is None else self._units[operation]

    def last(self) -> list[dict[str, Any]]:
        """Return the latest calls, oldest first: operation, method, path, account, units, status."""
        with self._lock:
            return list(self._last)

    def report(self) -> dict[str, Any]:
        """Return all counts as JSON."""
        with self._lock:
            return {
                "calls": dict(self._calls),
                "units": dict(self._units),
                "units_by_account": dict(self._accounts),
                "statuses": {str(status): count for status, count in self._statuses.items()},
                "total_calls": self._calls.total(),
                "total_units": self._units.total(),
            }


class TokenBucket:
    """At most `capacity` units at once, refilled evenly over `period` seconds of the given clock."""

    def __init__(self, capacity: float, period: float, clock: Clock) -> None:
        self.capacity = capacity
        self._per_second = capacity / period
        self._clock = clock
        self._level = capacity
        self._at = clock.seconds()

    def level(self) -> float:
        """Return the units that can be taken now."""
        now = self._clock.seconds()
        self._level = min(self.capacity, self._level + max(0.0, now - self._at) * self._per_second)
        self._at = now
        return self._level

    def take(self, units: float) -> bool:
        """Take the units if they are there, and tell whether they were."""
        if self.level() < units:
            return False
        self._level -= units
        return True

    def drain(self, units: float) -> None:
        """Take the units, below nothing if need be: what a throttled call still costs."""
        self._level = self.level() - units

    def wait(self, units: float) -> float:
        """Return the seconds until so many units will be there."""
        return max(0.0, (units - self.level()) / self._per_second)
