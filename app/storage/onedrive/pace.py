"""Calls to Graph at the account's pace, and away from it for as long as it asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from app.storage.onedrive.client import Answer, Call, GraphClient, Json
from app.storage.onedrive.errors import Throttled
from app.storage.pacing import Pacer, Rate

T = TypeVar("T")

RATES = {
    "units": Rate(per_second=1150 / 60, burst=60),
    "sharing": Rate(per_second=30 / 60, burst=5),
}
"""An application has 1,250 units a minute in a tenant, and 60 invitations: no minute goes over them."""
LANES = 6
"""Files sent at the same time: enough for the pace as long as a file takes less than 0.6 seconds."""


@dataclass(frozen=True)
class Cost:
    """What a call takes from the buckets."""

    units: int
    sharing: int = 0


READ = Cost(2)
"""One unit in truth; two keep a person's account within its 3,000 requests in five minutes as well."""
WRITE = Cost(2)
PERMISSIONS = Cost(5)
INVITATION = Cost(5, sharing=1)


class PacedGraph:
    """Graph as the stores of one account call it; raises `PutOff` besides what the client raises."""

    def __init__(self, graph: GraphClient, pacer: Pacer) -> None:
        self._graph = graph
        self._pacer = pacer
        self._running_out = False

    def send(self, cost: Cost, call: Call) -> Answer:
        """Send a request to a path under the root of Graph."""
        answer = self._at_pace(cost, lambda: self._graph.send(call))
        self._running_out = answer.running_out
        return answer

    def send_openly(self, cost: Cost, call: Call) -> Answer:
        """Send to a secret address, without the account's token."""
        return self._at_pace(cost, lambda: self._graph.send_openly(call))

    def download(self, cost: Cost, path: str) -> BinaryIO:
        """Return the bytes of a file."""
        return self._at_pace(cost, lambda: self._graph.download(path))

    def pages(self, cost: Cost, call: Call) -> Iterator[Json]:
        """Yield the pages of a listing, a request each."""
        body = self.send(cost, call).body
        yield body
        while following := body.get("@odata.nextLink"):
            body = self.send(cost, Call(call.method, self.path_of(following))).body
            yield body

    def path_of(self, link: str) -> str:
        """Return the path of an address that Graph gave out for its next page; raises `OutOfReach`."""
        return self._graph.path_of(link)

    def _at_pace(self, cost: Cost, send: Callable[[], T]) -> T:
        if cost.sharing:
            self._pacer.take("sharing", cost.sharing)
        # With little of the minute left each call counts twice, which halves the pace.
        self._pacer.take("units", cost.units * (2 if self._running_out else 1))
        try:
            return send()
        except Throttled as error:
            self._pacer.close(error.seconds)
            raise
