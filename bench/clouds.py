"""How fast signed records reach an emulated cloud that answers in 150 ms and holds to its quota."""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from app.catalogue.shipped import load_shipped_types
from app.commands.founding import found_school
from app.config import Settings
from app.context import Context, build_context
from app.database.embedded import embedded_database
from app.database.schema import migrate
from app.demo.people import plant
from app.drift.looks import look_for_drift
from app.jobs import defer
from app.moves.connections import connect
from app.moves.credential_files import draft_from
from app.schools.queries import school_by_code
from app.storage.models import Provider
from app.tree.stores import lock_of
from bench.documents import lesson_plan
from bench.measure import Measurement
from bench.planting import plant_sealed
from bench.product import Product
from emulators.google.service import Google
from emulators.microsoft.service import Microsoft
from emulators.serving import serving

_LATENCY = 0.15
_SETTLED_SECONDS = 900.0
_QUOTA = {Provider.GOOGLE: 1.5, Provider.MICROSOFT: 1250 / 60 / 2}
"""Documents a second that one account's quota allows: Drive three writes, of which the lock takes one;
Graph 1,250 units a minute, of which a file takes two."""


@dataclass
class _Cloud:
    """An emulator in this process, a database, and the parts that go with them."""

    emulator: Google | Microsoft
    origin: str
    context: Context
    environment: Mapping[str, str]

    def refused(self) -> int:
        """Count the answers that told us we were too fast."""
        return sum(
            count
            for status, count in self.emulator.counters.report()["statuses"].items()
            if status in {"403", "429"}
        )


def clouds(_product: Product) -> Iterator[Measurement]:
    """Measure each cloud alone, then fifty schools with four workers, then a worker's memory."""
    for provider, count in ((Provider.GOOGLE, 90), (Provider.MICROSOFT, 1000)):
        with _cloud(provider) as cloud:
            _connect(cloud, provider, "truong-a", cloud.emulator.furnish(cloud.origin))
            yield from _one_school(cloud, provider, count)
    with _cloud(Provider.MICROSOFT) as cloud:
        yield from _many_schools(cloud, schools=50, each=20)
    with _cloud(Provider.MICROSOFT, latency=0, quota=False) as cloud:
        yield _memory(cloud, schools=4, each=500)


def _one_school(cloud: _Cloud, provider: Provider, count: int) -> Iterator[Measurement]:
    _plant(cloud, ["truong-a"], 10)
    with _workers(cloud, 1):
        _await_filed(cloud, 10)
        _plant(cloud, ["truong-a"], count, first=10)
        started = time.monotonic()
        _await_filed(cloud, 10 + count)
        rate = count / (time.monotonic() - started)
    name, allowed = provider.value, _QUOTA[provider]
    note = (
        f"{100 * rate / allowed:.0f} % of the quota's {allowed:.2f}/s; refused as too fast: {cloud.refused()}"
    )
    yield Measurement(f"cloud_{name}_filing", rate, "records/s", count, ">= 90 % of quota", note)
    seconds, calls = _look(cloud)
    note = f"files; {calls} calls"
    yield Measurement(f"cloud_{name}_drift_walk", seconds, "s", 10 + count, "a call per 1,000 files", note)
    _, calls = _look(cloud)
    yield Measurement(f"cloud_{name}_drift_poll", calls, "calls", 1, "1", "nothing new")


def _look(cloud: _Cloud) -> tuple[float, int]:
    """Look for drift; return the seconds that it took, and the calls."""
    cloud.emulator.counters.reset()
    started = time.monotonic()
    look_for_drift(cloud.context, "truong-a", asked=1)
    seconds = time.monotonic() - started
    counted = cloud.emulator.counters.report()["calls"]
    return seconds, sum(calls for operation, calls in counted.items() if "token" not in operation)


def _many_schools(cloud: _Cloud, schools: int, each: int) -> Iterator[Measurement]:
    codes = _found(cloud, schools)
    _plant(cloud, codes, each)
    started = time.monotonic()
    with _workers(cloud, 4):
        _await_filed(cloud, schools * each)
    rate = schools * each / (time.monotonic() - started)
    note = f"{schools} schools, 4 workers; refused as too fast: {cloud.refused()}"
    yield Measurement("cloud_many_schools", rate, "records/s", schools * each, "none over its quota", note)


def _found(cloud: _Cloud, schools: int) -> list[str]:
    """Found schools in Microsoft tenants of their own, and connect them."""
    codes = [f"truong-{number}" for number in range(schools)]
    for code in codes:
        with cloud.context.database.transaction() as session:
            found_school(session, code, f"Trường {code}", "primary", "phong", ["Tổ 1"])
        credentials = cloud.emulator.add_school(cloud.origin, f"{code}.example", code)  # type: ignore[union-attr]
        _connect(cloud, Provider.MICROSOFT, code, credentials)
    return codes


def _memory(cloud: _Cloud, schools: int, each: int) -> Measurement:
    """Draw the line through a worker's memory over all files of a megabyte but the first tenth."""
    content = lesson_plan(7) + b"%" + b"-" * 2**20
    total = schools * each
    seen: list[tuple[float, float]] = []
    _plant(cloud, _found(cloud, schools), each, content=content)
    with _workers(cloud, 1) as workers:
        for files in range(total // 10, total + 1, total // 20):
            _await_filed(cloud, files)
            seen.append((files / 1000, workers[0].memory_info().rss / 2**20))
    slope = statistics.linear_regression(*zip(*seen, strict=True)).slope
    note = f"files of 1 MB; {seen[0][1]:.0f} MB after a tenth, {seen[-1][1]:.0f} MB at the end"
    return Measurement("cloud_worker_growth", slope, "MB/1,000 files", total, "flat", note)


@contextmanager
def _cloud(provider: Provider, latency: float = _LATENCY, *, quota: bool = True) -> Iterator[_Cloud]:
    kind = Google if provider is Provider.GOOGLE else Microsoft
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kd-cloud")))
        urls = stack.enter_context(embedded_database(data))
        emulator = kind(latency=latency, enforce_quota=quota)
        stack.callback(emulator.close)
        origin = stack.enter_context(serving(emulator))
        roots = {
            "KYDUYET_GOOGLE_API_ROOT": origin,
            "KYDUYET_MICROSOFT_GRAPH_ROOT": f"{origin}/v1.0",
            "KYDUYET_MICROSOFT_LOGIN_ROOT": origin,
        }
        own = {
            "KYDUYET_SECRET_KEY": "k" * 40,
            "KYDUYET_DATABASE_URL": urls.owner,
            "KYDUYET_DATA_DIR": str(data),
        }
        context = build_context(Settings.from_environment(roots | own))
        migrate(context.database.engine)
        with context.database.transaction() as session:
            load_shipped_types(session)
            plant(session)
        yield _Cloud(emulator, origin, context, roots | own)
        context.database.engine.dispose()


def _connect(cloud: _Cloud, provider: Provider, code: str, credentials: dict[str, Any]) -> None:
    file = cloud.context.settings.data_dir / f"{code}.json"
    file.write_text(json.dumps(credentials.get("authorized_user", credentials)), encoding="utf-8")
    connect(cloud.context, code, draft_from(cloud.context.settings, provider, file, None), actor="")


def _plant(
    cloud: _Cloud, codes: Sequence[str], count: int, first: int = 0, content: bytes = lesson_plan(7)
) -> None:
    """Plant signed and sealed records of each school, all of one content, and queue their filing."""
    digest, blob = hashlib.sha256(content).hexdigest(), "official/bench"
    staged = cloud.context.settings.data_dir / "staging" / blob
    staged.parent.mkdir(exist_ok=True)
    staged.write_bytes(content)
    for code in codes:
        with cloud.context.database.transaction() as session:
            school = school_by_code(session, code)
            ids = plant_sealed(session, code, range(first, first + count), blob, digest, len(content))
            defer(session, "file", [{"record_id": each} for each in ids], lock=lock_of(session, school))


@contextmanager
def _workers(cloud: _Cloud, count: int) -> Iterator[list[psutil.Process]]:
    command = [sys.executable, "-m", "app.running.worker"]
    environment = {**os.environ, **cloud.environment}
    processes = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield [psutil.Process(process.pid) for process in processes]
    finally:
        # A look for drift that has just begun would take longer than anybody wants to wait.
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def _await_filed(cloud: _Cloud, count: int) -> None:
    deadline = time.monotonic() + _SETTLED_SECONDS
    while _filed(cloud) < count:
        if time.monotonic() > deadline:
            raise RuntimeError("the signed records did not reach the cloud")
        time.sleep(0.1)


def _filed(cloud: _Cloud) -> int:
    with cloud.context.database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT count(*) FROM records WHERE state = 'filed'").one()
    return int(row[0])
