"""Tells whether a PDF came signed by somebody: the one rule that gate, page images and seal go by.

A signature counts if a signature field of the form holds it, if its byte range runs from the first byte
of the file to the end of a revision around nothing but the signature itself (ISO 32000-2, 12.8.1), if
the signature is intact, and if what was saved later changes nothing that anybody sees. Usage rights,
cleared fields, time stamps, broken signatures and dictionaries that no field holds do not count.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.pdf.cms import NotCms, is_intact
from app.pdf.page_objects import open_with_forms
from app.pdf.rehearsal import ReadingsDiffer, Rehearsal

_MOST_FIELDS = 50_000
_MOST_SIGNATURES = 50
_GAP = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_END = re.compile(rb"%%EOF[ \r\n]*\Z")
_LONGEST_END = 32


@dataclass(frozen=True)
class _ByteRange:
    """What a signature says it covers: all up to `end`, but for the gap in which it stands itself."""

    gap_start: int
    gap_end: int
    end: int


def is_signed(pdf: pikepdf.Pdf, data: bytes) -> bool:
    """Tell whether `data`, opened as `pdf`, carries a signature that counts."""
    ends = [end for value in _filled(pdf) if (end := _intact_until(value, data)) is not None]
    return bool(ends) and _is_seen_unchanged(data, max(ends))


def resembles_signed(pdf: pikepdf.Pdf, data: bytes) -> bool:
    """Tell whether `data`, opened as `pdf`, holds something like a signature, be it a trace of one.

    Looked for are byte ranges anywhere in the file, what fills a signature field (in an object stream it
    is not in plain sight), and usage rights. A field that waits for a signature is no trace.
    """
    return b"/ByteRange" in data or Name.Perms in pdf.Root or bool(_filled(pdf))


def drop_traces_of_signatures(pdf: pikepdf.Pdf) -> None:
    """Drop usage rights and what was kept for checking signatures, which rewriting breaks."""
    for key in (Name.Perms, Name.DSS):
        if key in pdf.Root:
            del pdf.Root[key]


def _filled(pdf: pikepdf.Pdf) -> Sequence[pikepdf.Object]:
    kept = [field.get(Name.V) for field, kind in fields_of(pdf) if kind == Name.Sig]
    filled = [value for value in kept if isinstance(value, Dictionary)]
    return filled[:_MOST_SIGNATURES]


def _intact_until(value: pikepdf.Object, data: bytes) -> int | None:
    """Return the end of the revision that a signature covers; None if it does not count."""
    covers = _byte_range(value, len(data))
    if covers is None or value.get(Name.Type, Name.Sig) != Name.Sig:
        return None
    gap = _GAP.fullmatch(data, covers.gap_start, covers.gap_end)
    if gap is None or not _END.search(data, max(0, covers.end - _LONGEST_END), covers.end):
        return None
    covered = data[: covers.gap_start] + data[covers.gap_end : covers.end]
    try:
        signature = bytes.fromhex(gap[1].decode("ascii"))
        return covers.end if is_intact(signature, covered) else None
    except (NotCms, ValueError):
        return None


def _byte_range(value: pikepdf.Object, size: int) -> _ByteRange | None:
    numbers = value.get(Name.ByteRange)
    edges: list[object] = list(numbers.as_list()) if isinstance(numbers, Array) else []
    match edges:
        case [0, int(gap_start), int(gap_end), int(behind)] if 0 < gap_start < gap_end and behind >= 0:
            end = gap_end + behind
            return _ByteRange(gap_start, gap_end, end) if end <= size else None
    return None


def _is_seen_unchanged(data: bytes, end: int) -> bool:
    """Tell whether the file as it stands looks like its revision that ends at `end`, which was signed."""
    if not data[end:].strip():
        return True
    try:
        Rehearsal(open_with_forms(data[:end]), open_with_forms(data), revisions=True).compare()
    except ReadingsDiffer:
        return False
    return True


def fields_of(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, pikepdf.Object | None]]:
    """Yield the fields of the form, each with its kind, which it may inherit."""
    form = pdf.Root.get(Name.AcroForm)
    waiting: list[tuple[pikepdf.Object, pikepdf.Object | None]] = []
    if isinstance(form, Dictionary):
        waiting += [(field, None) for field in _children(form, Name.Fields)]
    # Bounded, because the fields of a foreign file may form a circle.
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        field, inherited = waiting.pop()
        kind = field.get(Name.FT, inherited)
        yield field, kind
        waiting += [(child, kind) for child in _children(field, Name.Kids)]


def _children(holder: pikepdf.Object, key: Name) -> list[pikepdf.Object]:
    children = holder.get(key)
    if not isinstance(children, Array):
        return []
    return [child for child in children.as_list() if isinstance(child, Dictionary)]
