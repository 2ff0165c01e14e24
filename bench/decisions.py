"""How many decisions a second, one by one and in bulk, and how quickly the queue shows."""

from collections.abc import Iterator

from bench.measure import Measurement, dealt, timed
from bench.planting import plant_waiting, planted, remove
from bench.product import Client, Product

_HEAD = "totruong1@truong-a.example"


def decisions(product: Product) -> Iterator[Measurement]:
    """Approve single records with eight clients, then 200 in one request."""
    with product.database() as database:
        plant_waiting(database, "single", 1600)
        plant_waiting(database, "bulk", 1000)
        single, bulk = planted(database, "single"), planted(database, "bulk")
    heads = [product.client(_HEAD) for _ in range(8)]
    run = timed(
        dealt(single, 8),
        lambda client, item: heads[client].send(
            "POST",
            f"/records/{item['id']}/decisions",
            {"action": "approve", "turn": item["turn"], "sha256": item["sha256"]},
        ),
    )
    yield Measurement("decisions_8_clients", run.rate, "decisions/s", len(single), ">= 150")
    yield Measurement("decisions_8_clients_p95", run.p95, "ms", len(single), "<= 60")
    batches = [bulk[start : start + 200] for start in range(0, len(bulk), 200)]
    run = timed([batches], lambda _client, batch: _approve_all(heads[0], batch))
    yield Measurement("bulk_decision_of_200", run.median, "ms", len(batches), "<= 1000")


def _approve_all(head: Client, batch: list[dict[str, object]]) -> None:
    results = head.send("POST", "/decisions", {"action": "approve", "items": batch})["results"]
    if not all(result["ok"] for result in results):
        raise RuntimeError("a bulk decision was refused")


def queue(product: Product) -> Iterator[Measurement]:
    """Show the first 50 of 1,000 and of 100,000 records that wait."""
    head = product.client(_HEAD)
    for count, aim in ((1_000, "<= 30"), (100_000, "<= 50")):
        with product.database() as database:
            plant_waiting(database, "queue", count)
        run = timed([range(100)], lambda _client, _turn: head.send("GET", "/queue?limit=50"))
        yield Measurement(
            f"queue_first_50_of_{count}_p95", run.p95, "ms", 100, aim, f"median {run.median:.1f}"
        )
        with product.database() as database:
            remove(database, "queue")
