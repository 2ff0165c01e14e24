import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import BinaryIO

import pytest

from app.pdf import sandbox_wire as wire
from app.pdf.sandbox import Limits, Sandbox, SandboxDied, SandboxUnavailable, ready
from app.pdf.sandbox_wire import Request
from tests.sandboxes import PATIENCE_S, Server, eventually, running_server, short_folder, start_server

MISBEHAVING = "tests.pdf.misbehaving"
SHORT = Limits(memory_mb=60, cpu_s=1, wall_s=0.5, output_mb=1, answer_bytes=10_000)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Sandbox, Server]]:
    with running_server(MISBEHAVING) as both:
        yield both


@pytest.fixture
def bad(running: tuple[Sandbox, Server]) -> Sandbox:
    return running[0]


@pytest.fixture
def document(tmp_path: Path) -> Iterator[BinaryIO]:
    path = tmp_path / "document"
    path.write_bytes(b"a document")
    with path.open("rb") as file:
        yield file


@pytest.fixture
def output(tmp_path: Path) -> Iterator[BinaryIO]:
    with (tmp_path / "output").open("w+b") as file:
        yield file


def test_the_document_is_read_from_its_start_and_arguments_arrive(bad: Sandbox, document: BinaryIO) -> None:
    document.seek(5)
    answer = bad.run("read", document, {"key": ["giá trị", 1, None]})
    assert answer == {"read": "a document", "arguments": {"key": ["giá trị", 1, None]}}
    assert document.tell() == 5


def test_what_was_just_written_to_the_document_is_read(bad: Sandbox, output: BinaryIO) -> None:
    output.write(b"not flushed yet")
    assert bad.run("read", output)["read"] == "not flushed yet"


def test_a_request_longer_than_a_socket_buffer_arrives(bad: Sandbox, document: BinaryIO) -> None:
    answer = bad.run("read", document, {"long": "x" * 1_000_000})
    assert answer["arguments"] == {"long": "x" * 1_000_000}


def test_a_child_sees_its_document_only_and_cannot_write_to_it(bad: Sandbox, document: BinaryIO) -> None:
    answer = bad.run("look_around", document)
    assert answer["descriptors"] == [0, 1, 2, 3, 4, 5]
    assert answer["write"] == "OSError"


def test_background_work_is_nice(bad: Sandbox, document: BinaryIO, tmp_path: Path) -> None:
    niceness = {}
    for background in (False, True):
        path = tmp_path / f"output{background}"
        with path.open("w+b") as output, ThreadPoolExecutor(1) as threads:
            lasting = Limits(cpu_s=1, wall_s=2)
            running = threads.submit(
                bad.run, "pause", document, output=output, limits=lasting, background=background
            )
            niceness[background] = os.getpriority(os.PRIO_PROCESS, _process_named_in(path))
            assert isinstance(running.exception(PATIENCE_S), SandboxUnavailable)
    assert niceness[True] > niceness[False]


def test_output_reaches_the_callers_file(bad: Sandbox, document: BinaryIO, output: BinaryIO) -> None:
    bad.run("write", document, {"mb": 1}, output=output)
    output.seek(0)
    assert output.read() == b"x" * (1 << 20)


def test_a_child_that_got_no_processor_time_is_killed_in_the_end_and_says_nothing_of_its_document(
    bad: Sandbox, document: BinaryIO
) -> None:
    started = time.monotonic()
    with pytest.raises(SandboxUnavailable):
        bad.run("pause", document, limits=SHORT)
    assert time.monotonic() - started < 5


def test_a_child_that_was_stopped_for_a_while_says_nothing_of_its_document(
    bad: Sandbox, document: BinaryIO, output: BinaryIO
) -> None:
    """Stopping stands for a machine so busy that the child gets nothing."""
    with ThreadPoolExecutor(1) as threads:
        limits = Limits(cpu_s=2, wall_s=3)
        starved = threads.submit(bad.run, "spin", document, output=output, limits=limits)
        os.kill(_process_named_in(Path(str(output.name))), signal.SIGSTOP)
        assert isinstance(starved.exception(PATIENCE_S), SandboxUnavailable)


def test_a_child_that_spins_runs_out_of_cpu_time(bad: Sandbox, document: BinaryIO) -> None:
    with pytest.raises(SandboxDied) as died:
        bad.run("spin", document, limits=Limits(cpu_s=1, wall_s=PATIENCE_S))
    assert died.value.reason == "time"
    assert died.value.usage is not None
    assert died.value.usage.cpu_ms > 500


def test_a_child_that_eats_memory_is_refused_more(bad: Sandbox, document: BinaryIO) -> None:
    with pytest.raises(SandboxDied) as died:
        bad.run("eat", document, limits=SHORT)
    assert died.value.reason == "memory"


def test_an_abort_with_much_memory_in_use_is_called_memory(bad: Sandbox, document: BinaryIO) -> None:
    with pytest.raises(SandboxDied) as died:
        bad.run("eat_and_abort", document, {"mb": 45}, limits=SHORT)
    assert died.value.reason == "memory"


def test_an_abort_with_little_memory_in_use_is_called_a_crash(bad: Sandbox, document: BinaryIO) -> None:
    with pytest.raises(SandboxDied) as died:
        bad.run("eat_and_abort", document, {"mb": 1}, limits=SHORT)
    assert died.value.reason == "crash"


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGSEGV, "crash"), (signal.SIGABRT, "crash"), (signal.SIGTERM, "crash")]
)
def test_a_killed_child_is_reported(
    bad: Sandbox, document: BinaryIO, number: signal.Signals, reason: str
) -> None:
    with pytest.raises(SandboxDied) as died:
        bad.run("be_killed", document, {"signal": int(number)})
    assert died.value.reason == reason
    assert number.name in died.value.detail


def test_a_child_that_somebody_else_killed_says_nothing_of_its_document(
    bad: Sandbox, document: BinaryIO
) -> None:
    with pytest.raises(SandboxUnavailable, match="SIGKILL"):
        bad.run("be_killed", document, {"signal": int(signal.SIGKILL)})


def test_an_answer_that_is_too_long_is_refused(bad: Sandbox, document: BinaryIO) -> None:
    with pytest.raises(SandboxDied) as died:
        bad.run("talk", document, {"bytes": 10_001}, limits=SHORT)
    assert died.value.reason == "output"


def test_an_output_that_is_too_long_is_cut_off(bad: Sandbox, document: BinaryIO, output: BinaryIO) -> None:
    with pytest.raises(SandboxDied) as died:
        bad.run("write", document, {"mb": 3}, output=output, limits=SHORT)
    assert died.value.reason == "output"
    assert Path(str(output.name)).stat().st_size <= 1 << 20


def test_an_error_in_an_operation_is_a_crash_that_says_what_it_was(bad: Sandbox, document: BinaryIO) -> None:
    with pytest.raises(SandboxDied, match="a bug in an operation") as died:
        bad.run("fail", document)
    assert died.value.reason == "crash"


@pytest.mark.parametrize("kept", [28, 60])
def test_an_answer_that_only_ends_like_a_failure_note_is_a_crash(
    bad: Sandbox, document: BinaryIO, kept: int
) -> None:
    with pytest.raises(SandboxDied) as death:
        bad.run("feign", document, {"kept": kept})
    assert death.value.reason == "crash"


def test_an_operation_nobody_knows_is_a_crash(bad: Sandbox, document: BinaryIO) -> None:
    with pytest.raises(SandboxDied, match="unheard of"):
        bad.run("unheard of", document)


def test_fifty_requests_at_once_are_all_answered(bad: Sandbox, document: BinaryIO) -> None:
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda number: bad.run("read", document, {"n": number}), range(50)))
    assert [answer["arguments"] for answer in answers] == [{"n": number} for number in range(50)]


def test_foreground_work_is_served_while_background_work_fills_its_slots(
    bad: Sandbox, document: BinaryIO
) -> None:
    limits = Limits(wall_s=1)
    with ThreadPoolExecutor(8) as threads:
        stuck = [threads.submit(bad.run, "pause", document, limits=limits, background=True) for _ in range(8)]
        assert bad.run("read", document)["read"] == "a document"
        assert not all(future.done() for future in stuck)
        for future in stuck:
            assert isinstance(future.exception(), SandboxUnavailable)


def test_the_server_keeps_no_descriptors(running: tuple[Sandbox, Server], document: BinaryIO) -> None:
    bad, server = running
    descriptors = Path(f"/proc/{server.pid}/fd")
    if not descriptors.exists():
        pytest.skip("descriptors of another process can be counted on Linux only")
    bad.run("read", document)
    before = len(list(descriptors.iterdir()))
    for _ in range(20):
        with pytest.raises(SandboxDied):
            bad.run("fail", document)
    eventually(lambda: len(list(descriptors.iterdir())) <= before, "the server closes what it was lent")


def test_a_client_that_hangs_up_takes_its_child_with_it(
    bad: Sandbox, document: BinaryIO, output: BinaryIO
) -> None:
    request = Request("pause", {}, Limits(wall_s=PATIENCE_S), background=False, has_output=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(bad.socket_path))
        socket.send_fds(connection, [wire.frame(request)], [document.fileno(), output.fileno()])
        child = _process_named_in(Path(str(output.name)))
    eventually(lambda: not _lives(child), "the child is killed")


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\xff\xff\xff\xff",
        wire.LENGTH.pack(3) + b"{}{",
        wire.frame({"operation": "read"}),
        b"GET / HTTP/1.0\r\n\r\n",
    ],
)
def test_nonsense_is_hung_up_on_and_the_next_request_is_served(
    bad: Sandbox, document: BinaryIO, nonsense: bytes
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE_S)
        connection.connect(str(bad.socket_path))
        connection.sendall(nonsense)
        assert connection.recv(1) == b""
    assert bad.run("read", document)["read"] == "a document"


def test_a_file_that_came_without_being_announced_is_refused(bad: Sandbox, document: BinaryIO) -> None:
    request = Request("read", {}, Limits(), background=False, has_output=True)
    with pytest.raises(SandboxUnavailable):
        bad.measured(request, document)


def test_an_answer_counts_of_a_child_that_was_gone_before_the_request_was_sent_to_its_end(
    document: BinaryIO,
) -> None:
    answer = wire.frame(wire.Answered({"read": "all of it"}, wire.Usage(1.0, 1.0)))
    with short_folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(folder / "s"))
        listener.listen()
        with ThreadPoolExecutor(1) as threads:
            threads.submit(_answer_unasked, listener, answer)
            long = {"key": "x" * 3_000_000}
            assert Sandbox(folder / "s").run("read", document, long) == {"read": "all of it"}


def test_a_request_waits_for_a_server_that_is_being_started_again(document: BinaryIO) -> None:
    answer = wire.frame(wire.Answered({"read": "after all"}, wire.Usage(1.0, 1.0)))
    with short_folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(folder / "s"))  # refuses as long as nobody listens
        assert not ready(folder / "s")
        with ThreadPoolExecutor(2) as threads:
            waiting = threads.submit(Sandbox(folder / "s").run, "read", document)
            assert wait([waiting], timeout=0.2).not_done
            listener.listen()
            threads.submit(_answer_unasked, listener, answer)
            assert waiting.result(PATIENCE_S) == {"read": "after all"}


def _answer_unasked(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(answer)


def test_without_a_server_the_sandbox_is_unavailable(tmp_path: Path, document: BinaryIO) -> None:
    assert not ready(tmp_path / "none.sock")
    with pytest.raises(SandboxUnavailable):
        Sandbox(tmp_path / "none.sock").run("read", document)


def test_a_server_killed_in_the_middle_makes_the_sandbox_unavailable_and_leaves_no_child(
    document: BinaryIO, output: BinaryIO
) -> None:
    with running_server(MISBEHAVING) as (bad, server), ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(bad.run, "pause", document, output=output, limits=Limits(wall_s=PATIENCE_S))
        child = _process_named_in(Path(str(output.name)))
        server.kill()
        assert isinstance(waiting.exception(PATIENCE_S), SandboxUnavailable)
        if sys.platform == "linux":
            eventually(lambda: not _lives(child), "the child dies with its server")


def test_sigterm_stops_the_children_and_removes_the_socket(document: BinaryIO, output: BinaryIO) -> None:
    with running_server(MISBEHAVING) as (bad, server):
        limits = Limits(wall_s=PATIENCE_S)
        thread = threading.Thread(target=_run_in_vain, args=(bad, document, output, limits))
        thread.start()
        child = _process_named_in(Path(str(output.name)))
        server.terminate()
        assert server.wait(2) == 0
        thread.join(PATIENCE_S)
        assert not _lives(child)
        assert not bad.socket_path.exists()


def test_a_server_takes_the_place_of_one_that_was_killed(document: BinaryIO) -> None:
    with short_folder() as folder:
        path = folder / "sandbox.sock"
        first = start_server(path, MISBEHAVING)
        first.kill()
        first.wait(PATIENCE_S)
        assert path.exists()
        second = start_server(path, MISBEHAVING)
        assert Sandbox(path).run("read", document)["read"] == "a document"
        second.terminate()
        second.wait(PATIENCE_S)


def test_a_second_server_at_the_same_socket_gives_way(bad: Sandbox, document: BinaryIO) -> None:
    second = subprocess.run(
        [sys.executable, "-m", MISBEHAVING, str(bad.socket_path)], capture_output=True, timeout=PATIENCE_S
    )
    assert b"another sandbox server" in second.stderr
    assert second.returncode != 0
    assert bad.run("read", document)["read"] == "a document"


def test_a_socket_path_that_is_too_long_is_named(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 100)
    ended = subprocess.run(
        [sys.executable, "-m", MISBEHAVING, str(path)], capture_output=True, timeout=PATIENCE_S
    )
    assert b"longer than 99 bytes" in ended.stderr


def test_the_server_ends_when_the_process_that_started_it_has_ended() -> None:
    starter = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-m', *sys.argv[1:]]); sys.stdin.read()"
    )
    with short_folder() as folder:
        path = folder / "sandbox.sock"
        parent = subprocess.Popen(
            [sys.executable, "-c", starter, MISBEHAVING, str(path)], stdin=subprocess.PIPE
        )
        eventually(lambda: ready(path), "the server is ready")
        parent.communicate(timeout=PATIENCE_S)
        eventually(lambda: not path.exists(), "the server ends")


def _run_in_vain(bad: Sandbox, document: BinaryIO, output: BinaryIO, limits: Limits) -> None:
    with pytest.raises((SandboxDied, SandboxUnavailable)):
        bad.run("pause", document, output=output, limits=limits)


def _process_named_in(path: Path) -> int:
    eventually(lambda: path.read_bytes().endswith(b"\n"), "the child tells its id")
    return int(path.read_bytes())


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
