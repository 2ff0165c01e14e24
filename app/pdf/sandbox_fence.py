"""What confines a sandbox child beyond its limits: an account of its own, Landlock and a call filter."""

import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from app.pdf import sandbox_kernel as kernel
from app.pdf.sandbox_account import Account, account_for_children, can_read
from app.pdf.sandbox_filter import CallFilter, filter_of_this_machine
from app.pdf.sandbox_landlock import Landlock, program_folders, ruleset

_log = logging.getLogger(__name__)

PARTS = ("account", "landlock", "seccomp")
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_UNREADABLE = 3


class FenceIncompleteError(RuntimeError):
    """The machine cannot give a part of the fence that the settings demand; the text names it."""


@dataclass(frozen=True)
class Fence:
    """The parts that this machine has; each was tried in a process of its own."""

    account: Account | None = None
    landlock: Landlock | None = None
    calls: CallFilter | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the parts that this machine does not give."""
        parts = zip(PARTS, (self.account, self.landlock, self.calls), strict=True)
        return tuple(name for name, part in parts if part is None)

    def demand(self, parts: tuple[str, ...]) -> None:
        """Raise `FenceIncompleteError` if one of the parts is missing."""
        lacking = [part for part in parts if part in self.missing]
        if lacking:
            raise FenceIncompleteError(
                f"the sandbox has no {', '.join(lacking)} here, and KYDUYET_SANDBOX_DEMAND asks for it"
            )

    def enter(self, landlock_descriptor: int) -> None:
        """Confine this process for good; the ruleset is open as `landlock_descriptor`. Raises OSError."""
        if self.account is not None:
            self.account.enter()
        _give_up_privileges()
        if self.landlock is not None:
            self.landlock.restrict(landlock_descriptor)
        if self.calls is not None:
            self.calls.install()


def fence_of_this_machine() -> Fence:
    """Find out, by trying each in a process that ends at once, which parts this machine gives.

    Without Landlock no file at all can be opened by a child, so whatever it needs must be loaded before.
    """
    landlock = ruleset()
    if landlock is not None and _status_of(partial(_restrict, landlock)) != 0:
        landlock = None
    calls = filter_of_this_machine(opens=landlock is not None)
    if calls is not None and _status_of(partial(_install, calls)) != 0:
        calls = None
    return Fence(_account(landlock), landlock, calls)


def report(fence: Fence) -> None:
    """Write what the fence consists of, and what it lacks, into the log."""
    if fence.missing:
        _log.warning("the sandbox is not whole missing=%s", ",".join(fence.missing))
    if fence.account and fence.account.reads_everything:
        _log.info("the sandbox reads the program with root's right: its folder is shut to other accounts")
    version = fence.landlock.version if fence.landlock else 0
    _log.info("the sandbox stands parts=%s landlock_version=%d", ",".join(_present(fence)), version)


def _present(fence: Fence) -> list[str]:
    return [part for part in PARTS if part not in fence.missing]


def _account(landlock: Landlock | None) -> Account | None:
    account = account_for_children()
    if account is None:
        return None
    program = [folder for folder in program_folders() if folder.exists()]
    status = _status_of(partial(_enter, account, program))
    if status == _UNREADABLE:
        account = replace(account, reads_everything=landlock is not None)
        status = _status_of(account.enter)
    return account if status == 0 else None


def _enter(account: Account, program: Sequence[Path]) -> None:
    account.enter()
    if not can_read(program):
        os._exit(_UNREADABLE)


def _restrict(landlock: Landlock) -> None:
    _give_up_privileges()
    landlock.restrict(landlock.descriptor)


def _install(calls: CallFilter) -> None:
    _give_up_privileges()
    calls.install()


def _give_up_privileges() -> None:
    """Die with the parent, be unreadable for others of the account, gain nothing from any program.

    After a change of account, which resets the first two.
    """
    if sys.platform == "linux":
        kernel.control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        kernel.control(_PR_SET_DUMPABLE, 0)
        kernel.control(_PR_SET_NO_NEW_PRIVS, 1)


def _status_of(step: Callable[[], None]) -> int:
    """Do `step` in a process of its own and return that process's exit status; 0 if all went well."""
    child = os.fork()
    if child == 0:
        try:
            step()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
