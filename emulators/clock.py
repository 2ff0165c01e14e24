"""A clock that tests may move, so that nothing has to wait for what takes hours or weeks."""

import threading
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The time of this machine plus whatever it has been moved by."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the emulated time, in UTC."""
        with self._lock:
            return datetime.fromtimestamp(time.time(), UTC) + self._ahead

    def seconds(self) -> float:
        """Return the emulated time as seconds since 1970."""
        return self.now().timestamp()

    def advance(self, seconds: float) -> None:
        """Move the clock ahead, or back when negative."""
        with self._lock:
            self._ahead += timedelta(seconds=seconds)
