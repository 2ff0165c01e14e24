"""Bad input and bad days on the running product: nothing is lost, nothing stays behind, and it recovers."""

import http.client
import io
import json
import os
import random
import signal
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.product import HOST, Client, Product

MEGABYTE = 1024 * 1024
TEACHER = "gv1@truong-a.example"
PATIENCE_SECONDS = 60


def _scan(megabytes: int) -> bytes:
    """Draw a PDF of one noisy picture that cannot be compressed."""
    side = int((megabytes * MEGABYTE) ** 0.5)
    noise = Image.frombytes("L", (side, side), random.Random(7).randbytes(side * side))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842), invariant=True)
    canvas.drawImage(ImageReader(noise), 0, 0, 595, 842)
    canvas.save()
    return made.getvalue()


def _raw_upload(product: Product, token: str, body: bytes, announced: int | None = None) -> socket.socket:
    """Send an upload byte by byte as a program without manners would, and return the open connection."""
    boundary = "raw-boundary"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="record_type"\r\n\r\nKHBD\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="period"\r\n\r\n2026-2027/W30\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    length = len(head) + (announced or len(body)) + len(tail)
    connection = socket.create_connection((HOST, product.port), timeout=PATIENCE_SECONDS)
    connection.sendall(
        f"POST /api/v1/records HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {length}\r\n\r\n".encode()
    )
    connection.sendall(head + body)
    if announced is None:
        connection.sendall(tail)
    return connection


def _answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, json.loads(response.read())


def _token(product: Product) -> str:
    return product.client(TEACHER).headers["Authorization"].removeprefix("Bearer ")


def _staged(product: Product) -> set[Path]:
    return {path for path in (product.data_dir / "staging").rglob("*") if path.is_file()}


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        threading.Event().wait(0.1)


@contextmanager
def _peak_growth(processes: list[psutil.Process]) -> Iterator[list[int]]:
    """Watch how far the processes' memory grows beyond where it began, in bytes."""
    before = {process.pid: process.memory_info().rss for process in processes}
    growth = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.005):
            growth[0] = max(growth[0], *(p.memory_info().rss - before[p.pid] for p in processes))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield growth
    finally:
        over.set()
        watcher.join()


def _web_workers(product: Product) -> list[psutil.Process]:
    masters = [p for p in product.processes() if "gunicorn" in " ".join(p.cmdline())]
    return [p for p in masters if p.ppid() in {master.pid for master in masters}]


def test_a_20_mb_upload_costs_the_web_process_less_than_5_mb(product: Product) -> None:
    teacher = product.client(TEACHER)
    small, large = _scan(1), _scan(15)
    for number in range(6):
        teacher.upload(
            small + b"%%%d" % number, record_type="KHBD", period="2026-2027/W01", title=f"nhỏ {number}"
        )
    with _peak_growth(_web_workers(product)) as growth:
        record = teacher.upload(large, record_type="KHBD", period="2026-2027/W01", title="lớn")
    assert record["size"] == len(large) > 18 * MEGABYTE
    assert growth[0] < 5 * MEGABYTE


def test_an_upload_over_the_limit_is_told_so_although_it_sends_on(product: Product) -> None:
    with _raw_upload(product, _token(product), b"%PDF-1.7\n" + b"x" * (21 * MEGABYTE)) as connection:
        status, problem = _answer(connection)
    assert (status, problem["code"]) == (413, "too_large")
    assert "20 MB" in problem["detail"]


def test_a_half_sent_upload_leaves_nothing(product: Product) -> None:
    before = _staged(product)
    connection = _raw_upload(
        product, _token(product), b"%PDF-1.7\n" + b"x" * MEGABYTE, announced=5 * MEGABYTE
    )
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()
    product.client(TEACHER).send("GET", "/records")
    assert _staged(product) == before


def test_a_refused_upload_leaves_nothing(product: Product) -> None:
    before = _staged(product)
    with _raw_upload(product, _token(product), b"MZ this is no PDF") as connection:
        status, problem = _answer(connection)
    assert (status, problem["code"]) == (422, "not_pdf")
    assert _staged(product) == before


def test_other_accounts_of_the_machine_can_read_nothing_that_the_product_keeps(product: Product) -> None:
    product.client(TEACHER).upload(_scan(1), record_type="KHBD", period="2026-2027/W02", title="kín")
    kept = [product.data_dir, *product.data_dir.rglob("*")]
    assert {"secret.key", "incoming", "sandbox.sock", "PG_VERSION", "uploads"} <= {p.name for p in kept}
    modes = {place: place.lstat().st_mode for place in kept}
    # PostgreSQL gives its socket to all; who reaches it is decided by the folder, which is shut.
    watched = {place: mode & 0o077 for place, mode in modes.items() if not stat.S_ISSOCK(mode)}
    # Root's PostgreSQL has an account of its own, which passes through and lists nothing.
    assert {(place, mode) for place, mode in watched.items() if mode} <= {(product.data_dir, stat.S_IXGRP)}


def test_a_stranger_without_a_token_is_turned_away_before_his_file_is_kept(product: Product) -> None:
    before = _staged(product)
    with _raw_upload(product, "kd_nobody", b"%PDF-1.7\n" + b"x" * MEGABYTE) as connection:
        status, problem = _answer(connection)
    assert (status, problem["code"]) == (401, "unauthenticated")
    assert _staged(product) == before


@pytest.fixture
def accepted(product: Product) -> str:
    """The id of a record that was accepted before the bad day."""
    title = f"trước {time.monotonic_ns()}"
    content = _scan(1) + title.encode()
    record = product.client(TEACHER).upload(content, record_type="KHBD", period="2026-2027/W02", title=title)
    return str(record["id"])


def test_a_killed_database_answers_503_loses_nothing_and_comes_back(product: Product, accepted: str) -> None:
    teacher = product.client(TEACHER)
    postmaster = product.postgres()[0]
    children = postmaster.children(recursive=True)
    os.kill(postmaster.pid, signal.SIGKILL)
    psutil.wait_procs([postmaster, *children], timeout=PATIENCE_SECONDS)

    answers: list[tuple[int, dict[str, Any]]] = []

    def well_again() -> bool:
        answers.append(_get(product, teacher, f"/api/v1/records/{accepted}"))
        return answers[-1][0] == 200

    _until(well_again)
    assert {(status, answer["code"]) for status, answer in answers[:-1]} == {(503, "unavailable")}
    assert answers[-1][1]["id"] == accepted
    _until(lambda: _get(product, teacher, "/healthz")[0] == 200)
    again = product.client(TEACHER).upload(
        _scan(1) + b"%after", record_type="KHBD", period="2026-2027/W03", title=f"sau {time.monotonic_ns()}"
    )
    assert again["state"] == "submitted"


def _get(product: Product, client: Client, path: str) -> tuple[int, dict[str, Any]]:
    with closing(http.client.HTTPConnection(HOST, product.port, timeout=PATIENCE_SECONDS)) as connection:
        connection.request("GET", path, headers=client.headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


@pytest.mark.parametrize("name", ["app.running.worker", "app.pdf.sandbox_server"])
def test_a_killed_part_is_started_again(product: Product, name: str, accepted: str) -> None:
    part = next(p for p in product.processes() if name in " ".join(p.cmdline()))
    part.kill()
    part.wait(PATIENCE_SECONDS)
    _until(lambda: any(name in " ".join(p.cmdline()) for p in product.processes()))
    teacher = product.client(TEACHER)
    _until(lambda: _get(product, teacher, "/healthz")[0] == 200)
    assert teacher.send("GET", f"/records/{accepted}")["state"] == "submitted"
