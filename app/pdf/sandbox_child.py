"""The life of one sandbox child: it confines itself, runs one operation, answers and ends."""

import errno
import fcntl
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeAlias

from app.pdf import sandbox_wire as wire
from app.pdf.sandbox_fence import Fence
from app.pdf.sandbox_wire import Answered, FailureNote, Limits, Reason, Request, Usage

Operation: TypeAlias = Callable[[BinaryIO, Mapping[str, object], BinaryIO | None], Mapping[str, object]]
Operations: TypeAlias = Mapping[str, Operation]

MB = 1024 * 1024
OPEN_FILES = 24
BACKGROUND_NICENESS = 10
_DOCUMENT, _OUTPUT, _ANSWER, _RULESET = 3, 4, 5, 6
_OUT_OF_THE_WAY = 10
EXIT_BEFORE_WORK, _EXIT_WITHOUT_ANSWER = 71, 70
_LONGEST_DETAIL = 500


def live(
    operations: Operations, request: Request, descriptors: list[int], client: socket.socket, fence: Fence
) -> NoReturn:
    """Serve one request in this freshly forked process and end it; nothing ever returns from here."""
    status = EXIT_BEFORE_WORK
    try:
        _be_alone()
        _arrange_descriptors(descriptors, client.fileno(), fence)
        _confine(request.limits, fence, background=request.background)
        status = _EXIT_WITHOUT_ANSWER
        _send(_work(operations, request))
        status = 0
    finally:
        os._exit(status)


def usage_of(taken: resource.struct_rusage) -> Usage:
    """Translate the kernel's account of a process; macOS counts its memory in bytes, Linux in kB."""
    unit = MB if sys.platform == "darwin" else 1024
    return Usage((taken.ru_utime + taken.ru_stime) * 1000, taken.ru_maxrss / unit)


def _be_alone() -> None:
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    gc.disable()


def _arrange_descriptors(descriptors: list[int], client: int, fence: Fence) -> None:
    """Keep the document, the output, the way back to the client, and for a moment what confines the child."""
    null = os.open(os.devnull, os.O_RDWR)
    document, output = (*descriptors, null)[:2]
    ruleset = fence.landlock.descriptor if fence.landlock else null
    wanted = (null, null, null, document, output, client, ruleset)
    # Moved out of the way first, so that no dup2 overwrites a descriptor that is still needed.
    moved = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, _OUT_OF_THE_WAY) for descriptor in wanted]
    for target, source in enumerate(moved):
        os.dup2(source, target, inheritable=False)
    os.closerange(_RULESET + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _confine(limits: Limits, fence: Fence, *, background: bool) -> None:
    if background:
        os.nice(BACKGROUND_NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, limits.output_mb * MB)
    # The soft limit ends the process with SIGXCPU, which tells the zygote why.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, _mapped_bytes() + limits.memory_mb * MB)
    fence.enter(_RULESET)
    os.closerange(_RULESET, _RULESET + 1)


def _limit(which: int, value: int) -> None:
    resource.setrlimit(which, (value, value))


def _mapped_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * resource.getpagesize()


def _work(operations: Operations, request: Request) -> bytes:
    """Run the operation; return the bytes of its answer, or of the failure note it writes for itself."""
    try:
        message = wire.frame(Answered(_run(operations, request), _usage()))
    except MemoryError:
        return _own_note("memory", "MemoryError")
    except OSError as error:
        reason: Reason = "output" if error.errno == errno.EFBIG else "crash"
        return _own_note(reason, repr(error))
    except Exception as error:  # noqa: BLE001 -- parsers raise anything; the process ends here
        return _own_note("crash", repr(error))
    if len(message) - wire.LENGTH.size > request.limits.answer_bytes:
        return _own_note("output", f"an answer of {len(message)} bytes")
    return message


def _send(message: bytes) -> None:
    """Write to the client: one more system call, for sockets, would be one more for hostile code."""
    left = memoryview(message)
    while left:
        left = left[os.write(_ANSWER, left) :]


def _run(operations: Operations, request: Request) -> dict[str, object]:
    with os.fdopen(_DOCUMENT, "rb", closefd=False) as document:
        document.seek(0)
        if not request.has_output:
            return dict(operations[request.operation](document, request.arguments, None))
        with _open_output() as output:
            return dict(operations[request.operation](document, request.arguments, output))


def _open_output() -> BinaryIO:
    access = fcntl.fcntl(_OUTPUT, fcntl.F_GETFL) & os.O_ACCMODE
    return os.fdopen(_OUTPUT, "r+b" if access == os.O_RDWR else "wb")


def _own_note(reason: Reason, detail: str) -> bytes:
    return wire.failure_note_bytes(FailureNote(reason, detail[:_LONGEST_DETAIL], _usage()))


def _usage() -> Usage:
    return usage_of(resource.getrusage(resource.RUSAGE_SELF))
