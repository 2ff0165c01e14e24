"""The check of an official PDF by two readers that did not write it, before anybody may file it.

pdfium compares every approved page with the reading that was approved; pypdf reads structure, certificate
and signature fields. What they find is compared with the order, never with what the sealing child said.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from shutil import copyfileobj
from typing import Any, BinaryIO, cast

from app.pdf.checking_certificate import CertificateDiffers, check_certificate
from app.pdf.frame import Box
from app.pdf.metric_twins import with_twins
from app.pdf.orders import SealOrder
from app.pdf.page_objects import open_with_forms
from app.pdf.rehearsal import ReadingsDiffer, Rehearsal
from app.pdf.rewriting import reading_of
from app.pdf.sandbox import JSON, Limits, Sandbox
from app.pdf.seal import Trial
from app.pdf.stamped_page import check_stamped_page
from app.pdf.twin_looks import check_twins

CHECK_LIMITS = Limits(memory_mb=450, cpu_s=30, wall_s=60, output_mb=1, answer_bytes=16 * 1024)
"""What checking one document may cost."""


class OfficialDiffersError(ValueError):
    """The official PDF is not what was approved with stamp and certificate; the text says why."""


@dataclass(frozen=True)
class Claim:
    """What is claimed of some official bytes: made by an order, with the stamp in a box of the first page."""

    order: SealOrder
    stamp_box: Box | None
    """None for a stamp in a strip that was added to the page, and for a certificate alone."""
    archival: bool = True
    """Whether it may have been made PDF/A, for which fonts may have been embedded (`metric_twins`)."""


def check_official(sandbox: Sandbox, approved: BinaryIO | None, official: BinaryIO, claim: Claim) -> None:
    """Have the official bytes read anew beside the approved ones (None for a certificate alone).

    Raises `OfficialDiffersError`, `SandboxDied` and `SandboxUnavailable`.
    """
    with tempfile.TemporaryFile() as both:
        approved_size = _copy(approved, both) if approved else 0
        _copy(official, both)
        arguments: dict[str, JSON] = {
            "order": claim.order.to_json(),
            "approved_size": approved_size,
            "stamp_box": list(claim.stamp_box) if claim.stamp_box else None,
            "archival": claim.archival,
        }
        answer = sandbox.run("check", cast("BinaryIO", both), arguments, limits=CHECK_LIMITS, background=True)
    if answer["differs"]:
        raise OfficialDiffersError(str(answer["differs"]))


def check(document: BinaryIO, arguments: Mapping[str, object], _output: BinaryIO | None) -> dict[str, object]:
    """Do the reading of `check_official`, inside the sandbox.

    `document` holds both files, one behind the other. Answers what `differs`, or None.
    """
    order = SealOrder.from_json(cast("Mapping[str, Any]", arguments["order"]))
    approved = document.read(int(str(arguments["approved_size"])))
    official = document.read()
    box = cast("list[float] | None", arguments["stamp_box"])
    try:
        reading = _reading(approved, archival=bool(arguments["archival"])) if approved else b""
        pages = _check_pages(reading, official, order, _box(box)) if approved else 0
        check_certificate(official, order, pages, signed=not approved)
    except (ReadingsDiffer, CertificateDiffers) as difference:
        return {"differs": str(difference)}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- a reader that cannot read it raises anything
        return {"differs": f"cannot be read: {error!r}"[:500]}
    return {"differs": None}


def _reading(approved: bytes, *, archival: bool) -> bytes:
    """Return what the pages of the official must show; raises `ReadingsDiffer` if twins look otherwise."""
    reading = reading_of(approved)
    embedded = with_twins(reading) if archival else None
    if embedded is None:
        return reading
    check_twins(open_with_forms(reading), open_with_forms(embedded))
    return embedded


def _check_pages(reading: bytes, official: bytes, order: SealOrder, box: Box | None) -> int:
    """Compare the approved pages; return how many there are."""
    before, after = open_with_forms(reading), open_with_forms(official)
    pages = len(before)
    if len(after) <= pages:
        raise ReadingsDiffer(f"{len(after)} pages, {pages} were approved")
    check_stamped_page(before[0], after[0], order, box)
    rehearsal = Rehearsal(before, after)
    for number in range(1, pages):
        one, other = before[number], after[number]
        difference = rehearsal.difference(one, other)
        if difference:
            raise ReadingsDiffer(f"page {number + 1}: {difference}")
        one.close()
        other.close()
    return pages


def _box(values: list[float] | None) -> Box | None:
    if values is None:
        return None
    left, bottom, right, top = map(float, values)
    return left, bottom, right, top


def _copy(source: BinaryIO, target: Any) -> int:
    source.seek(0)
    began = target.tell()
    copyfileobj(source, target)
    return int(target.tell() - began)


def preload(trial: Trial) -> None:
    """Check a file of our own once, so that both readers are loaded before the zygote forks."""
    document = BytesIO(trial.document + trial.official)
    box = trial.answer["stamp_box"] if trial.answer["stamp_place"] == "free" else None
    arguments = {
        "order": trial.order.to_json(),
        "approved_size": len(trial.document),
        "stamp_box": box,
        "archival": True,
    }
    differs = check(document, arguments, None)["differs"]
    if differs:
        raise OfficialDiffersError(str(differs))
