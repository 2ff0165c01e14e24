"""The supervisor: starts the product's processes in order, restarts those that die, stops all together."""

import ctypes
import logging
import math
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn, Self

_log = logging.getLogger(__name__)

_TOO_MANY_DEATHS = 5
_DEATHS_COUNT_SECONDS = 10.0
_FIRST_DELAY_SECONDS = 0.2
_READY_PAUSE_SECONDS = 0.1
_LOOK_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """One process to keep running, with its children in a process group of its own."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the supervisor's own environment."""
    inherits: bool = True
    """Whether it gets the supervisor's environment at all, which holds the secrets of the deployment."""
    ready: Callable[[], bool] | None = None
    """Asked about ten times a second until it says yes; only then the next child is started."""
    stops_last: bool = False
    """Others need it to finish what they do, so it is stopped after them."""
    once: bool = False
    """It ends when it has done its work: started after `on_ready`, and not again however it ended."""


@dataclass(frozen=True)
class Patience:
    """How many seconds the supervisor waits before it uses force."""

    ready: float = 60.0
    stop: float = 6.0
    stop_last: float = 1.0


def supervise(
    children: Sequence[Child],
    on_ready: Callable[[], None] = lambda: None,
    patience: Patience = Patience(),
    look_after: Callable[[], None] | None = None,
) -> int:
    """Run `children` until SIGTERM or SIGINT comes; return the exit status of the whole.

    0 after such a signal; 1 when a child died five times in ten seconds or was never ready. `on_ready` is
    called once, when every child has been ready, and `look_after` every five seconds from then on, for what
    is no child of ours. Call it in the main thread; on Linux the children are ended
    even when the supervisor is killed.
    """
    with _Signals() as signals:
        supervisor = _Supervisor(signals, patience)
        try:
            supervisor.start_all([each for each in children if not each.once])
            if not signals.stopping:
                on_ready()
                supervisor.start_all([each for each in children if each.once])
            supervisor.keep_running(look_after)
        except _GivingUpError as error:
            _log.error("%s; stopping everything", error)
            return 1
        finally:
            supervisor.stop_all()
    return 0


def exit_on_sigterm() -> None:
    """Let SIGTERM end this process like `sys.exit`, so that its `with` blocks clean up."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


class _GivingUpError(Exception):
    """Why the supervisor cannot go on."""


class _Signals:
    """Wakes the supervisor at a child's death and remembers whether it has been asked to stop."""

    def __init__(self) -> None:
        self.stopping = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    def __enter__(self) -> Self:
        self._wakeup_before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, self._note)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        }
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        os.close(self._read)
        os.close(self._write)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.stopping = self.stopping or number != signal.SIGCHLD

    def wait(self, until: float) -> None:
        """Sleep until a signal comes or the monotonic clock shows `until`."""
        timeout = None if until == math.inf else max(0.0, until - time.monotonic())
        if select.select([self._read], [], [], timeout)[0]:
            os.read(self._read, 4096)


class _Running:
    """A child, its present process, and when earlier ones died."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths: list[float] = []
        self.due = time.monotonic()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            list(self.child.command),
            env={**(os.environ if self.child.inherits else {}), **self.child.env},
            start_new_session=True,
            preexec_fn=_end_with_parent(),  # noqa: PLW1509 - the supervisor has no threads
        )
        _log.info("started name=%s pid=%d", self.child.name, self.process.pid)

    def reap(self) -> None:
        """Notice a death: clear away what the process left running and say when to start it again."""
        if self.process is None or (status := self.process.poll()) is None:
            return
        self.signal_group(signal.SIGKILL)
        if self.child.once:
            _log.info("ended name=%s pid=%d status=%d", self.child.name, self.process.pid, status)
            self.process, self.due = None, math.inf
            return
        now = time.monotonic()
        self.deaths = [death for death in self.deaths if now - death < _DEATHS_COUNT_SECONDS] + [now]
        _log.warning("died name=%s pid=%d status=%d", self.child.name, self.process.pid, status)
        self.process = None
        if len(self.deaths) >= _TOO_MANY_DEATHS:
            raise _GivingUpError(
                f"{self.child.name} died {_TOO_MANY_DEATHS} times in {_DEATHS_COUNT_SECONDS:.0f} seconds"
            )
        # At once after a single death; then ever later, yet soon enough to count all five.
        self.due = now + _FIRST_DELAY_SECONDS * (2 ** (len(self.deaths) - 1) - 1)

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and whatever it started."""
        # macOS answers EPERM where only unreaped processes are left.
        with suppress(ProcessLookupError, PermissionError):
            if self.process is not None:
                os.killpg(self.process.pid, number)


class _Supervisor:
    def __init__(self, signals: _Signals, patience: Patience) -> None:
        self._signals = signals
        self._patience = patience
        self._running: list[_Running] = []

    def start_all(self, children: Sequence[Child]) -> None:
        for child in children:
            self._running.append(_Running(child))
            self._revive()
            if child.ready is not None:
                self._await_ready(child.name, child.ready)

    def keep_running(self, look_after: Callable[[], None] | None) -> None:
        next_look = time.monotonic() + _LOOK_SECONDS if look_after else math.inf
        while not self._signals.stopping:
            self._signals.wait(min(self._next_start(), next_look))
            self._revive()
            if look_after and time.monotonic() >= next_look:
                look_after()
                next_look = time.monotonic() + _LOOK_SECONDS

    def stop_all(self) -> None:
        for last, patience in ((False, self._patience.stop), (True, self._patience.stop_last)):
            self._stop([each for each in self._running if each.child.stops_last is last], patience)

    def _await_ready(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self._patience.ready
        while not self._signals.stopping and not ready():
            if time.monotonic() > deadline:
                raise _GivingUpError(f"{name} was not ready after {self._patience.ready:.0f} seconds")
            self._signals.wait(time.monotonic() + _READY_PAUSE_SECONDS)
            self._revive()

    def _revive(self) -> None:
        for each in self._running:
            each.reap()
            if each.process is None and each.due <= time.monotonic() and not self._signals.stopping:
                each.start()

    def _next_start(self) -> float:
        return min((each.due for each in self._running if each.process is None), default=math.inf)

    def _stop(self, running: Sequence[_Running], patience: float) -> None:
        # Only the process itself is told: gunicorn and the sandbox end their own children in good order.
        alive = [each.process for each in running if each.process is not None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(process.poll() is None for process in alive):
            self._signals.wait(deadline)
        for each in running:
            self._kill(each)

    def _kill(self, running: _Running) -> None:
        if running.process is None:
            return
        if running.process.poll() is None:
            _log.warning(
                "did not stop in time, killing it name=%s pid=%d", running.child.name, running.process.pid
            )
        running.signal_group(signal.SIGKILL)
        running.process.wait()
        _log.info("stopped name=%s pid=%d", running.child.name, running.process.pid)


def _end_with_parent() -> Callable[[], None] | None:
    """Make what a child calls before it becomes its command, so that it cannot outlive the supervisor."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return ask_kernel
