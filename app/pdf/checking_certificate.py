"""What pypdf, which wrote nothing here, must find in an official PDF: certificate and empty fields."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from app.pdf.certificate import FRAME, SIGNATURE_SIZE, TITLE, foot, hash_groups
from app.pdf.frame import Box
from app.pdf.orders import SealOrder
from app.pdf.signature_fields import FIELD_NAMES
from app.pdf.typeface import printable

_LONGEST_WORD = 20
"""Longer words may be cut at the end of a line."""
_MOST_WORDS = 12
"""Of one entry: very long ones end in an ellipsis."""
_ROUNDING = 0.6
_STROKE = 1.0
"""How far the drawn frame may be from a field's: the width of its line, and some rounding."""


class CertificateDiffers(Exception):
    """The certificate or its signature fields are not what the order asks for; tells what, for the log."""


def check_certificate(
    official: bytes, order: SealOrder, approved_pages: int, frames: Sequence[Sequence[Box]], *, signed: bool
) -> None:
    """Read the pages behind the approved ones; raises `CertificateDiffers`, and anything for a broken file.

    `signed`: the certificate of a file that came signed, which is a file of its own. `frames`: the boxes that
    another reader finds drawn on each of the pages.
    """
    reader = PdfReader(BytesIO(official), strict=False)
    if not signed and approved_pages != order.approved_pages:
        raise CertificateDiffers(f"{approved_pages} pages, the order says {order.approved_pages}")
    size: Any = reader.trailer["/Size"]
    pages = list(reader.pages)[approved_pages:]
    if not pages or size < 1:
        raise CertificateDiffers("no certificate")
    _check_words(pages, order)
    _check_fields(pages)
    _check_places(pages, frames)


def _check_words(pages: list[PageObject], order: SealOrder) -> None:
    texts = [page.extract_text() for page in pages]
    for number, text in enumerate(texts, start=1):
        if " ".join(foot(order.record_code, number).split()) not in " ".join(text.split()):
            raise CertificateDiffers(f"page {number} behind the approved ones is none of the certificate")
    found = " ".join(texts).split()
    known = set(found)
    said = [TITLE, order.record_code, order.owner, order.title]
    said += [name for decision in order.decisions for name in (decision.name, decision.action_label)]
    said += [decision.moment.strftime("%d/%m/%Y") for decision in order.decisions]
    missing = {word for text in said for word in _words(text)} - known
    if missing:
        raise CertificateDiffers(f"the certificate lacks {len(missing)} words of the order")
    digest = "".join(re.findall(r"\b[0-9a-f]{8}\b", " ".join(found)))
    if "".join("".join(hash_groups(order.approved_sha256)).split()) not in digest:
        raise CertificateDiffers("the certificate names another hash")


def _words(text: str) -> list[str]:
    return [word for word in printable(text).split()[:_MOST_WORDS] if len(word) <= _LONGEST_WORD]


def _check_fields(pages: list[PageObject]) -> None:
    fields = [field for page in pages for field in _signature_fields(page)]
    names = [re.sub(r"_\d+$", "", str(field.get("/T", ""))) for field in fields]
    if names != list(FIELD_NAMES):
        raise CertificateDiffers(f"{len(fields)} signature fields on the certificate")
    if any("/V" in field for field in fields):
        raise CertificateDiffers("a signature field is filled")
    for field in fields:
        left, bottom, right, top = _numbers(field)
        wide, high = SIGNATURE_SIZE
        if abs(right - left - wide) > _ROUNDING or abs(top - bottom - high) > _ROUNDING:
            raise CertificateDiffers("a signature field has another size")


def _check_places(pages: list[PageObject], frames: Sequence[Sequence[Box]]) -> None:
    """Each field lies in a frame that is drawn for it, and they follow each other from the left."""
    boxes: list[Box] = []
    for page, drawn in zip(pages, frames, strict=True):
        for field in _signature_fields(page):
            left, bottom, right, top = _numbers(field)
            frame = (left - FRAME, bottom - FRAME, right + FRAME, top + FRAME)
            if not any(_is_at(each, frame) for each in drawn):
                raise CertificateDiffers("a signature field is not where its frame is drawn")
            boxes.append(frame)
    if any(other[0] < one[2] for one, other in pairwise(boxes)):
        raise CertificateDiffers("the signature fields are in another order")


def _is_at(one: Box, other: Box) -> bool:
    return all(abs(edge - near) <= _STROKE for edge, near in zip(one, other, strict=True))


def _numbers(field: DictionaryObject) -> list[float]:
    rectangle: Any = field["/Rect"]
    return [float(edge) for edge in rectangle]


def _signature_fields(page: PageObject) -> Iterator[DictionaryObject]:
    annotations: Any = page.get("/Annots")
    for annotation in annotations.get_object() if annotations is not None else ArrayObject():
        field = annotation.get_object()
        if field.get("/FT") == "/Sig":
            yield field
