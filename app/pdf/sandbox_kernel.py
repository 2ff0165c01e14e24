"""Calls to the kernel that Python does not offer, through the C library, opened once before any fork."""

import ctypes
import errno
import sys

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

Argument = int | bytes | None


def control(option: int, *arguments: int | bytes) -> None:
    """Make the call prctl(2); raises OSError as the kernel answers, and ENOSYS where there is none."""
    _checked("prctl", option, *arguments, *(0,) * (4 - len(arguments)))


def call(number: int, *arguments: Argument) -> int:
    """Make the system call of this number; raises OSError as `control` does."""
    return _checked("syscall", number, *arguments)


def set_capabilities(header: bytes, sets: bytes) -> None:
    """Make the call capset(2) with the structures of linux/capability.h; raises OSError as `control` does."""
    _checked("capset", header, sets)


def _checked(function: str, *arguments: Argument) -> int:
    if _LIBC is None:
        raise OSError(errno.ENOSYS, f"{function} is a part of Linux")
    # Numbers fill a register: the C library passes on all of it.
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    answer = int(getattr(_LIBC, function)(*given))
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {errno.errorcode.get(number, number)}")
    return answer
