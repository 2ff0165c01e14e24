"""The gate: decides whether an uploaded file is a PDF the product may take, and says why not."""

import logging
import re
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from app.pdf import refusals
from app.pdf.sandbox import JSON, Limits, Sandbox, SandboxDied

_log = logging.getLogger(__name__)

GATE_NUMBER = 1
"""Raised whenever a file is refused that was taken before, or pages are read otherwise (`rewriting`): what an
older gate took is then read again, and every page drawn anew."""
DEFAULT_MAX_PAGES = 500
# A table of 60,000 tagged cells takes 2 s of a good processor, and more than 4 s of one that is half as fast.
GATE_LIMITS = Limits(memory_mb=320, cpu_s=8, wall_s=20, output_mb=1, answer_bytes=2 * 1024 * 1024)
# Leading white space is forgiven (editors and gateways add it); other bytes are how files become two formats.
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\t\n\x0c\r ]*%PDF-")
_LONGEST_BEGINNING = 1024


@dataclass(frozen=True)
class Inspection:
    """What is known of a file that was taken."""

    pages: int
    signed: bool
    """It carries a digital signature, so not one byte of it may be rewritten."""
    resembles_signed: bool
    """Not signed, but it holds what looks like a signature: a cleared or broken one, usage rights."""
    pdf_version: str
    text: str
    """The text of the pages, NFC, at most `text.MAX_TEXT_CHARACTERS` characters."""
    has_text: bool
    revisions: int
    """How many times it was saved on top of itself; 1 for a file written in one go."""


def inspect(
    sandbox: Sandbox,
    document: BinaryIO,
    size: int,
    *,
    max_pages: int = DEFAULT_MAX_PAGES,
    background: bool = False,
) -> Inspection:
    """Open `document` (`size` bytes, a real file) in the sandbox and tell what it is.

    Raises one of `app.pdf.refusals`, or `SandboxUnavailable` when nothing could be found out.
    """
    if size == 0:
        raise refusals.EmptyFile
    document.seek(0)
    if not _BEGINNING.match(document.read(_LONGEST_BEGINNING)):
        raise refusals.NotPdf
    arguments: dict[str, JSON] = {"max_pages": max_pages}
    try:
        answer = sandbox.run("gate", document, arguments, limits=GATE_LIMITS, background=background)
    except SandboxDied as death:
        _log.info("the sandbox stopped at a PDF: %s", death)
        raise refusals.TooComplex from death
    return _judged(answer)


def _judged(answer: dict[str, JSON]) -> Inspection:
    refused = answer.get("refused")
    if refused is None:
        return msgspec.convert(answer, Inspection)
    if "cause" in answer:
        _log.info("a PDF was refused as damaged: %.300r", answer["cause"])
    values = msgspec.convert(answer.get("values", {}), dict[str, int])
    if refused == refusals.MixedSigned.code and answer.get("signed"):
        raise refusals.MixedSigned
    raise refusals.BY_CODE[str(refused)](**values)
