"""What a PDF can do besides being read: actions, scripts, media, attachments.

Three witnesses are asked. qpdf tells every object that the cross-references list, reachable or not; the bytes
tell those that no list mentions; pdfium tells what it would run itself.
"""

from typing import NamedTuple

import pikepdf
import pypdfium2 as pdfium

from app.pdf.gate_formats import is_two_formats
from app.pdf.gate_layout import TooManyPieces, walk
from app.pdf.gate_raw import SUSPICIOUS, Raw, judged
from app.pdf.gate_unlisted import draws_with_unlisted
from app.pdf.gate_unpack import TooMuch
from app.pdf.tokens import Dictionary, Reference, TooDeep, Value, read

_XFA_FORMS = frozenset((pdfium.raw.FORMTYPE_XFA_FULL, pdfium.raw.FORMTYPE_XFA_FOREGROUND))


def scan(pdf: pikepdf.Pdf, data: bytes) -> str | None:
    """Return the refusal's code for what the objects of `pdf` or its bytes `data` hold, None if nothing."""
    try:
        layout = walk(data)
        raw = Raw(data, layout)
        refusal = _listed(pdf) or raw.refusal()
        if refusal is None and draws_with_unlisted(pdf, raw):
            # What was cut off before its cross-reference lists nothing at all: an accident.
            return "mixed_content" if b"startxref" in data else "damaged_pdf"
    except (TooDeep, TooMuch, TooManyPieces):
        return "too_complex"
    if refusal is None and is_two_formats(data, layout):
        return "mixed_content"
    return refusal


def asked_of_pdfium(document: pdfium.PdfDocument) -> str | None:
    """Return the refusal's code for what pdfium itself would run or unpack, None if nothing."""
    if pdfium.raw.FPDFDoc_GetAttachmentCount(document) > 0:
        return "embedded_files"
    if pdfium.raw.FPDFDoc_GetJavaScriptActionCount(document) > 0 or document.get_formtype() in _XFA_FORMS:
        return "active_content"
    return None


class _Listed(NamedTuple):
    """The objects as qpdf lists them."""

    pdf: pikepdf.Pdf

    def meanings(self, reference: Reference) -> list[Value]:
        return _values(self.pdf.get_object(reference.number, reference.generation))


def _listed(pdf: pikepdf.Pdf) -> str | None:
    """Return the code of the first refusal that a listed object deserves."""
    objects = _Listed(pdf)
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Object):
            continue
        body = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        text = body.unparse(resolved=True)
        if SUSPICIOUS.search(text):
            refusal = judged(_values(thing), objects)
            if refusal:
                return refusal
    return None


def _values(thing: object) -> list[Value]:
    if not isinstance(thing, pikepdf.Object):
        return []
    is_stream = isinstance(thing, pikepdf.Stream)
    values = read((thing.stream_dict if is_stream else thing).unparse(resolved=True))
    for value in values[:1]:
        if isinstance(value, Dictionary):
            value.is_stream = is_stream
    return values
