"""Makes the official PDF: the approved pages, a stamp on the first, the certificate at the end.

`seal_document` opens foreign bytes and runs in the sandbox; `seal` asks for it from outside.
`certify` makes the certificate alone, for a file that came signed and must stay as it is.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, cast

import pikepdf

from app.pdf.archival import LABEL
from app.pdf.frame import Box
from app.pdf.metric_twins import load_twins
from app.pdf.official import Written, write_certificate, write_sealed
from app.pdf.orders import SealDecision, SealOrder
from app.pdf.placing import Placing, StampPlace, place_stamp, strip_place
from app.pdf.rewriting import open_foreign, rewritten
from app.pdf.sandbox import JSON, Limits, Sandbox, SandboxDied
from app.pdf.signatures import is_signed

SEAL_LIMITS = Limits(memory_mb=450, cpu_s=30, wall_s=60, output_mb=128, answer_bytes=16 * 1024)
"""What sealing one document may cost."""

Answer = dict[str, JSON]


class WrongBytesError(ValueError):
    """The document is not the one that the order says was approved."""


class SignedDocumentError(ValueError):
    """The document carries digital signatures, which sealing would break; `certify` it instead."""


@dataclass(frozen=True)
class Sealed:
    """An official PDF as it was written."""

    sha256: str
    size: int
    pages: int
    pdfa: str | None
    """The label "PDF/A-2b", or None for an ordinary PDF."""
    pdfa_reason: str
    """Why it is no PDF/A: a technical note in English, empty if it is one."""
    stamp_place: StampPlace | None
    """None for a certificate alone."""
    stamp_box: Box | None = None
    """Where a stamp in a free place is seen on the first page, in points from its bottom left corner."""


def seal(
    sandbox: Sandbox,
    document: BinaryIO,
    order: SealOrder,
    official: BinaryIO,
    *,
    background: bool = True,
    archival: bool = True,
) -> Sealed:
    """Write the official PDF of `document` to `official`, replacing its contents; both are real files.

    The same order and bytes give the same official bytes. A document that costs too much to examine
    gets a strip and becomes an ordinary PDF, and so does any without `archival`.
    Raises `WrongBytesError`, `SignedDocumentError`, `SandboxDied` and `SandboxUnavailable`.
    """
    if _sha256(document) != order.approved_sha256:
        raise WrongBytesError(order.approved_sha256)
    try:
        answer = _ask(
            sandbox, document, order, official, background=background, examine=True, archival=archival
        )
    except SandboxDied:
        answer = _ask(
            sandbox, document, order, official, background=background, examine=False, archival=False
        )
    if answer["signed"]:
        raise SignedDocumentError(order.approved_sha256)
    return _sealed(official, answer)


def certify(order: SealOrder, output: BinaryIO) -> Sealed:
    """Write the certificate of a file that came signed to `output`, replacing its contents.

    It is made of trusted data alone and therefore needs no sandbox.
    """
    output.seek(0)
    output.truncate()
    return _sealed(output, _answer(write_certificate(order, output), None))


def seal_document(document: BinaryIO, arguments: Mapping[str, object], output: BinaryIO | None) -> Answer:
    """Seal `document` into `output`; runs inside the sandbox.

    `arguments` hold the `order` and whether to `examine` the document for a free place and
    PDF/A, and whether to make it PDF/A where it can be (`archival`).
    Answers what `Sealed` tells; a document with signatures is only answered as `signed`.
    """
    if output is None:
        raise ValueError("sealing needs a file to write to")
    order = SealOrder.from_json(cast("Mapping[str, Any]", arguments["order"]))
    examine = bool(arguments.get("examine", True))
    archival = examine and bool(arguments.get("archival", True))
    document.seek(0)
    data = document.read()
    with open_foreign(data, document) as came:
        if is_signed(came, data):
            return {"signed": True}
        read = BytesIO(rewritten(came, kept=True))
    placing = _placing(read, order, examine=examine)
    return _answer(write_sealed(read, order, placing, output, archival=archival), placing)


@dataclass(frozen=True)
class Trial:
    """A document of our own that was sealed, with the answer of the sealing."""

    document: bytes
    order: SealOrder
    official: bytes
    answer: Answer


def preload() -> Trial:
    """Seal a page of our own once, so that fonts and rules are loaded before the zygote forks."""
    load_twins()
    page = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(page)
    decision = SealDecision("Đã ký duyệt", "Ký Duyệt", "Hiệu trưởng", "2026-01-01T00:00:00+00:00")
    order = SealOrder(
        school="Trường",
        record_code="KD-00000-00000",
        check_url="https://kyduyet.example/kiem-tra/KD-00000-00000",
        record_type="Hồ sơ",
        title="Hồ sơ",
        period="2026-2027",
        maker="Ký Duyệt",
        approved_sha256="0" * 64,
        approved_pages=1,
        decisions=(decision,),
    )
    official = BytesIO()
    answer = seal_document(page, {"order": order.to_json()}, official)
    return Trial(page.getvalue(), order, official.getvalue(), answer)


def _ask(
    sandbox: Sandbox,
    document: BinaryIO,
    order: SealOrder,
    official: BinaryIO,
    *,
    background: bool,
    examine: bool,
    archival: bool,
) -> Answer:
    official.seek(0)
    official.truncate()
    arguments: Answer = {"order": order.to_json(), "examine": examine, "archival": archival}
    return sandbox.run(
        "seal", document, arguments, output=official, limits=SEAL_LIMITS, background=background
    )


def _placing(document: BinaryIO, order: SealOrder, *, examine: bool) -> Placing:
    with pikepdf.open(document) as pdf:
        return place_stamp(document, pdf, order) if examine else strip_place(pdf.pages[0], order)


def _answer(written: Written, placing: Placing | None) -> Answer:
    return {
        "signed": False,
        "pages": written.pages,
        "pdfa": LABEL if written.not_archival is None else None,
        "pdfa_reason": written.not_archival or "",
        "stamp_place": placing.kind if placing else None,
        "stamp_box": list(placing.box) if placing else None,
    }


def _sealed(official: BinaryIO, answer: Answer) -> Sealed:
    digest = _sha256(official)
    return Sealed(
        sha256=digest,
        size=official.seek(0, 2),
        pages=cast("int", answer["pages"]),
        pdfa=cast("str | None", answer["pdfa"]),
        pdfa_reason=cast("str", answer["pdfa_reason"]),
        stamp_place=cast("StampPlace | None", answer["stamp_place"]),
        stamp_box=_free_box(answer),
    )


def _free_box(answer: Answer) -> Box | None:
    if answer["stamp_place"] != "free":
        return None
    left, bottom, right, top = (float(edge) for edge in cast("list[float]", answer["stamp_box"]))
    return left, bottom, right, top


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
