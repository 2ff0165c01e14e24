"""The sandbox's zygote: one process that keeps the parsers loaded and forks a child for each document."""

import os
import resource
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

import msgspec

from app.pdf import sandbox_wire as wire
from app.pdf.sandbox_child import EXIT_BEFORE_WORK, Operations, live, usage_of
from app.pdf.sandbox_fence import Fence
from app.pdf.sandbox_socket import listening
from app.pdf.sandbox_wire import FailureNote, Limits, Reason, Request, Usage

MOST_CLIENTS = 200
_LONGEST_SLEEP_S = 1.0
_READ_BYTES = 1 << 16
_OPEN_FILES = 1024
_NEARLY = 0.9
_FAULTS = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP}


@dataclass(eq=False)
class _Client:
    """A connection: first its request is read, then it waits for a slot, then its child works."""

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)
    descriptors: list[int] = field(default_factory=list)
    request: Request | None = None
    child: int | None = None
    deadline: float = float("inf")
    overdue: bool = False

    def close_descriptors(self) -> None:
        while self.descriptors:
            os.close(self.descriptors.pop())


class Zygote:
    """Listens at `socket_path` and runs `operations`, at most `slots` at a time; the others queue."""

    def __init__(self, socket_path: Path, operations: Operations, slots: int, fence: Fence) -> None:
        self._path = socket_path
        self._operations = operations
        self._slots = slots
        self._fence = fence
        self._parent = os.getppid()
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._clients: set[_Client] = set()
        self._working: dict[int, _Client] = {}
        self._waiting: deque[_Client] = deque()
        self._waiting_background: deque[_Client] = deque()
        self._inherited_mb = _memory_of_an_idle_child()

    def serve(self) -> None:
        """Serve until SIGTERM, or until the process that started this one has ended.

        Raises `FileExistsError` when another server answers at the socket.
        """
        # A child closes every descriptor below this bound; the lower it is, the sooner that is done.
        resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
        with listening(self._path) as listener, self._woken_by_signals():
            while not self._stopping and os.getppid() == self._parent:
                self._listen_while_there_is_room(listener)
                self._turn()
            for client in list(self._clients):
                self._dismiss(client)

    @contextmanager
    def _woken_by_signals(self) -> Iterator[None]:
        """Let a signal end the sleep in `select`: a child that ended, or the order to stop."""
        asleep, alarm = socket.socketpair()
        with asleep, alarm:
            asleep.setblocking(False)
            alarm.setblocking(False)
            signal.set_wakeup_fd(alarm.fileno(), warn_on_full_buffer=False)
            signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
            signal.signal(signal.SIGTERM, self._stop)
            signal.signal(signal.SIGINT, self._stop)
            self._selector.register(asleep, selectors.EVENT_READ, partial(asleep.recv, _READ_BYTES))
            yield
            signal.set_wakeup_fd(-1)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _listen_while_there_is_room(self, listener: socket.socket) -> None:
        listening = listener in self._selector.get_map()
        room = len(self._clients) < MOST_CLIENTS
        if room and not listening:
            self._selector.register(listener, selectors.EVENT_READ, partial(self._accept, listener))
        elif listening and not room:
            self._selector.unregister(listener)

    def _turn(self) -> None:
        earliest = min((client.deadline for client in self._working.values()), default=float("inf"))
        sleep = min(_LONGEST_SLEEP_S, max(0.0, earliest - time.monotonic()))
        for key, _ in self._selector.select(sleep):
            key.data()
        self._bury_the_dead()
        self._stop_the_overdue()
        self._fill_slots()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(BlockingIOError, ConnectionError):
            connection, _ = listener.accept()
            connection.setblocking(True)  # The child writes through the same open file description.
            client = _Client(connection)
            self._clients.add(client)
            self._selector.register(connection, selectors.EVENT_READ, partial(self._hear, client))

    def _hear(self, client: _Client) -> None:
        """Read more of a request; a client that hangs up or talks out of turn is dismissed."""
        try:
            data, descriptors, _, _ = socket.recv_fds(
                client.connection, _READ_BYTES, wire.MAX_DESCRIPTORS, socket.MSG_DONTWAIT
            )
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        client.descriptors += descriptors
        client.received += data
        if not data or client.request or len(client.descriptors) > wire.MAX_DESCRIPTORS:
            self._dismiss(client)
        elif client.received == wire.PING:
            client.connection.send(wire.pong(self._fence.missing), socket.MSG_DONTWAIT)
            self._dismiss(client)
        else:
            self._queue_when_complete(client)

    def _queue_when_complete(self, client: _Client) -> None:
        size = wire.frame_size(client.received)
        if size is None or (len(client.received) < size <= wire.MAX_REQUEST_BYTES):
            return
        try:
            client.request = _understood(client, size)
        except (msgspec.MsgspecError, ValueError):
            self._dismiss(client)
            return
        client.received.clear()
        (self._waiting_background if client.request.background else self._waiting).append(client)

    def _fill_slots(self) -> None:
        while len(self._working) < self._slots:
            client = self._next_in_line()
            if client is None or client.request is None:
                return
            if client in self._clients:
                self._fork_for(client, client.request)

    def _next_in_line(self) -> _Client | None:
        """Foreground first; background work leaves one slot free for whoever comes next."""
        if self._waiting:
            return self._waiting.popleft()
        if self._waiting_background and len(self._working) < max(1, self._slots - 1):
            return self._waiting_background.popleft()
        return None

    def _fork_for(self, client: _Client, request: Request) -> None:
        try:
            child = os.fork()
        except OSError:
            self._dismiss(client)
            return
        if child == 0:
            live(self._operations, request, client.descriptors, client.connection, self._fence)
        with suppress(OSError):
            os.setpgid(child, child)  # The child does the same; whoever is first.
        client.close_descriptors()
        client.child = child
        client.deadline = time.monotonic() + request.limits.wall_s
        self._working[child] = client

    def _stop_the_overdue(self) -> None:
        now = time.monotonic()
        for child, client in self._working.items():
            if client.deadline <= now:
                client.overdue, client.deadline = True, float("inf")
                _kill(child)

    def _bury_the_dead(self) -> None:
        for child, client in list(self._working.items()):
            died, status, taken = os.wait4(child, os.WNOHANG)
            if not died:
                continue
            del self._working[child]
            if os.waitstatus_to_exitcode(status) != 0 and client.request:
                self._report(client, client.request.limits, status, usage_of(taken))
            client.child = None
            self._dismiss(client)

    def _report(self, client: _Client, limits: Limits, status: int, usage: Usage) -> None:
        ended = os.waitstatus_to_exitcode(status)
        hungry = usage.rss_mb - self._inherited_mb > limits.memory_mb / 2
        reason: Reason = _of_overdue(limits, usage) if client.overdue else _reason(ended, hungry=hungry)
        detail = f"exit {ended}" if ended > 0 else signal.Signals(-ended).name
        # Blocking would let a client that does not read stop everybody's service.
        with suppress(OSError):
            note = wire.failure_note_bytes(FailureNote(reason, detail, usage))
            client.connection.send(note, socket.MSG_DONTWAIT)

    def _dismiss(self, client: _Client) -> None:
        """Forget a client; its child, if one still works, is killed and buried here."""
        if client not in self._clients:
            return
        self._clients.remove(client)
        if client.child is not None:
            _kill(client.child)
            os.waitpid(client.child, 0)
            del self._working[client.child]
        self._selector.unregister(client.connection)
        client.close_descriptors()
        client.connection.close()


def _memory_of_an_idle_child() -> float:
    child = os.fork()
    if child == 0:
        os._exit(0)
    return usage_of(os.wait4(child, 0)[2]).rss_mb


def _understood(client: _Client, size: int) -> Request:
    """Decode a complete request; raises `ValueError` when it is too long or its files do not fit it."""
    if size > wire.MAX_REQUEST_BYTES or size != len(client.received):
        raise ValueError("the request is too long")
    request = msgspec.json.decode(client.received[wire.LENGTH.size :], type=Request)
    if len(client.descriptors) != 1 + request.has_output:
        raise ValueError("the descriptors do not fit the request")
    return request


def _of_overdue(limits: Limits, usage: Usage) -> Reason:
    """Tell work from waiting: a child that was given less processor time than promised had to wait for it."""
    promised_ms = 1000 * min(limits.cpu_s, limits.wall_s)
    return "time" if usage.cpu_ms >= _NEARLY * promised_ms else "machine"


def _reason(ended: int, *, hungry: bool) -> Reason:
    if ended == -signal.SIGXCPU:
        return "time"
    if ended == -signal.SIGXFSZ:
        return "output"
    # SIGKILL from elsewhere is the kernel's out-of-memory killer; the parsers abort when memory is refused.
    if hungry and -ended in {signal.SIGKILL, *_FAULTS}:
        return "memory"
    # It took another one's blame, or could not be confined.
    return "machine" if ended in {-signal.SIGKILL, EXIT_BEFORE_WORK} else "crash"


def _kill(child: int) -> None:
    """Kill a child and whatever it started; its group may not exist yet in its first moments."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
