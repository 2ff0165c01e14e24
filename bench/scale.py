"""What slows as a province grows: uploads, decisions, lists, searches and chores at a million records."""

import os
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from app.approvals.standstill_letters import ask_for_deciders
from app.context import Context
from app.database.embedded import embedded_database
from app.staging.store import FolderStaging
from app.tree.chores import sweep_staging
from bench.decisions import decisions
from bench.measure import Measurement, Run, timed
from bench.pages import seconds_of, server, signed_in
from bench.product import Client, Product
from bench.scale_planting import COMMON, ELSEWHERE, PAST, Size, plant_province
from bench.uploads import accepted

_TURNS = 40
_CLERK, _OFFICER, _TEACHER = "vanthu@truong-a.example", "canbo@phong.example", "gv1@truong-a.example"
_WORDS = (("absent", "khongdauco"), ("elsewhere", ELSEWHERE), ("common", COMMON), ("past", PAST))
_STAGED = 100_000
_YEAR = "2026-2027"


def scale(product: Product, size: Size) -> Iterator[Measurement]:
    """Plant a province, unless one is there, and measure what has to stay as quick as in a single school."""
    with product.database() as database:
        if not _is_planted(database):
            started = time.monotonic()
            plant_province(database, size)
            yield Measurement("scale_planting", time.monotonic() - started, "s", size.records, "<= 600")
    yield from _searches(product)
    with (
        embedded_database(product.data_dir) as urls,
        tempfile.TemporaryDirectory(prefix="kd-bench") as folder,
        server(urls.web, Path(folder)) as context,
    ):
        yield from _pages(context)
    with (
        embedded_database(product.data_dir) as urls,
        tempfile.TemporaryDirectory(prefix="kd-bench") as folder,
        server(urls.worker, Path(folder)) as context,
    ):
        yield from _chores(context)
    yield from accepted(product, 1, 60)
    yield from accepted(product, 8, 240)
    yield from decisions(product)


def _is_planted(database: psycopg.Connection) -> bool:
    found = database.execute("SELECT count(*) FROM schools").fetchone()
    return bool(found and found[0] > 2)


def _searches(product: Product) -> Iterator[Measurement]:
    """Search over the API, over HTTP, as a school's clerk and as an officer."""
    for who, email, aim in (("", _CLERK, "<= 50"), ("officer_", _OFFICER, "<= 150")):
        client = product.client(email)
        for name, word in _WORDS:
            yield _of(f"scale_{who}search_{name}", _asked(client, f"/records?q={word}"), aim)
    yield _of("scale_officer_list", _asked(product.client(_OFFICER), "/records"), "<= 50")


def _asked(client: Client, path: str) -> Run:
    return timed([range(_TURNS)], lambda _client, _turn: client.send("GET", path))


def _pages(context: Context) -> Iterator[Measurement]:
    """Show the pages of a school's clerk, of an officer and of a teacher, without the network."""
    clerk, officer, teacher = (signed_in(context, email) for email in (_CLERK, _OFFICER, _TEACHER))
    asked = (
        *((f"page_search_{n}", clerk, f"/truong?q={w}", "<= 50") for n, w in _WORDS),
        ("page_list", clerk, "/truong", "<= 50"),
        ("page_list_of_state", clerk, "/truong?state=returned", "<= 50"),
        ("page_list_of_period", clerk, f"/truong?period={_YEAR}/W05", "<= 50"),
        ("page_list_of_no_period", clerk, f"/truong?period={_YEAR}/W53", "<= 50"),
        ("page_list_of_type", clerk, "/truong?record_type=SCN", "<= 50"),
        ("page_list_of_no_type", clerk, "/truong?record_type=SDB", "<= 50"),
        ("page_own", teacher, "/ho-so", "<= 50"),
        ("page_officer_list", officer, "/truong", "<= 50"),
        *((f"page_officer_search_{n}", officer, f"/truong?q={w}", "<= 150") for n, w in _WORDS),
        ("metrics", clerk, "/metrics", "<= 20"),
    )
    for name, client, path, aim in asked:
        yield _of(f"scale_{name}", Run(seconds_of(client, path, _TURNS), 1), aim)


def _of(name: str, run: Run, aim: str) -> Measurement:
    load = f"load {os.getloadavg()[0]:.1f}"
    return Measurement(
        f"{name}_p95", run.p95, "ms", len(run.seconds), aim, f"median {run.median:.1f}, {load}"
    )


def _chores(context: Context) -> Iterator[Measurement]:
    """Do what a worker does every five minutes and every hour."""
    started = time.perf_counter()
    ask_for_deciders(context)
    yield Measurement("scale_find_deciders", (time.perf_counter() - started) * 1000, "ms", 1, "")
    with tempfile.TemporaryDirectory(prefix="kd-bench") as folder, _staged(context, Path(folder)) as staged:
        started = time.perf_counter()
        sweep_staging(staged)
        yield Measurement("scale_sweep", time.perf_counter() - started, "s", _STAGED, "")
        tracemalloc.start()
        sweep_staging(staged)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    yield Measurement("scale_sweep_peak", peak / 1e6, "MB", _STAGED, "flat")


@contextmanager
def _staged(context: Context, folder: Path) -> Iterator[Context]:
    """Put empty files under keys that rows speak of, as if kept long ago."""
    with context.database.sessions() as session:
        rows = session.connection().exec_driver_sql(f"SELECT blob FROM versions LIMIT {_STAGED}").scalars()
        for key in rows:
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path, (0, 0))
    yield replace(context, staging=FolderStaging(folder))
