"""When the web server counts as healthy, and how its address is written."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.running.parts import address, is_free, is_healthy


@contextmanager
def a_server_saying(answer: bytes) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_once, args=(listener, answer))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def answer_once(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(answer)


@pytest.mark.parametrize(
    ("answer", "healthy"),
    [
        (b'HTTP/1.1 200 OK\r\n\r\n{"status":"ok"}', True),
        (b"HTTP/1.1 503 Service Unavailable\r\nX-Note: 200 \r\n\r\n", False),
        (b"", False),
    ],
)
def test_only_an_answer_of_200_counts_as_healthy(answer: bytes, healthy: bool) -> None:
    with a_server_saying(answer) as port:
        assert is_healthy("127.0.0.1", port) is healthy


def test_a_server_bound_to_every_address_is_asked_at_the_local_one() -> None:
    with a_server_saying(b"HTTP/1.1 200 OK\r\n\r\n") as port:
        assert is_healthy("0.0.0.0", port)


def test_nobody_listening_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert not is_healthy("127.0.0.1", port)


def test_a_port_is_free_only_while_nobody_listens_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not is_free("127.0.0.1", port)
    assert is_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")]
)
def test_an_address_is_written_as_browsers_expect_it(host: str, url: str) -> None:
    assert address(host, 8000) == url
