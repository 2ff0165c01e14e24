"""The Unix socket of a sandbox server: for its user alone, in a dead one's place, removed at the end."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_SOCKET_PATH = 99
_BACKLOG = 128


@contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """Listen at `path` for this user only, in place of a socket which nobody answers any more."""
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise ValueError(f"the socket path {path} is longer than {LONGEST_SOCKET_PATH} bytes")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        _remove_if_stale(path)
        before = os.umask(0o177)
        listener.bind(str(path))
        os.umask(before)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        identity = path.stat().st_ino
        try:
            yield listener
        finally:
            if path.exists() and path.stat().st_ino == identity:
                path.unlink()


def _remove_if_stale(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        failure = probe.connect_ex(str(path))
    if failure == 0:
        raise FileExistsError(f"another sandbox server answers at {path}")
    if failure == errno.ECONNREFUSED:
        path.unlink()
