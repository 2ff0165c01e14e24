"""The server under the emulators: bodies of all kinds, connections kept and cut, encryption."""

import hashlib
import http.client
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from emulators.blobs import Blobs
from emulators.serving import CutConnection, Request, Response, Slice, json_response, serving
from tests.emulators.certificates import make_certificates

MEGABYTE = 1 << 20


def echo(request: Request) -> Response:
    if request.path == "/cut":
        raise CutConnection
    if request.path == "/half":
        return Response(200, b"x" * 1000, broken_off=True)
    digest = hashlib.sha256()
    while piece := request.body.read(MEGABYTE):
        digest.update(piece)
    told = {"path": request.path, "query": request.query, "size": request.size, "sha256": digest.hexdigest()}
    return json_response(200, told | {"origin": request.origin})


@pytest.fixture
def origin() -> Iterator[str]:
    with serving(echo) as address:
        yield address


def test_path_and_query_arrive_unquoted(origin: str) -> None:
    told = httpx.get(f"{origin}/Tổ%201/a%2Fb", params={"q": "tên = 'x'"}).json()
    assert told["path"] == "/Tổ 1/a/b"
    assert told["query"] == {"q": "tên = 'x'"}
    assert told["origin"] == origin


def test_a_chunked_body_arrives_whole(origin: str) -> None:
    pieces = [b"a" * 70_000, b"b", b"c" * 300_000]
    told = httpx.post(origin, content=iter(pieces)).json()
    assert told["sha256"] == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_a_body_larger_than_memory_allows_arrives_whole(origin: str) -> None:
    piece = bytes(MEGABYTE)
    expected = hashlib.sha256()
    for _ in range(100):
        expected.update(piece)
    told = httpx.put(
        origin, content=(piece for _ in range(100)), headers={"Content-Length": str(100 * MEGABYTE)}
    ).json()
    assert (told["size"], told["sha256"]) == (100 * MEGABYTE, expected.hexdigest())


def test_many_requests_share_a_connection(origin: str) -> None:
    address = urlsplit(origin)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    sockets = set()
    for _ in range(3):
        connection.request("POST", "/", b"body")
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


def test_a_cut_connection_has_no_answer(origin: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        httpx.get(f"{origin}/cut")


def test_an_answer_can_break_off(origin: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="received 500 bytes, expected 1000"):
        httpx.get(f"{origin}/half")


def test_a_client_that_leaves_early_disturbs_nobody(origin: str) -> None:
    address = urlsplit(origin)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    assert httpx.get(origin).status_code == 200


def test_a_slice_of_a_file_is_sent_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(range(256)))
    with serving(lambda _: Response(206, slice=Slice(path, 10, 20))) as origin:
        assert httpx.get(origin).content == bytes(range(10, 30))


def test_it_speaks_tls(tmp_path: Path) -> None:
    ca, tls = make_certificates(tmp_path, ("localhost",))
    with (
        serving(echo, tls=tls) as origin,
        httpx.Client(verify=ssl.create_default_context(cafile=ca)) as client,
    ):
        address = origin.replace("127.0.0.1", "localhost")
        assert address.startswith("https://")
        assert client.get(address).json()["origin"] == address


def test_the_same_bytes_are_kept_once_and_gone_in_the_end() -> None:
    blobs = Blobs()
    first, second = blobs.keep_bytes(b"abc"), blobs.keep_bytes(b"abc")
    assert first == second
    assert first.read() == b"abc"
    blobs.close()
    assert not first.path.exists()
