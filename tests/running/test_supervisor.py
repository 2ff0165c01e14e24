"""The supervisor in a process of its own, over real children that die, hang and lose their parent.

Everything it starts inherits one pipe and reports there. A test reads it line by line; its end shows
that none of these processes is left.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

PRELUDE = """
import logging, sys
from app.running.supervisor import Child, Patience, supervise
logging.basicConfig(level="INFO", stream=sys.stderr)

def python(name, code, **more):
    report = f"def report(what): os.write(1, f'{name} {{what}} {{os.getpid()}}\\\\n'.encode())"
    lines = ["import os, signal, subprocess, sys, time", report, "report('runs')", code]
    return Child(name, [sys.executable, "-S", "-c", chr(10).join(lines)], **more)

WAITS = "signal.pause()"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); report('deaf'); time.sleep(60)"
"""


class Supervisor:
    """A supervisor that was told in Python what to run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def read(self) -> tuple[str, int]:
        """Wait for the next report: what happened, and in which process."""
        assert self.process.stdout is not None
        what, _, pid = self.process.stdout.readline().strip().rpartition(" ")
        return what, int(pid)

    def read_all(self) -> list[str]:
        """Wait until no process is left; return what was reported meanwhile."""
        assert self.process.stdout is not None
        return [line.rpartition(" ")[0] for line in self.process.stdout]

    def log(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait()


class Start:
    """Starts supervisors, and sees to it that none outlives its test."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[str]] = []

    def __call__(self, code: str) -> Supervisor:
        command = [sys.executable, "-c", PRELUDE + code]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.started.append(process)
        return Supervisor(process)


@pytest.fixture
def start() -> Iterator[Start]:
    start = Start()
    yield start
    for process in start.started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_every_child_and_counts_as_success(start: Start, number: signal.Signals) -> None:
    supervisor = start('sys.exit(supervise([python("web", WAITS), python("worker", WAITS)]))')
    assert {supervisor.read()[0], supervisor.read()[0]} == {"web runs", "worker runs"}
    supervisor.process.send_signal(number)
    assert supervisor.process.wait() == 0
    assert supervisor.read_all() == []


def test_a_child_that_dies_is_started_again(start: Start) -> None:
    supervisor = start('sys.exit(supervise([python("worker", WAITS)]))')
    first = supervisor.read()[1]
    os.kill(first, signal.SIGKILL)
    what, second = supervisor.read()
    assert (what, second != first) == ("worker runs", True)
    assert supervisor.stop() == 0


def test_what_a_dead_child_left_running_is_cleared_away_before_it_starts_again(start: Start) -> None:
    grandchild = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); report('parent')"
    supervisor = start(f'sys.exit(supervise([python("web", {grandchild!r} + chr(10) + WAITS)]))')
    supervisor.read()
    os.kill(supervisor.read()[1], signal.SIGKILL)
    assert [supervisor.read()[0], supervisor.read()[0]] == ["web runs", "web parent"]
    supervisor.stop()
    assert supervisor.read_all() == []


def test_a_child_that_dies_five_times_in_ten_seconds_ends_everything(start: Start) -> None:
    supervisor = start('sys.exit(supervise([python("web", WAITS), python("worker", "sys.exit(3)")]))')
    assert supervisor.process.wait() == 1
    assert supervisor.read_all().count("worker runs") == 5
    assert "worker died 5 times in 10 seconds; stopping everything" in supervisor.log()


def test_the_next_child_waits_until_the_one_before_is_ready(start: Start) -> None:
    supervisor = start(
        """
answers = iter([False, False, True])
def ready():
    answer = next(answers)
    print("asked", answer, 0, flush=True)
    return answer
sandbox = python("sandbox", "report('waits'); signal.pause()", ready=ready)
sys.exit(supervise([sandbox, python("web", WAITS)], on_ready=lambda: print("all ready 0", flush=True)))
"""
    )
    seen = [supervisor.read()[0] for _ in range(7)]
    assert seen.index("asked True") < seen.index("web runs")
    assert seen.index("asked True") < seen.index("all ready")
    assert seen.count("asked False") == 2
    supervisor.stop()


def test_a_task_is_started_when_all_is_ready_and_once_however_it_ends(start: Start) -> None:
    supervisor = start(
        """
task = python("task", "sys.exit(3)", once=True)
def say(what):
    return lambda: print(what, 0, flush=True)
sys.exit(supervise([task, python("web", WAITS)], on_ready=say("all ready"), look_after=say("looked")))
"""
    )
    seen = [supervisor.read()[0] for _ in range(4)]
    assert seen.index("all ready") < seen.index("task runs")
    assert (seen.count("task runs"), seen[-1]) == (1, "looked")
    assert supervisor.stop() == 0


def test_a_child_that_never_gets_ready_ends_everything_with_a_sentence(start: Start) -> None:
    supervisor = start(
        'never = python("web", WAITS, ready=lambda: False)\n'
        "sys.exit(supervise([never], patience=Patience(ready=0.3)))"
    )
    assert supervisor.process.wait() == 1
    assert "web was not ready after 0 seconds" in supervisor.log()
    assert supervisor.read_all() in ([], ["web runs"])  # it may be ended before it has begun


def test_a_stop_while_waiting_for_readiness_is_heard(start: Start) -> None:
    supervisor = start('sys.exit(supervise([python("web", WAITS, ready=lambda: False)]))')
    supervisor.read()
    assert supervisor.stop() == 0


def test_a_child_that_ignores_the_signal_is_killed_in_time(start: Start) -> None:
    supervisor = start('sys.exit(supervise([python("worker", DEAF)], patience=Patience(stop=0.5)))')
    assert [supervisor.read()[0], supervisor.read()[0]] == ["worker runs", "worker deaf"]
    begun = time.monotonic()
    assert supervisor.stop() == 0
    assert supervisor.read_all() == []
    assert time.monotonic() - begun < 5


def test_what_others_need_is_stopped_after_them(start: Start) -> None:
    supervisor = start(
        """
TELLS = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(report('stops'))); report('set'); signal.pause()"
children = [python("sandbox", TELLS, stops_last=True), python("web", TELLS), python("worker", TELLS)]
sys.exit(supervise(children))
"""
    )
    assert {supervisor.read()[0] for _ in range(6)} > {"sandbox set", "web set", "worker set"}
    supervisor.stop()
    stops = supervisor.read_all()
    assert sorted(stops[:2]) == ["web stops", "worker stops"]
    assert stops[2:] == ["sandbox stops"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_no_child_outlives_a_supervisor_that_is_killed(start: Start) -> None:
    supervisor = start('sys.exit(supervise([python("web", WAITS), python("worker", WAITS)]))')
    assert {supervisor.read()[0], supervisor.read()[0]} == {"web runs", "worker runs"}
    supervisor.process.kill()
    assert supervisor.read_all() == []


def test_a_child_gets_its_own_settings_beside_the_supervisors(start: Start) -> None:
    supervisor = start(
        """
child = python("web", "report(os.environ['KYDUYET_X']); report('PATH' in os.environ)", env={"KYDUYET_X": "x"})
sys.exit(supervise([child]))
"""
    )
    assert [supervisor.read()[0] for _ in range(3)] == ["web runs", "web x", "web True"]


def test_the_supervisor_costs_no_time_while_nothing_happens(start: Start) -> None:
    supervisor = start(
        """
import resource, signal
def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
before = []
child = python("web", "report('waits'); time.sleep(1); report('rested'); signal.pause()")
supervise([child], on_ready=lambda: before.append(spent()))
print("spent", round(1000 * (spent() - before[0])), flush=True)
"""
    )
    assert [supervisor.read()[0] for _ in range(3)] == ["web runs", "web waits", "web rested"]
    supervisor.process.terminate()
    what, milliseconds = supervisor.read()
    assert what == "spent"
    assert milliseconds < 100


def test_what_is_no_child_is_looked_after_again_and_again(start: Start) -> None:
    supervisor = start(
        """
look = lambda: print("looked 0", flush=True)
sys.exit(supervise([python("web", WAITS)], look_after=look))
"""
    )
    assert [supervisor.read()[0] for _ in range(3)] == ["web runs", "looked", "looked"]
    assert supervisor.stop() == 0


def test_sigterm_lets_with_blocks_clean_up(start: Start) -> None:
    supervisor = start(
        """
import os, signal
from app.running.supervisor import exit_on_sigterm
exit_on_sigterm()
try:
    print("waits", os.getpid(), flush=True)
    signal.pause()
finally:
    print("cleaned 0", flush=True)
"""
    )
    assert supervisor.read()[0] == "waits"
    assert supervisor.stop() == 128 + signal.SIGTERM
    assert supervisor.read_all() == ["cleaned"]
