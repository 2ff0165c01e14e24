"""The system calls that a sandbox child may make, with their numbers on both processors."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_X32_BIT = 0x40000000


@dataclass(frozen=True)
class Processor:
    """How one kind of processor counts its system calls."""

    audit_arch: int
    """AUDIT_ARCH_* of linux/audit.h, by which a filter knows whose numbers it sees."""
    numbers: Mapping[str, int]
    foreign_from: int | None
    """Numbers from here on belong to another calling convention (x32 on x86-64)."""


# From asm/unistd_64.h (x86-64) and asm-generic/unistd.h (arm64), which has no older twins of the *at calls.
_WITHOUT_CONDITION: dict[str, tuple[int, int | None]] = {
    # on open descriptors
    "lseek": (8, 62),
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "readv": (19, 65),
    "writev": (20, 66),
    "ftruncate": (77, 46),
    "fsync": (74, 82),
    # memory
    "brk": (12, 214),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "madvise": (28, 233),
    # what lies at a path, without opening it: imports ask, and so does fstat of glibc 2.33 and newer
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "stat": (4, None),
    "lstat": (6, None),
    "access": (21, None),
    "faccessat": (269, 48),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
    # locks, signals, time, chance
    "futex": (202, 98),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "getrandom": (318, 278),
    # about itself
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getrusage": (98, 165),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    # the end
    "exit": (60, 93),
    "exit_group": (231, 94),
}
_WITH_CONDITION: dict[str, tuple[int, int | None]] = {
    "openat": (257, 56),
    "fcntl": (72, 25),
    "prlimit64": (302, 261),
    "tgkill": (234, 131),
}
UNCONDITIONAL = tuple(_WITHOUT_CONDITION)


def _numbers(column: int) -> Mapping[str, int]:
    rows = (_WITHOUT_CONDITION | _WITH_CONDITION).items()
    return MappingProxyType({name: number for name, row in rows if (number := row[column]) is not None})


X86_64 = Processor(0xC000003E, _numbers(0), _X32_BIT)
ARM64 = Processor(0xC00000B7, _numbers(1), None)
PROCESSORS: Mapping[str, Processor] = MappingProxyType({"x86_64": X86_64, "aarch64": ARM64})


def this_processor() -> Processor | None:
    """Return how this machine counts; None for a processor whose numbers are not known here."""
    return PROCESSORS.get(platform.machine())
