"""The demo's people by the parts they play, and what their programs do before a story begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.product import Client, Product
from tests.sandboxes import eventually

TEACHER = "gv1@truong-a.example"
SECOND_TEACHER = "gv2@truong-a.example"
THIRD_TEACHER = "gv3@truong-a.example"
FIFTH_TEACHER = "gv5@truong-a.example"
ENGLISH_READER = "gv8@truong-a.example"
HEAD = "totruong1@truong-a.example"
PRINCIPAL = "hieutruong@truong-a.example"
CLERK = "vanthu@truong-a.example"
ADMINISTRATOR = "quantri@truong-a.example"
OFFICER = "canbo@phong.example"

Record = dict[str, Any]


@contextmanager
def program(product: Product, email: str) -> Iterator[Client]:
    """Connect a person's program while the block lasts."""
    client = product.client(email)
    try:
        yield client
    finally:
        client.close()


def handed_in(product: Product, content: bytes, title: str, email: str = TEACHER) -> Record:
    """Hand a lesson plan in."""
    with program(product, email) as client:
        record: Record = client.upload(content, record_type="KHBD", period="2026-2027/W12", title=title)
    return record


def decided(product: Product, email: str, record: Record, action: str, comment: str = "") -> Record:
    """Decide on a record as it is in `record`, and return it as it is afterwards."""
    decision = {"action": action, "turn": record["turn"], "sha256": record["sha256"], "comment": comment}
    with program(product, email) as client:
        after: Record = client.send("POST", f"/records/{record['id']}/decisions", decision)
    return after


def filed(product: Product, content: bytes, title: str) -> Record:
    """Hand a lesson plan in, have it signed, and wait until it is in the tree."""
    record = decided(product, HEAD, handed_in(product, content, title), "approve")
    decided(product, PRINCIPAL, record, "sign_off")
    path = f"/records/{record['id']}"
    with program(product, TEACHER) as client:
        eventually(lambda: client.send("GET", path)["state"] == "filed", "the record is filed")
        after: Record = client.send("GET", path)
    return after


def asked_to_correct(product: Product, record: Record, reason: str) -> None:
    """Ask for the correction of a filed record, as its owner."""
    with program(product, TEACHER) as client:
        client.send("POST", "/corrections", {"record": record["id"], "reason": reason})


def closed(product: Product, period: str, reason: str) -> None:
    """Close a period for all types, as the principal."""
    with program(product, PRINCIPAL) as client:
        client.send("POST", "/locks", {"record_type": None, "period": period, "reason": reason})
