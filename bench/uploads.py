"""How many uploads a second are accepted with the gate done, and what one costs to the last page image."""

import time
from collections.abc import Iterator

import psycopg

from bench.documents import lesson_plan
from bench.measure import Measurement, dealt, timed
from bench.product import Client, Product

_TEACHERS = [f"gv{n}@truong-a.example" for n in range(1, 9)]
_IDLE_SECONDS = 120.0


def uploads(product: Product) -> Iterator[Measurement]:
    """Measure with one client, with eight, and the processor's time for each document."""
    for clients, count in ((1, 60), (8, 240)):
        yield from accepted(product, clients, count)
    yield _cost(product, 60)


def accepted(product: Product, clients: int, count: int) -> Iterator[Measurement]:
    """Let clients hand in one document after the other."""
    people = [product.client(email) for email in _TEACHERS[:clients]]
    numbers = range(clients * 10_000, clients * 10_000 + count)
    documents = [(number, lesson_plan(number)) for number in numbers]
    run = timed(dealt(documents, clients), lambda client, item: _upload(people[client], *item))
    name = f"uploads_{clients}_clients"
    yield Measurement(name, run.rate, "uploads/s", count, ">= 25")
    yield Measurement(f"{name}_p95", run.p95, "ms", count, "<= 400" if clients == 8 else "")
    _settle(product)


def _upload(client: Client, number: int, document: bytes) -> str:
    record = client.upload(document, record_type="KHBD", period="2026-2027/W12", title=f"Bài {number}")
    return str(record["id"])


def _cost(product: Product, count: int) -> Measurement:
    """From upload to searchable text and every page image made, all processes and PostgreSQL together."""
    teacher = product.client(_TEACHERS[0])
    documents = [lesson_plan(900_000 + n) for n in range(count)]
    before = product.cpu_seconds()
    for number, document in enumerate(documents):
        _upload(teacher, 900_000 + number, document)
    found = teacher.send("GET", "/records?q=so900000")["items"]
    if len(found) != 1:
        raise RuntimeError(f"the text of a page finds {len(found)} records instead of one")
    _settle(product)
    spent = product.cpu_seconds() - before
    return Measurement("upload_cpu", spent / count, "CPU s/document", count, "<= 0.07", "3 pages, 800 px")


def _settle(product: Product) -> None:
    """Wait until no job is left, so that one measurement does not pay for another."""
    with product.database() as database:
        deadline = time.monotonic() + _IDLE_SECONDS
        while _jobs_left(database):
            if time.monotonic() > deadline:
                raise RuntimeError("the jobs did not come to an end")
            time.sleep(0.05)


def _jobs_left(database: psycopg.Connection) -> int:
    row = database.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    ).fetchone()
    return row[0] if row else 0
