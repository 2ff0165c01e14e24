"""Hostile code inside a sandbox child: every way out is shut, and the ordinary operations notice nothing."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from app.pdf.gate import inspect
from app.pdf.sandbox import Sandbox, missing
from app.pdf.sandbox_fence import PARTS, Fence, FenceIncompleteError, fence_of_this_machine
from tests.pdf.abuses import ABUSES
from tests.sandboxes import Server, running_server, short_folder

MISBEHAVING = "tests.pdf.misbehaving"
EASY_WITHOUT_A_FENCE = (
    "read the passwords",
    "read the secret",
    "read staging",
    "list staging",
    "list processes",
    "read through a magic link",
    "connect to TCP",
    "connect to a socket by path",
    "connect to an abstract socket",
    "speak netlink",
    "fork",
    "clone",
    "start a thread",
    "start a program by library",
    "signal the parent",
    "write a file",
    "write over a document",
    "make a folder",
    "link",
    "rename",
    "remove",
    "change a mode",
    "go elsewhere",
    "make a file in memory",
    "watch files",
    "share memory",
    "set a timer",
)
LIVES_ON = "read the passwords"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fence is made of parts of Linux")


@pytest.fixture(scope="module")
def fenced() -> Iterator[tuple[Sandbox, Server]]:
    with running_server(MISBEHAVING) as both:
        yield both


@pytest.fixture(scope="module")
def unfenced() -> Iterator[tuple[Sandbox, Server]]:
    with running_server(MISBEHAVING, "--open") as both:
        yield both


@pytest.fixture(scope="module")
def document() -> Iterator[BinaryIO]:
    with short_folder() as folder:
        (folder / "handed in").write_bytes(b"a document")
        with (folder / "handed in").open("rb") as file:
            yield file


@pytest.fixture(scope="module")
def neighbour() -> Iterator[int]:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.terminate()


@pytest.fixture
def places(neighbour: int) -> Iterator[dict[str, str]]:
    """Lay out, open to every account, what hostile code aims at: a secret, documents, servers."""
    with (
        short_folder() as data,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as postgres,
        socket.socket(socket.AF_UNIX) as unnamed,
    ):
        data.chmod(0o777)
        for name in ("secret", "document", "spare"):
            (data / name).write_bytes(b"confidential")
            (data / name).chmod(0o666)
        postgres.bind(str(data / "socket"))
        (data / "socket").chmod(0o666)
        unnamed.bind(f"\0{data.name}")
        for listener in (postgres, unnamed):
            listener.listen()
        named = {name: str(data / name) for name in ("secret", "document", "spare", "new", "socket")}
        yield named | {
            "data": str(data),
            "name": data.name,
            "abstract": data.name,
            "tcp": str(tcp.getsockname()[1]),
            "sibling": str(neighbour),
        }


def attempted(
    running: tuple[Sandbox, Server], document: BinaryIO, abuse: str, places: dict[str, str]
) -> dict[str, object]:
    sandbox, server = running
    aims = places | {"parent": str(server.pid)}
    return dict(sandbox.run("abuse", document, {"abuse": abuse, "places": aims}))


@pytest.mark.parametrize("abuse", ABUSES)
def test_hostile_code_in_a_child_gets_nowhere(
    fenced: tuple[Sandbox, Server], document: BinaryIO, places: dict[str, str], abuse: str
) -> None:
    before = sorted(Path(places["data"]).iterdir())
    assert attempted(fenced, document, abuse, places)["blocked"]
    assert sorted(Path(places["data"]).iterdir()) == before
    assert Path(places["document"]).read_bytes() == b"confidential"
    assert not Path("/dev/shm", places["name"]).exists()


@pytest.mark.parametrize("abuse", EASY_WITHOUT_A_FENCE)
def test_the_same_code_succeeds_where_nothing_confines_it(
    unfenced: tuple[Sandbox, Server], document: BinaryIO, places: dict[str, str], abuse: str
) -> None:
    assert not attempted(unfenced, document, abuse, places)["blocked"]


def test_a_child_of_root_is_somebody_else(
    fenced: tuple[Sandbox, Server], document: BinaryIO, places: dict[str, str]
) -> None:
    answer = attempted(fenced, document, LIVES_ON, places)
    assert (answer["uid"] == os.getuid()) is (os.getuid() != 0)


def test_the_server_says_what_its_fence_lacks(
    fenced: tuple[Sandbox, Server], unfenced: tuple[Sandbox, Server]
) -> None:
    assert missing(unfenced[0].socket_path) == list(PARTS)
    assert missing(fenced[0].socket_path) == list(fence_of_this_machine().missing)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_demanded_and_missing_is_named(part: str) -> None:
    with pytest.raises(FenceIncompleteError, match=part):
        Fence().demand((part,))
    Fence().demand(())


def test_a_server_without_a_demanded_part_does_not_start() -> None:
    with short_folder() as folder:
        command = [sys.executable, "-m", "app.pdf.sandbox_server", "--demand=moat", str(folder / "s")]
        assert subprocess.run(command, capture_output=True).returncode != 0


def test_forty_honest_uploads_at_once_are_all_taken(sandbox: Sandbox, pdf: Callable[..., bytes]) -> None:
    data = pdf(pages=3)

    def upload(_number: int) -> int:
        with short_folder() as folder:
            (folder / "p").write_bytes(data)
            with (folder / "p").open("rb") as file:
                return inspect(sandbox, file, len(data)).pages

    with ThreadPoolExecutor(40) as threads:
        assert list(threads.map(upload, range(40))) == [3] * 40
