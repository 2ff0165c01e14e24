"""What the product needs when nobody uses it, and how soon it answers."""

from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.measure import Measurement
from bench.product import Product


def footprint(product: Product) -> Iterator[Measurement]:
    """Measure memory and processes; run it first, before the others have used memory."""
    own, postgres = product.processes(), product.postgres()
    total = sum(_pss_mb(process) for process in [*own, *postgres])
    share = sum(_pss_mb(process) for process in postgres)
    yield Measurement(
        "start_to_first_answer", product.seconds_to_ready, "s", 1, "<= 10", "first start, empty data"
    )
    yield Measurement(
        "idle_memory", total, "MB PSS", len(own) + len(postgres), "<= 400", f"PostgreSQL {share:.0f}"
    )
    yield Measurement("processes", len(own), "processes", 1, "<= 8", "beside PostgreSQL's own")


def _pss_mb(process: psutil.Process) -> float:
    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
