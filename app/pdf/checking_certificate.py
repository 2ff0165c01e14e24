"""What pypdf, which wrote nothing here, must find in an official PDF: certificate and empty fields."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from app.pdf.certificate import (
    FRAME,
    SIGNATURE_SIZE,
    TITLE,
    foot,
    hash_groups,
    organisation,
    record_entries,
)
from app.pdf.frame import Box
from app.pdf.orders import SealOrder
from app.pdf.signature_fields import FIELD_NAMES
from app.pdf.signers import signers
from app.pdf.typeface import printable

_SURELY_WHOLE = 40
"""How many letters of an entry are never cut off; the ends of very long ones are, with an ellipsis."""
_CUT_SHORT = "…"
_TIME = re.compile(r"\d\d:\d\d:\d\d\d\d/\d\d/\d{4}\+07:00")
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
        if _letters(foot(order.record_code, number)) not in _letters(text):
            raise CertificateDiffers(f"page {number} behind the approved ones is none of the certificate")
    found = _letters(" ".join(texts))
    place = 0
    beside: list[str] = []
    for entry in _entries(order):
        start, end = _place_of([_letters(printable(line)) for line in entry], found, place)
        beside.append(found[place:start])
        place = end
    # What is there beside the entries, whose titles and reasons may tell times, is no further decision.
    if any(map(_TIME.search, [*beside, found[place:]])):
        raise CertificateDiffers("the certificate has another number of decisions")


def _entries(order: SealOrder) -> Iterator[list[str]]:
    """Yield all that an order asks to be printed, as it follows; between the lines of an entry is nothing."""
    yield organisation(order)
    yield [TITLE]
    yield [order.record_code]
    for label, lines in record_entries(order):
        yield [f"{label}:", *filter(None, lines)]
    for number, decision in enumerate(order.decisions, start=1):
        moment = f"{decision.moment:%H:%M:%S %d/%m/%Y} +07:00"
        yield [f"{number}", decision.action_label, *decision.positions, decision.name, moment]
    yield hash_groups(order.approved_sha256)
    yield [order.check_url]
    for signer in signers(order):
        yield [*signer.captions, signer.name]


def _letters(text: str) -> str:
    """Return a text without its blanks: lines are broken where they are full, long words too."""
    return "".join(text.split())


def _place_of(entry: Sequence[str], found: str, place: int) -> tuple[int, int]:
    """Return where `entry` begins and ends in `found`, behind `place`; raises `CertificateDiffers`."""
    start = found.find(entry[0][:_SURELY_WHOLE], place)
    while start >= 0:
        end: int | None = start
        for line in entry:
            end = None if end is None else _end_of_line(line, found, end)
        if end is not None:
            return start, end
        start = found.find(entry[0][:_SURELY_WHOLE], start + 1)
    raise CertificateDiffers(f"the certificate lacks {entry[0]!r} of the order, or has it elsewhere")


def _end_of_line(line: str, found: str, start: int) -> int | None:
    """Return where `line` ends in `found` if it begins at `start`, whole or cut short."""
    if found.startswith(line, start):
        return start + len(line)
    alike = (found.startswith(letter, start + number) for number, letter in enumerate(line))
    same = next(number for number, is_same in enumerate(alike) if not is_same)
    is_cut = same >= _SURELY_WHOLE and found.startswith(_CUT_SHORT, start + same)
    return start + same + len(_CUT_SHORT) if is_cut else None


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
