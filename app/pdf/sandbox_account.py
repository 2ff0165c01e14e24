"""The account of a sandbox child whose server was started by root: a number that nobody else uses."""

import os
import pwd
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.pdf import sandbox_kernel as kernel

# No distribution gives these to people or services, and containers with 65,536 accounts have them
# (systemd's table of user ids calls them unused; above lies `nobody`).
_UNUSED = range(65533, 65519, -1)
_PR_SET_KEEPCAPS = 8
_CAPABILITY_VERSION_3 = 0x20080522
_READ_EVERYTHING = 1 << 2  # CAP_DAC_READ_SEARCH


@dataclass(frozen=True)
class Account:
    """A user and a group of the same number; it owns nothing."""

    number: int
    reads_everything: bool = False
    """It keeps root's right to read, for a program in a folder shut to others. Landlock must bound it."""

    def enter(self) -> None:
        """Turn this process of root into one of the account, for good; raises OSError if refused."""
        if self.reads_everything:
            kernel.control(_PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setresgid(self.number, self.number, self.number)
        os.setresuid(self.number, self.number, self.number)
        if self.reads_everything:
            _keep_only_reading()


def account_for_children() -> Account | None:
    """Return an account that this process could give its children; None unless it is root on Linux."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return None
    return next((Account(number) for number in _UNUSED if not _is_known(number)), None)


def can_read(places: Iterable[Path]) -> bool:
    """Tell whether this process may read every one of the places, and pass through them."""
    return all(os.access(place, os.R_OK) and os.access(place / ".", os.R_OK) for place in places)


def _is_known(number: int) -> bool:
    with suppress(KeyError):
        pwd.getpwuid(number)
        return True
    return False


def _keep_only_reading() -> None:
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    # Effective, permitted, inheritable; then the same for capabilities from 32 on.
    kernel.set_capabilities(header, struct.pack("=6I", _READ_EVERYTHING, _READ_EVERYTHING, 0, 0, 0, 0))
