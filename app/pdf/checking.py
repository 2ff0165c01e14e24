"""The check of an official PDF by two readers that did not write it, before anybody may file it.

pdfium compares every approved page with the reading that was approved; pypdf reads structure, certificate
and signature fields. What they find is compared with the order, never with what the sealing child said.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from shutil import copyfileobj
from typing import Any, BinaryIO, cast

import pypdfium2 as pdfium

from app.pdf.checking_certificate import CertificateDiffers, check_certificate
from app.pdf.frame import Box
from app.pdf.gate_examine import GateRefusal, examined
from app.pdf.metric_twins import with_twins
from app.pdf.orders import SealOrder
from app.pdf.page_objects import boxes_of, open_with_forms
from app.pdf.rehearsal import ReadingsDiffer, Rehearsal
from app.pdf.rewriting import reading_of
from app.pdf.sandbox import JSON, Limits, Sandbox
from app.pdf.seal import Trial
from app.pdf.stamped_page import difference_beside_stamp
from app.pdf.twin_looks import difference_by_twins

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
    came_signed: bool = False
    """The approved file is filed as it came, and the official bytes are the certificate beside it."""


def check_official(sandbox: Sandbox, approved: BinaryIO, official: BinaryIO, claim: Claim) -> None:
    """Have the official bytes read anew beside the approved ones.

    Raises `OfficialDiffersError`, `SandboxDied` and `SandboxUnavailable`.
    """
    with tempfile.TemporaryFile() as both:
        approved_size = _copy(approved, both)
        _copy(official, both)
        arguments: dict[str, JSON] = {
            "order": claim.order.to_json(),
            "approved_size": approved_size,
            "stamp_box": list(claim.stamp_box) if claim.stamp_box else None,
            "archival": claim.archival,
            "came_signed": claim.came_signed,
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
    archival, came_signed = bool(arguments["archival"]), bool(arguments["came_signed"])
    try:
        if came_signed:
            _check_as_it_came(approved, order)
        pages = 0 if came_signed else _check_pages(approved, official, order, _box(box), archival=archival)
        check_certificate(official, order, pages, _frames(official, pages), signed=came_signed)
    except (ReadingsDiffer, CertificateDiffers) as difference:
        return {"differs": str(difference)}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- a reader that cannot read it raises anything
        return {"differs": f"cannot be read: {error!r}"[:500]}
    return {"differs": None}


def _check_as_it_came(approved: bytes, order: SealOrder) -> None:
    """Look at a file that is filed as it came: it is signed, and the gate takes it today."""
    try:
        found = examined(approved, order.approved_pages)
    except GateRefusal as refusal:
        raise ReadingsDiffer(f"refused by the gate: {refusal.code}") from refusal
    if not found["signed"]:
        raise ReadingsDiffer("no signature that counts")
    if found["pages"] != order.approved_pages:
        raise ReadingsDiffer(f"{found['pages']} pages, {order.approved_pages} were approved")


class _Approved:
    """The pages as they were approved, once more with metric twins where an official may have these."""

    def __init__(self, approved: bytes, *, archival: bool) -> None:
        self._reading = reading_of(approved)
        self._archival = archival
        self.pages = open_with_forms(self._reading)

    @cached_property
    def twinned(self) -> pdfium.PdfDocument | None:
        """The pages with twins, None where none may be embedded or no font gets one."""
        embedded = with_twins(self._reading) if self._archival else None
        return open_with_forms(embedded) if embedded else None

    def check(self, number: int, compare: Callable[[pdfium.PdfPage], str | None]) -> None:
        """Let a page be compared as it was approved, if it differs with twins; raises `ReadingsDiffer`."""
        page = self.pages[number]
        difference = compare(page)
        if difference and self.twinned is not None:
            embedded = self.twinned[number]
            difference = difference_by_twins(page, embedded) or compare(embedded)
        if difference:
            raise ReadingsDiffer(f"page {number + 1}: {difference}")
        page.close()


def _check_pages(
    approved: bytes, official: bytes, order: SealOrder, box: Box | None, *, archival: bool
) -> int:
    """Compare the approved pages; return how many there are."""
    before, after = _Approved(approved, archival=archival), open_with_forms(official)
    pages = len(before.pages)
    if len(after) <= pages:
        raise ReadingsDiffer(f"{len(after)} pages, {pages} were approved")
    # Taking a strip off changes the document, so the first page is that of another one.
    before.check(0, lambda page: difference_beside_stamp(page, open_with_forms(official)[0], order, box))
    rehearsal = Rehearsal(before.pages, after)
    for number in range(1, pages):
        before.check(number, partial(_difference, rehearsal, after[number]))
    return pages


def _difference(rehearsal: Rehearsal, other: pdfium.PdfPage, page: pdfium.PdfPage) -> str | None:
    return rehearsal.difference(page, other)


def _frames(official: bytes, approved_pages: int) -> list[list[Box]]:
    """Return the boxes that are drawn on each page of the certificate."""
    document = open_with_forms(official)
    return [boxes_of(document[number]) for number in range(approved_pages, len(document))]


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
        "came_signed": False,
    }
    differs = check(document, arguments, None)["differs"]
    if differs:
        raise OfficialDiffersError(str(differs))
