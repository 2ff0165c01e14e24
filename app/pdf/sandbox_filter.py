"""The seccomp filter of a sandbox child: assembled by hand, it lets the calls of `sandbox_calls` through.

A call that is not listed answers "no such call" (ENOSYS), for which every C library has a way round; a
listed one with arguments that are not meant answers EACCES or EPERM. Another processor's calling
convention ends the process. Nothing of a filter can be taken back, and children would inherit it.
"""

import ctypes
import errno
import fcntl
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.pdf import sandbox_kernel as kernel
from app.pdf.sandbox_calls import UNCONDITIONAL, Processor, this_processor

# linux/bpf_common.h: what is loaded, compared and returned, always with the constant `k`.
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# linux/seccomp.h
KILL, ALLOW, FAIL = 0x80000000, 0x7FFF0000, 0x00050000
_INSTRUCTION = struct.Struct("=HBBI")
# struct seccomp_data: nr, arch, instruction pointer, six arguments of eight bytes; both processors
# have the lower half of an argument first.
_NUMBER, _ARCH, _ARGUMENTS, _HALF = 0, 4, 16, 4
_TMPFILE = 0o20000000  # __O_TMPFILE, without O_DIRECTORY, which Python's constant includes
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | _TMPFILE
_DUPLICATE_CLOEXEC = 1030  # F_DUPFD_CLOEXEC of linux/fcntl.h, which Python has on Linux only
_DESCRIPTOR_QUESTIONS = (fcntl.F_GETFL, fcntl.F_GETFD, fcntl.F_SETFD, _DUPLICATE_CLOEXEC)
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2


@dataclass(frozen=True)
class CallFilter:
    """The filter for `processor`; `opens` tells whether files may be opened for reading at all."""

    processor: Processor
    opens: bool = True

    def program(self, process: int) -> bytes:
        """Assemble the filter of the process with id `process`, which may signal nobody but itself."""
        signalling = _let_through(_one_of(0, (process,)))
        own = _one(JUMP_IF_EQUAL, self.processor.numbers["tgkill"], 0, _length(signalling)) + signalling
        return _entrance(self.processor) + own + self._rest

    def install(self) -> None:
        """Put the filter on this process for good; raises OSError where the kernel refuses.

        The process must have given up the way to new privileges before.
        """
        program = self.program(os.getpid())
        kept = ctypes.create_string_buffer(program, len(program))
        filed = struct.pack("@HP", _length(program), ctypes.addressof(kept))  # struct sock_fprog
        kernel.control(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filed)

    @cached_property
    def _rest(self) -> bytes:
        """What is the same for every process; asked for before a fork, it is assembled once."""
        conditions = dict.fromkeys(UNCONDITIONAL, b"") | {
            "openat": _without_bits(2, _WRITING) if self.opens else _fail(errno.EACCES),
            "fcntl": _one_of(1, _DESCRIPTOR_QUESTIONS),
            "prlimit64": _one_of(0, (0,)) + _null(2),
        }
        numbers = self.processor.numbers
        return _search(sorted((numbers[name], conditions[name]) for name in conditions if name in numbers))


def filter_of_this_machine(*, opens: bool) -> CallFilter | None:
    """Return the filter for this processor; None where its numbers are not known."""
    processor = this_processor()
    return None if processor is None else CallFilter(processor, opens)


def _search(calls: Sequence[tuple[int, bytes]]) -> bytes:
    """Find the call among `calls` (number and conditions, in the order of numbers) by halves."""
    if len(calls) == 1:
        ((number, conditions),) = calls
        found = _let_through(conditions)
        return _one(JUMP_IF_EQUAL, number, 0, _length(found)) + found + _fail(errno.ENOSYS)
    half = len(calls) // 2
    lower, upper = _search(calls[:half]), _search(calls[half:])
    return _one(JUMP_IF_AT_LEAST, calls[half][0], _length(lower), 0) + lower + upper


def _let_through(conditions: bytes) -> bytes:
    """Let the call through if none of the conditions turns it away."""
    return conditions + _give(ALLOW)


def _entrance(processor: Processor) -> bytes:
    """End whoever calls in another convention; leave the call's number loaded."""
    checks = _one(LOAD, _ARCH) + _one(JUMP_IF_EQUAL, processor.audit_arch, 1, 0) + _give(KILL)
    checks += _one(LOAD, _NUMBER)
    if processor.foreign_from is not None:
        checks += _one(JUMP_IF_AT_LEAST, processor.foreign_from, 0, 1) + _give(KILL)
    return checks


def _without_bits(argument: int, bits: int) -> bytes:
    return _load_lower(argument) + _one(JUMP_IF_ANY_BIT, bits, 0, 1) + _fail(errno.EACCES)


def _one_of(argument: int, values: tuple[int, ...]) -> bytes:
    """Compare an `int` argument, of which the kernel reads the lower half only."""
    found = [_one(JUMP_IF_EQUAL, value, len(values) - place, 0) for place, value in enumerate(values)]
    return _load_lower(argument) + b"".join(found) + _fail(errno.EPERM)


def _null(argument: int) -> bytes:
    halves = (_load_lower(argument), _one(LOAD, _ARGUMENTS + 8 * argument + _HALF))
    return b"".join(half + _one(JUMP_IF_EQUAL, 0, 1, 0) + _fail(errno.EPERM) for half in halves)


def _load_lower(argument: int) -> bytes:
    return _one(LOAD, _ARGUMENTS + 8 * argument)


def _fail(number: int) -> bytes:
    return _give(FAIL | number)


def _give(answer: int) -> bytes:
    return _one(RETURN, answer)


def _one(code: int, constant: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, if_true, if_false, constant)


def _length(program: bytes) -> int:
    return len(program) // _INSTRUCTION.size
