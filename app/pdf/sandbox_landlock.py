"""Landlock for a sandbox child: it reads the program and the system's fonts, and reaches nothing else.

The calls and structures are those of linux/landlock.h; what an older version of it does not know is left out.
"""

import errno
import os
import struct
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.pdf import sandbox_kernel as kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ALL_SCOPES, _ALL_TCP = 0b11, 0b11
# Bits of rights on files by version: linking elsewhere came with 2, truncating with 3, devices with 5.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_SINCE, _SCOPES_SINCE = 4, 6

# Fonts that a document leaves out, the time zones, chance for encrypted documents, shared libraries.
_OF_THE_SYSTEM = (
    "/usr/share/fonts",
    "/usr/share/X11/fonts",
    "/usr/local/share/fonts",
    "/usr/share/zoneinfo",
    "/etc/localtime",
    "/dev/urandom",
    "/etc/ld.so.cache",
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
)


def program_folders() -> tuple[Path, ...]:
    """Return where Python, the installed packages and our own code lie."""
    found = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    libraries = sysconfig.get_config_var("LIBDIR")
    found += [Path(libraries)] if libraries else []
    return tuple(dict.fromkeys([*found, Path(__file__).parents[1]]))


@dataclass(frozen=True)
class Landlock:
    """A ruleset of the kernel, kept open as `descriptor`, made with `version` of its interface."""

    version: int
    descriptor: int

    def restrict(self, descriptor: int) -> None:
        """Lay the ruleset, here open as `descriptor`, upon this process for good, and close it.

        The process must have given up the way to new privileges before. Raises OSError.
        """
        kernel.call(_RESTRICT_SELF, descriptor, 0)
        os.close(descriptor)


def ruleset() -> Landlock | None:
    """Make the ruleset; None where the kernel has no Landlock, or has it switched off."""
    if sys.platform != "linux":
        return None
    with suppress(OSError):
        version = kernel.call(_CREATE_RULESET, None, 0, _ASK_VERSION)
        made = Landlock(version, _empty_ruleset(version))
        _let_read(made.descriptor, [*program_folders(), *map(Path, _OF_THE_SYSTEM)])
        return made
    return None


def _empty_ruleset(version: int) -> int:
    """Make a ruleset that forbids everything its version knows of."""
    handled = struct.pack("=Q", (1 << _FILE_RIGHTS.get(version, max(_FILE_RIGHTS.values()))) - 1)
    if version >= _TCP_SINCE:
        handled += struct.pack("=Q", _ALL_TCP)
    if version >= _SCOPES_SINCE:
        handled += struct.pack("=Q", _ALL_SCOPES)
    return kernel.call(_CREATE_RULESET, handled, len(handled), 0)


def _let_read(made: int, places: Iterable[Path]) -> None:
    for place in places:
        try:
            opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ENOTDIR}:
                continue
            raise
        try:
            rights = _READ_FILE | (_READ_DIR if place.is_dir() else 0)
            kernel.call(_ADD_RULE, made, _PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
        finally:
            os.close(opened)
