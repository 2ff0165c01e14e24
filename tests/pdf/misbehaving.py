"""A sandbox server whose operations misbehave on purpose: `python -m tests.pdf.misbehaving SOCKET`."""

import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from app.pdf.sandbox_fence import Fence, fence_of_this_machine
from app.pdf.sandbox_server import serve
from app.pdf.sandbox_wire import LENGTH, FailureNote, Usage, failure_note_bytes
from tests.pdf import abuses

Arguments = Mapping[str, object]
Answer = dict[str, object]
_ANSWER = 5


def read(document: BinaryIO, arguments: Arguments, _output: BinaryIO | None) -> Answer:
    return {"read": document.read().decode(), "arguments": dict(arguments)}


def pause(_document: BinaryIO, _arguments: Arguments, output: BinaryIO | None) -> Answer:
    """Tell the process's id through the output, then do nothing for ever."""
    if output is not None:
        output.write(b"%d\n" % os.getpid())
        output.flush()
    never = threading.Lock()
    never.acquire()
    never.acquire()
    return {}


def spin(_document: BinaryIO, _arguments: Arguments, output: BinaryIO | None) -> Answer:
    """Tell the process's id through the output, then count for ever."""
    if output is not None:
        output.write(b"%d\n" % os.getpid())
        output.flush()
    while True:
        pass


def be_killed(_document: BinaryIO, arguments: Arguments, _output: BinaryIO | None) -> Answer:
    signal.raise_signal(int(str(arguments["signal"])))
    return {}


def eat(_document: BinaryIO, _arguments: Arguments, _output: BinaryIO | None) -> Answer:
    eaten = bytearray()
    while True:
        eaten += bytes(1 << 20)


def eat_and_abort(_document: BinaryIO, arguments: Arguments, _output: BinaryIO | None) -> Answer:
    """Do what a C++ library does: use memory, be refused more, abort."""
    eaten = b"x" * (int(str(arguments["mb"])) << 20)
    os.abort()
    return {"eaten": len(eaten)}


def talk(_document: BinaryIO, arguments: Arguments, _output: BinaryIO | None) -> Answer:
    return {"words": "x" * int(str(arguments["bytes"]))}


def write(_document: BinaryIO, arguments: Arguments, output: BinaryIO | None) -> Answer:
    assert output is not None
    for _ in range(int(str(arguments["mb"]))):
        output.write(b"x" * (1 << 20))
    return {}


def fail(_document: BinaryIO, _arguments: Arguments, _output: BinaryIO | None) -> Answer:
    raise ValueError("a bug in an operation")


def feign(_document: BinaryIO, arguments: Arguments, _output: BinaryIO | None) -> Answer:
    """Write a whole answer, as code that took the child over can, which ends as a failure note does."""
    note = failure_note_bytes(FailureNote("machine", "x" * 100, Usage(1, 1)))
    kept = int(str(arguments["kept"]))
    rubbish = b"{]" * 50 + note[-kept:]
    os.write(_ANSWER, LENGTH.pack(len(rubbish)) + rubbish)
    os._exit(0)


def look_around(document: BinaryIO, _arguments: Arguments, _output: BinaryIO | None) -> Answer:
    """Tell which descriptors are open, and what happens to a write to the document."""
    descriptors = sorted(number for number in range(1024) if _is_open(number))
    try:
        os.write(document.fileno(), b"x")
    except OSError as error:
        return {"descriptors": descriptors, "write": type(error).__name__}
    return {"descriptors": descriptors, "write": "done"}


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


OPERATIONS = {
    operation.__name__: operation
    for operation in (read, pause, spin, be_killed, eat, eat_and_abort, talk, write, fail, feign, look_around)
} | {"abuse": abuses.attempt}

if __name__ == "__main__":
    serve(Path(sys.argv[1]), OPERATIONS, Fence() if "--open" in sys.argv else fence_of_this_machine())
