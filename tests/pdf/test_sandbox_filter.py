"""The filter of system calls, run by a small interpreter for the processors that this machine is not."""

import errno
import os
import struct

import pytest

from app.pdf.sandbox_calls import ARM64, PROCESSORS, UNCONDITIONAL, X86_64, Processor
from app.pdf.sandbox_filter import (
    ALLOW,
    FAIL,
    JUMP_IF_ANY_BIT,
    JUMP_IF_AT_LEAST,
    JUMP_IF_EQUAL,
    KILL,
    LOAD,
    RETURN,
    CallFilter,
)

PROCESS = 4711
ABOVE_ALL_CALLS = 700
LONGEST_FILTER = 4096
UPPER_HALF = 1 << 32

both = pytest.mark.parametrize("processor", PROCESSORS.values(), ids=PROCESSORS)


def answer(program: bytes, number: int, arch: int, *arguments: int) -> int:
    """Run a filter as the kernel would, on one call; jumps go forward, so it ends."""
    filled = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    seen = struct.pack("<iIQ6Q", number, arch, 0, *(value % (1 << 64) for value in filled))
    instructions = list(struct.iter_unpack("<HBBI", program))
    loaded, place = 0, 0
    while True:
        code, if_true, if_false, constant = instructions[place]
        place += 1
        if code == RETURN:
            return int(constant)
        if code == LOAD:
            (loaded,) = struct.unpack_from("<I", seen, constant)
        else:
            place += if_true if _holds(code, loaded, constant) else if_false


def _holds(code: int, loaded: int, constant: int) -> bool:
    holds = {
        JUMP_IF_EQUAL: loaded == constant,
        JUMP_IF_AT_LEAST: loaded >= constant,
        JUMP_IF_ANY_BIT: bool(loaded & constant),
    }
    return holds[code]


def asked(processor: Processor, name: str, *arguments: int, opens: bool = True) -> int:
    program = CallFilter(processor, opens).program(PROCESS)
    return answer(program, processor.numbers[name], processor.audit_arch, *arguments)


@both
def test_every_listed_call_passes_and_no_other(processor: Processor) -> None:
    program = CallFilter(processor).program(PROCESS)
    listed = {number for name, number in processor.numbers.items() if name in UNCONDITIONAL}
    conditional = set(processor.numbers.values()) - listed
    for number in set(range(-1, ABOVE_ALL_CALLS)) - conditional:
        expected = ALLOW if number in listed else _refusing_unknown(processor, number)
        assert answer(program, number, processor.audit_arch) == expected


def _refusing_unknown(processor: Processor, number: int) -> int:
    """-1 is, read as the kernel reads it, far in the range of another convention on x86-64."""
    return KILL if number < 0 and processor.foreign_from else FAIL | errno.ENOSYS


@both
def test_the_filter_is_short_enough_for_the_kernel(processor: Processor) -> None:
    assert len(CallFilter(processor).program(PROCESS)) // 8 < LONGEST_FILTER


@both
def test_numbers_are_told_apart_and_fit_where_a_filter_can_compare_them(processor: Processor) -> None:
    assert len(set(processor.numbers.values())) == len(processor.numbers)
    assert all(0 <= number < ABOVE_ALL_CALLS for number in processor.numbers.values())


@both
@pytest.mark.parametrize("arch", [0, 0x40000003, 0x40000028, X86_64.audit_arch, ARM64.audit_arch])
def test_another_architectures_calls_end_the_process(processor: Processor, arch: int) -> None:
    program = CallFilter(processor).program(PROCESS)
    given = answer(program, processor.numbers["read"], arch)
    assert given == (ALLOW if arch == processor.audit_arch else KILL)


@pytest.mark.parametrize("number", X86_64.numbers.values())
def test_every_x32_twin_of_a_call_ends_the_process(number: int) -> None:
    program = CallFilter(X86_64).program(PROCESS)
    assert answer(program, number | 0x40000000, X86_64.audit_arch) == KILL


@both
@pytest.mark.parametrize(
    ("flags", "allowed"),
    [
        (os.O_RDONLY, True),
        (os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NONBLOCK, True),
        (os.O_WRONLY, False),
        (os.O_RDWR, False),
        (os.O_RDONLY | os.O_CREAT, False),
        (os.O_RDONLY | os.O_TRUNC, False),
        (os.O_RDONLY | os.O_APPEND, False),
        (0o20000000, False),
        (os.O_RDWR | UPPER_HALF, False),
    ],
)
def test_files_are_opened_for_reading_only(processor: Processor, flags: int, allowed: bool) -> None:
    expected = ALLOW if allowed else FAIL | errno.EACCES
    assert asked(processor, "openat", -100, 0x1000, flags) == expected
    assert asked(processor, "openat", -100, 0x1000, flags, opens=False) == FAIL | errno.EACCES


@both
@pytest.mark.parametrize(
    ("command", "allowed"),
    [
        (1, True),
        (2, True),
        (3, True),
        (1030, True),
        (0, False),
        (4, False),
        (8, False),
        (10, False),
        (6, False),
    ],
)
def test_descriptors_are_asked_and_copied_but_not_turned_against_others(
    processor: Processor, command: int, allowed: bool
) -> None:
    assert asked(processor, "fcntl", 3, command) == (ALLOW if allowed else FAIL | errno.EPERM)


@both
@pytest.mark.parametrize(
    ("process", "new_limit", "allowed"),
    [
        (0, 0, True),
        (0, 0x1000, False),
        (0, UPPER_HALF, False),
        (1, 0, False),
        (UPPER_HALF, 0, True),  # the kernel reads a process id as an int
    ],
)
def test_limits_are_read_and_never_set(
    processor: Processor, process: int, new_limit: int, allowed: bool
) -> None:
    expected = ALLOW if allowed else FAIL | errno.EPERM
    assert asked(processor, "prlimit64", process, 9, new_limit) == expected


@both
@pytest.mark.parametrize(("process", "allowed"), [(PROCESS, True), (1, False), (0, False), (-1, False)])
def test_a_process_signals_nobody_but_itself(processor: Processor, process: int, allowed: bool) -> None:
    expected = ALLOW if allowed else FAIL | errno.EPERM
    assert asked(processor, "tgkill", process, PROCESS, 6) == expected
