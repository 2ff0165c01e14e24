"""The client of the PDF sandbox: runs one named operation on one foreign document in its own process.

The server is `python -m app.pdf.sandbox_server SOCKET`; every web process and worker of a machine
shares it. The socket's path must stay under 100 bytes, the kernels' limit for Unix sockets.
"""

import fcntl
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, cast

import msgspec

from app.pdf import sandbox_wire as wire
from app.pdf.sandbox_wire import JSON, Limits, Reason, Request, Usage

__all__ = [
    "JSON",
    "Limits",
    "Ran",
    "Sandbox",
    "SandboxDied",
    "SandboxUnavailable",
    "Usage",
    "missing",
    "ready",
]

_LONGEST_QUEUE_S = 60.0
_RESTART_S = 2.0
_PAUSE_S = 0.05
_NO_ARGUMENTS: Mapping[str, JSON] = MappingProxyType({})
_DEFAULT_LIMITS = Limits()


class SandboxDied(Exception):
    """The child that worked on the document ended without an answer.

    `reason` is "time", "memory", "output" (more was written or answered than allowed) or "crash";
    `detail` is for the log only, since it may quote the document.
    """

    def __init__(self, reason: Reason, detail: str = "", usage: Usage | None = None) -> None:
        self.reason: Reason = reason
        self.detail = detail
        self.usage = usage
        super().__init__(f"{reason}: {detail}" if detail else reason)


class SandboxUnavailable(Exception):
    """Nothing is known about the document, trying again may help.

    No sandbox answers at the socket, or the machine had no processor time or memory for the child.
    """


@dataclass(frozen=True)
class Ran:
    """The answer of an operation and what its process took."""

    answer: dict[str, JSON]
    usage: Usage


class Sandbox:
    """Runs operations on foreign documents through the server at `socket_path`; safe in any thread."""

    def __init__(self, socket_path: Path) -> None:
        self.socket_path = socket_path

    def run(
        self,
        operation: str,
        document: BinaryIO,
        arguments: Mapping[str, JSON] = _NO_ARGUMENTS,
        *,
        output: BinaryIO | None = None,
        limits: Limits = _DEFAULT_LIMITS,
        background: bool = False,
    ) -> dict[str, JSON]:
        """Run `operation` in a fresh process and return its answer.

        The process reads `document` (a real file) from its start, whatever the caller's position. It
        writes to `output` (best opened for reading and writing) from its present position; seek
        before reading it back. Background work waits for foreground work and has low priority.

        Raises `SandboxDied` and `SandboxUnavailable`.
        """
        request = Request(operation, dict(arguments), limits, background, output is not None)
        return self.measured(request, document, output).answer

    def measured(self, request: Request, document: BinaryIO, output: BinaryIO | None = None) -> Ran:
        """Do what `run` does and tell also what the process took."""
        with _read_only(document) as descriptor:
            descriptors = [descriptor] if output is None else [descriptor, _flushed(output)]
            received = self._exchange(request, descriptors)
        return _understand(received, request.limits)

    def _exchange(self, request: Request, descriptors: list[int]) -> bytearray:
        deadline = time.monotonic() + request.limits.wall_s + _LONGEST_QUEUE_S
        try:
            with _connect_patiently(self.socket_path) as connection:
                _send(connection, wire.frame(request), descriptors)
                return _receive(connection, request.limits.answer_bytes, deadline)
        except OSError as error:
            raise SandboxUnavailable(str(error)) from error


def ready(socket_path: Path, timeout: float = 1.0) -> bool:
    """Tell whether a sandbox server answers at the socket within `timeout` seconds."""
    return missing(socket_path, timeout) is not None


def missing(socket_path: Path, timeout: float = 1.0) -> list[str] | None:
    """Return the parts that the fence of the server at the socket lacks; None if none answers in time."""
    try:
        with _connect(socket_path, timeout) as connection:
            connection.sendall(wire.PING)
            return wire.understood_pong(connection.recv(wire.LONGEST_PONG))
    except OSError:
        return None


def _connect_patiently(socket_path: Path) -> socket.socket:
    """Connect, if need be once the server is there again: its supervisor starts a dead one at once.

    Only what was never sent may be tried again: an operation may have written to its output.
    """
    patience = time.monotonic() + _RESTART_S
    while True:
        try:
            return _connect(socket_path, timeout=_LONGEST_QUEUE_S)
        except (ConnectionRefusedError, FileNotFoundError):
            if time.monotonic() > patience:
                raise
            time.sleep(_PAUSE_S)


def _connect(socket_path: Path, timeout: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout)
    try:
        connection.connect(str(socket_path))
    except OSError:
        connection.close()
        raise
    return connection


def _send(connection: socket.socket, request: bytes, descriptors: list[int]) -> None:
    """Send the request; the other end may have answered and gone before all of it was taken.

    What it sent by then lies in the socket for `_receive`, which tells whether that is an answer.
    """
    with suppress(BrokenPipeError, ConnectionResetError):
        sent = socket.send_fds(connection, [request], descriptors)
        if sent < len(request):
            connection.sendall(request[sent:])


def _receive(connection: socket.socket, answer_bytes: int, deadline: float) -> bytearray:
    """Read until the child's frame is complete, the server closes, or more came than is allowed."""
    received = bytearray()
    while len(received) <= answer_bytes + 2 * wire.LONGEST_NOTE:
        size = wire.frame_size(received)
        if size is not None and len(received) >= size:
            break
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        chunk = connection.recv(1 << 18)
        if not chunk:
            break
        received += chunk
    return received


def _understand(received: bytearray, limits: Limits) -> Ran:
    note = _failure_note(received)
    if note is not None and note.reason == "machine":
        raise SandboxUnavailable(note.detail)
    if note is not None:
        raise SandboxDied(note.reason, note.detail, note.usage)
    size = wire.frame_size(received)
    if size is None or len(received) < min(size, limits.answer_bytes):
        raise SandboxUnavailable("the server ended before it answered")
    if size - wire.LENGTH.size > limits.answer_bytes:
        raise SandboxDied("output", f"an answer of {size} bytes")
    try:
        answered = msgspec.json.decode(received[wire.LENGTH.size : size], type=wire.Answered)
    except msgspec.MsgspecError as error:
        raise SandboxDied("crash", "the answer cannot be read") from error
    return Ran(cast("dict[str, JSON]", answered.answer), answered.usage)


def _failure_note(received: bytearray) -> wire.FailureNote | None:
    try:
        return wire.find_failure_note(received)
    except msgspec.MsgspecError as error:
        raise SandboxDied("crash", "the note of what ended the child cannot be read") from error


@contextmanager
def _read_only(document: BinaryIO) -> Iterator[int]:
    """Lend a descriptor that cannot write and, where /proc allows it, has a position of its own."""
    descriptor = _flushed(document)
    try:
        lent = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        lent = os.dup(descriptor)
    try:
        yield lent
    finally:
        os.close(lent)


def _flushed(file: BinaryIO) -> int:
    """Return the file's descriptor once everything written through it has reached the kernel."""
    descriptor = file.fileno()
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
        file.flush()
    return descriptor
