"""What a benchmark says: one JSON object a line, with the aim beside the value."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """One figure: what, how much, over how many, and what was aimed at."""

    name: str
    value: float
    unit: str
    n: int
    aim: str
    note: str = ""

    def line(self) -> str:
        """Return the figure as one line of JSON."""
        return json.dumps({**asdict(self), "value": round(self.value, 4)}, ensure_ascii=False)


@dataclass(frozen=True)
class Run:
    """Many timed calls: how long each took, and all of them together."""

    seconds: Sequence[float]
    elapsed: float

    @property
    def rate(self) -> float:
        """Calls per second."""
        return len(self.seconds) / self.elapsed

    @property
    def p95(self) -> float:
        """Milliseconds under which 95 of 100 calls stayed."""
        return sorted(self.seconds)[max(0, round(len(self.seconds) * 0.95) - 1)] * 1000

    @property
    def median(self) -> float:
        """Milliseconds of the call in the middle."""
        return statistics.median(self.seconds) * 1000


def timed(work: Sequence[Sequence[Any]], call: Callable[[int, Any], object]) -> Run:
    """Let each client, in a thread of its own, call through its list of work; all begin together."""
    begin = threading.Barrier(len(work) + 1)

    def one_client(number: int) -> list[float]:
        seconds = []
        begin.wait()
        for item in work[number]:
            started = time.perf_counter()
            call(number, item)
            seconds.append(time.perf_counter() - started)
        return seconds

    with ThreadPoolExecutor(len(work)) as pool:
        futures = [pool.submit(one_client, number) for number in range(len(work))]
        begin.wait()
        started = time.perf_counter()
        lists = [future.result() for future in futures]
        elapsed = time.perf_counter() - started
    return Run([second for seconds in lists for second in seconds], elapsed)


def dealt(items: Sequence[Any], hands: int) -> list[Sequence[Any]]:
    """Deal items to clients like cards."""
    return [items[start::hands] for start in range(hands)]
