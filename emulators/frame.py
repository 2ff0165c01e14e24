"""The frame around either cloud: control addresses, latency, faults, quota and counting."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from emulators.clock import Clock
from emulators.counting import Call, Counters
from emulators.faults import FaultPlan, Rule
from emulators.serving import CutConnection, Request, Response, json_response

CONTROL = "/_emulator/"


class MeddleError(ValueError):
    """What was to be done behind the app's back cannot be done; the text says why."""


@dataclass(frozen=True)
class Work:
    """A recognised call and what does it; `do` runs under the emulator's lock."""

    call: Call
    do: Callable[[Request, Rule], Response]


class Emulator(ABC):
    """One cloud in memory: an app for `emulators.serving.serving`."""

    def __init__(self, kinds: Mapping[str, Rule], clock: Clock | None = None, latency: float = 0.0) -> None:
        self.clock = clock or Clock()
        self.latency = latency
        self.faults = FaultPlan(kinds)
        self.counters = Counters()
        self.lock = threading.RLock()

    @abstractmethod
    def recognise(self, request: Request) -> Work:
        """Return which operation the request asks for; unknown addresses and bad tokens are work too."""

    @abstractmethod
    def refusal(self, call: Call, rule: Rule) -> Response:
        """Return the cloud's own kind of error answer with the rule's status, reason and message."""

    @abstractmethod
    def throttled(self, call: Call) -> Response | None:
        """Charge the call to its quota; returns the refusal when there is none left."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return everything that is kept, as JSON for people and tests."""

    @abstractmethod
    def meddle(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what a person does behind the app's back; raises `MeddleError`."""

    @abstractmethod
    def furnish(self, origin: str) -> dict[str, Any]:
        """Make a first account whose store is empty; returns the credentials that connect it.

        `origin` is where the emulator is served, without a slash at its end.
        """

    @abstractmethod
    def close(self) -> None:
        """Forget everything, the bytes on disk too."""

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith(CONTROL):
            return self._control(request)
        with self.lock:
            work = self.recognise(request)
            rule = self.faults.take(work.call)
        time.sleep(self.latency + rule.delay)
        try:
            response = self._carried_out(request, work, rule)
        except CutConnection:
            self.counters.note(work.call, 0)
            raise
        self.counters.note(work.call, response.status)
        return response

    def _carried_out(self, request: Request, work: Work, rule: Rule) -> Response:
        if rule.cut == "before":
            raise CutConnection
        if rule.status is not None and rule.keep is None:
            return self.refusal(work.call, rule)
        with self.lock:
            response = self.throttled(work.call) or work.do(request, rule)
        if rule.cut == "after":
            raise CutConnection
        return replace(response, broken_off=True) if rule.cut == "during" else response

    def _control(self, request: Request) -> Response:
        action = self._actions().get((request.method, request.path.removeprefix(CONTROL)))
        if action is None:
            return json_response(404, {"error": "no such control address"})
        try:
            content = request.json() if request.method == "POST" else {}
            with self.lock:
                return json_response(200, action(content))
        except (KeyError, ValueError) as error:
            return json_response(400, {"error": f"{type(error).__name__}: {error}"})

    def _actions(self) -> dict[tuple[str, str], Callable[[dict[str, Any]], object]]:
        return {
            ("GET", "faults"): lambda _: self.faults.listed(),
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "calls"): lambda _: {**self.counters.report(), "last": self.counters.last()},
            ("DELETE", "calls"): self._reset_counters,
            ("GET", "state"): lambda _: self.state(),
            ("POST", "meddle"): self.meddle,
            ("POST", "clock"): self._advance,
        }

    def _add_fault(self, content: dict[str, Any]) -> list[dict[str, Any]]:
        self.faults.add(msgspec.convert(content, Rule))
        return self.faults.listed()

    def _clear_faults(self, _: dict[str, Any]) -> dict[str, Any]:
        self.faults.clear()
        return {}

    def _reset_counters(self, _: dict[str, Any]) -> dict[str, Any]:
        self.counters.reset()
        return {}

    def _advance(self, content: dict[str, Any]) -> dict[str, Any]:
        self.clock.advance(float(content["advance"]))
        return {"now": self.clock.now().isoformat()}
