"""How long from the principal's sign-off to the file in the tree, alone and under load."""

import statistics
import time
from collections.abc import Iterator
from typing import Any

from bench.documents import lesson_plan
from bench.measure import Measurement
from bench.product import Client, Product

_TEACHER = "gv2@truong-a.example"
_HEAD = "totruong1@truong-a.example"
_PRINCIPAL = "hieutruong@truong-a.example"
_LONGEST_SECONDS = 300.0


def filing(product: Product) -> Iterator[Measurement]:
    """Sign off one after the other, then a batch of 100 at once."""
    teacher, head, principal = (product.client(email) for email in (_TEACHER, _HEAD, _PRINCIPAL))
    alone = [_seconds_to_filed(principal, record) for record in _approved(teacher, head, 0, 15)]
    median = statistics.median(alone)
    yield Measurement(
        "sign_off_to_filed_idle", median, "s", len(alone), "<= 2", f"longest {max(alone):.2f} s"
    )
    batch = _approved(teacher, head, 1000, 100)
    started = time.monotonic()
    _sign_off(principal, batch)
    _await_filed(principal, 115)
    rate = len(batch) / (time.monotonic() - started)
    yield Measurement("sign_off_to_filed_under_load", rate, "records/s", len(batch), ">= 10")


def _approved(teacher: Client, head: Client, first: int, count: int) -> list[dict[str, Any]]:
    records = [
        teacher.upload(lesson_plan(500_000 + n), record_type="KHBD", period="2026-2027/W13", title=f"Lưu {n}")
        for n in range(first, first + count)
    ]
    items = [{"id": r["id"], "turn": r["turn"], "sha256": r["sha256"]} for r in records]
    results = head.send("POST", "/decisions", {"action": "approve", "items": items})["results"]
    return [result["record"] for result in results]


def _sign_off(principal: Client, records: list[dict[str, Any]]) -> None:
    items = [{"id": r["id"], "turn": r["turn"], "sha256": r["sha256"]} for r in records]
    principal.send("POST", "/decisions", {"action": "sign_off", "items": items})


def _seconds_to_filed(principal: Client, record: dict[str, Any]) -> float:
    started = time.monotonic()
    _sign_off(principal, [record])
    while principal.send("GET", f"/records/{record['id']}")["state"] != "filed":
        if time.monotonic() - started > _LONGEST_SECONDS:
            raise RuntimeError("a signed record was not filed")
        time.sleep(0.02)
    return time.monotonic() - started


def _await_filed(principal: Client, count: int) -> None:
    deadline = time.monotonic() + _LONGEST_SECONDS
    while len(principal.send("GET", "/records?state=filed&period=2026-2027/W13&limit=200")["items"]) < count:
        if time.monotonic() > deadline:
            raise RuntimeError("the signed records were not filed")
        time.sleep(0.1)
