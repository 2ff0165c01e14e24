"""Frames which the sandbox's client, its zygote and its children exchange over one Unix socket.

A request is one frame (length and JSON) with the file descriptors beside it. The answer is a frame
written by the child; if the child ends before it is complete, a failure note follows instead, which is
recognised by its mark at the very end of what was sent.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
Reason: TypeAlias = Literal["time", "memory", "output", "crash", "machine"]
"""What ended a child: one of its limits, itself, or the machine, which then says nothing of the document."""

LENGTH = struct.Struct("!I")
MAX_REQUEST_BYTES = 4 * 1024 * 1024
MAX_DESCRIPTORS = 2
PING = LENGTH.pack(0)
PONG = b"ready"
LONGEST_PONG = 200
_MARK = b"\x00the sandbox child died\x00"
_TRAILER = len(_MARK) + LENGTH.size
LONGEST_NOTE = 4096


@dataclass(frozen=True)
class Limits:
    """What one document may cost; the kernel and the zygote enforce it.

    `memory_mb` counts address space beyond what the zygote had mapped; `cpu_s` is what the document may
    cost, `wall_s`, which runs from the fork (time in the queue is not counted), how long a busy machine may
    take to give it; `output_mb` bounds every file the child writes.
    """

    memory_mb: int = 220
    cpu_s: int = 3
    wall_s: float = 4.5
    output_mb: int = 64
    answer_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """One operation on one document, as it travels to the zygote."""

    operation: str
    arguments: dict[str, object]
    limits: Limits
    background: bool
    has_output: bool


@dataclass(frozen=True)
class Usage:
    """What a child took: CPU time in milliseconds, and peak resident memory in MB (shared pages too)."""

    cpu_ms: float
    rss_mb: float


@dataclass(frozen=True)
class Answered:
    """What a child says when its operation came to an end."""

    answer: dict[str, object]
    usage: Usage


@dataclass(frozen=True)
class FailureNote:
    """How a child ended that gave no complete answer; `detail` may quote the document."""

    reason: Reason
    detail: str
    usage: Usage


def pong(missing: Sequence[str]) -> bytes:
    """Encode the answer to a ping: that the server is ready, and what its fence lacks."""
    return b" ".join((PONG, *(part.encode() for part in missing)))


def understood_pong(received: bytes) -> list[str] | None:
    """Return what the fence of the server lacks that sent `received`; None if that is no such answer."""
    ready, *missing = received.split(b" ")
    return [part.decode() for part in missing] if ready == PONG else None


def frame(message: object) -> bytes:
    """Encode a message as its length followed by JSON."""
    body = msgspec.json.encode(message)
    return LENGTH.pack(len(body)) + body


def frame_size(received: bytes | bytearray) -> int | None:
    """Return how many bytes the frame at the start has in all; None while its length is not known."""
    if len(received) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack_from(received)
    return LENGTH.size + int(length)


def failure_note_bytes(note: FailureNote) -> bytes:
    """Encode a failure note with its mark and its length at the end."""
    body = msgspec.json.encode(note)
    return body + _MARK + LENGTH.pack(len(body))


def find_failure_note(received: bytes | bytearray) -> FailureNote | None:
    """Return the failure note at the end of what was received, if there is one.

    Raises `msgspec.MsgspecError` for what only has its mark.
    """
    if received[-_TRAILER : -LENGTH.size] != _MARK:
        return None
    (length,) = LENGTH.unpack(received[-LENGTH.size :])
    return msgspec.json.decode(bytes(received[-_TRAILER - length : -_TRAILER]), type=FailureNote)
