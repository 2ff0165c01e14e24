"""How long a year's obligations take to build, and the boards of a school and of a province to show."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select, text

from app.catalogue.periods import present_year
from app.context import Context
from app.database.embedded import embedded_database
from app.db import now
from app.obligations.building import build
from app.obligations.summaries import count, count_again
from app.schools.models import Office, School
from bench.measure import Measurement
from bench.obligations_planting import add_schools, hand_most_in, plant_school
from bench.pages import seconds_of, server, signed_in
from bench.product import Product

_PRINCIPAL, _OFFICER = "0@bench-1.bench", "canbo@so.example"
_SIZES = (1, 100, 1200)
"""Schools in the province while the boards are measured."""
_TURNS = 20


def obligations(product: Product) -> Iterator[Measurement]:
    """Build a school's year and show its board and the province's, in provinces that grow."""
    with (
        embedded_database(product.data_dir) as urls,
        tempfile.TemporaryDirectory() as folder,
        server(urls.owner, Path(folder)) as context,
    ):
        school_id, office_id = _plant(context)
        for size in _SIZES:
            with context.database.transaction() as session:
                add_schools(session, school_id, office_id, size)
            with context.database.transaction() as session:
                session.execute(text("ANALYZE"))
            yield from _building(context, school_id, size)
            yield from _boards(context, size)
            yield _counting(context, school_id, size)


def _plant(context: Context) -> tuple[int, int]:
    with context.database.transaction() as session:
        office = session.scalars(select(Office).where(Office.code == "phong")).one()
        school = plant_school(session, "bench-1", office)
        build(session, school.id, present_year())
        hand_most_in(session, school.id)
        count(session, school.id, present_year(), now())
        return school.id, office.id


def _building(context: Context, school_id: int, size: int) -> Iterator[Measurement]:
    """Build the year anew from nothing, in a transaction that is thrown away, then once more for nothing."""
    with context.database.sessions() as session:
        session.execute(text("DELETE FROM obligations WHERE school_id = :id"), {"id": school_id})
        started = time.perf_counter()
        rows = build(session, school_id, present_year())
        fresh = time.perf_counter() - started
        started = time.perf_counter()
        build(session, school_id, present_year())
        again = time.perf_counter() - started
        session.rollback()
    yield Measurement(f"obligations_build_{size}_schools", fresh, "s", rows, "<= 5", f"again {again:.2f} s")


def _boards(context: Context, size: int) -> Iterator[Measurement]:
    principal, officer = signed_in(context, _PRINCIPAL), signed_in(context, _OFFICER)
    code = "/theo-doi?record_type=KHBD&window="
    pages = (
        ("board_school", principal, "/theo-doi", "<= 300"),
        ("board_school_weeks", principal, f"{code}{present_year()}/HK1", "<= 300"),
        ("board_province", officer, "/theo-doi/cac-truong", "<= 1000"),
    )
    for name, client, path, aim in pages:
        seconds = seconds_of(client, path, _TURNS)
        p95 = sorted(seconds)[round(len(seconds) * 0.95) - 1] * 1000
        note = f"p95 {p95:.0f}, {len(client.get(path).data) // 1024} KB"
        yield Measurement(
            f"{name}_{size}_schools", statistics.median(seconds) * 1000, "ms", _TURNS, aim, note
        )


def _counting(context: Context, school_id: int, size: int) -> Measurement:
    """Count one school again, and look through all for those that are out of date."""
    with context.database.transaction() as session:
        started = time.perf_counter()
        count(session, school_id, present_year(), now())
        one = time.perf_counter() - started
        code = session.get_one(School, school_id).code
    count_again(context)
    started = time.perf_counter()
    count_again(context)
    look = (time.perf_counter() - started) * 1000
    note = f"one look through all {look:.0f} ms ({code})"
    return Measurement(f"obligations_count_{size}_schools", one * 1000, "ms", 1, "<= 1000", note)
