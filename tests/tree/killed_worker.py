"""A worker that kills itself at a chosen step; the kill test runs this file as a program.

It reads one line `KILL_AT` after the other from standard input. For each it forks a worker that works
through the queue and sends itself SIGKILL at its `KILL_AT`-th step (0: never), and writes how that worker
ended: `killed`, or `done` and the number of steps it took. A step is whatever leaves a trace: a statement
that writes, the moments before and after a commit, a file opened for writing, renamed, linked or removed,
a folder made.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from sqlalchemy import event

from app.config import Settings
from app.context import build_context
from app.running.worker import Patience, run_worker

_SEEN_OUTSIDE = {"os.rename", "os.mkdir", "os.link", "os.remove", "os.chmod", "os.truncate"}
_WRITING = os.O_WRONLY | os.O_RDWR
AT_ONCE = Patience(silence=0)
"""Here whoever is not running any more is dead for certain."""


class Fate:
    """Counts the steps of a process and ends it at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.steps = 0
        self._kill_at = kill_at
        self._lock = threading.Lock()

    def step(self, *_what: object) -> None:
        with self._lock:
            self.steps += 1
            if self.steps == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, _connection: object, _cursor: object, text: str, *_rest: object) -> None:
        if not text.startswith("SELECT"):
            self.step()

    def audit(self, name: str, arguments: tuple[object, ...]) -> None:
        opens_for_writing = name == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if opens_for_writing or name in _SEEN_OUTSIDE:
            self.step()


def live(settings: Settings, kill_at: int) -> int:
    """Work through the queue and return how many steps that took."""
    context = build_context(settings)
    fate = Fate(kill_at)
    sys.addaudithook(fate.audit)
    event.listen(context.database.engine, "before_cursor_execute", fate.statement)
    event.listen(context.database.engine, "commit", fate.step)
    event.listen(context.database.sessions, "after_commit", fate.step)
    run_worker(context, wait=False, concurrency=1, patience=AT_ONCE)
    context.database.engine.dispose()
    return fate.steps


def main() -> None:
    url, data_dir, socket, graph_root, login_root = sys.argv[1:]
    settings = Settings(
        secret_key="k" * 32,
        database_url=url,
        data_dir=Path(data_dir),
        socket=Path(socket),
        microsoft_graph_root=graph_root,
        microsoft_login_root=login_root,
    )
    for line in sys.stdin:
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            os.write(writing, str(live(settings, int(line))).encode())
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reading) as answer:
            steps = answer.read()
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else f"done {steps}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
