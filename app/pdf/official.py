"""Puts the parts of an official PDF together and writes it, as PDF/A-2b where that is possible."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf

from app.pdf.archival import conform, vietnam_time, write_archival, write_ordinary
from app.pdf.certificate import SignatureSpace
from app.pdf.font_programs import note_of_named_only, note_of_word
from app.pdf.orders import SealOrder
from app.pdf.placing import Placing
from app.pdf.sheets import Sheets, draw_sheets
from app.pdf.signature_fields import add_signature_fields

NOT_ARCHIVAL = "not examined: too complex, or PDF/A would look different"


@dataclass(frozen=True)
class Draft:
    """A document that is complete but for its empty signature fields."""

    pdf: pikepdf.Pdf
    certificate: Sequence[pikepdf.Page]
    spaces: Sequence[SignatureSpace]


@dataclass(frozen=True)
class Written:
    """What was written: the number of pages, and why it is no PDF/A-2b (None if it is one)."""

    pages: int
    not_archival: str | None


def write_sealed(
    document: BinaryIO, order: SealOrder, placing: Placing, output: BinaryIO, *, archival: bool
) -> Written:
    """Write the pages of `document` with the stamp where `placing` says, and the certificate."""
    sheets = draw_sheets(order, placing.shape)
    with vietnam_time():
        return _write(lambda: _sealed_draft(document, sheets, placing), order, output, archival=archival)


def write_certificate(order: SealOrder, output: BinaryIO) -> Written:
    """Write the certificate alone, for a file that came signed."""
    return _write(lambda: _certificate_draft(order), order, output, archival=True)


def _write(compose: Callable[[], Draft], order: SealOrder, output: BinaryIO, *, archival: bool) -> Written:
    draft = compose()
    reason = conform(draft.pdf, order.sealed_at) if archival else NOT_ARCHIVAL + note_of_named_only(draft.pdf)
    if archival and reason:
        # What the preparation for PDF/A changed is undone by starting over.
        draft = compose()
    # The check knows no form fields, so they come after it; the tests hold them to the standard.
    add_signature_fields(draft.pdf, draft.certificate, draft.spaces, archival=reason is None)
    write = write_ordinary if reason else write_archival
    write(draft.pdf, output)
    return Written(len(draft.pdf.pages), reason and reason + note_of_word(draft.pdf))


def _sealed_draft(document: BinaryIO, sheets: Sheets, placing: Placing) -> Draft:
    pdf = pikepdf.open(document)
    if sheets.stamp is not None:
        stamp = pdf.copy_foreign(sheets.stamp.as_form_xobject())
        placing.put(pdf, pdf.pages[0], stamp)
    kept = len(pdf.pages)
    pdf.pages.extend(sheets.certificate)
    return Draft(pdf, list(pdf.pages)[kept:], sheets.spaces)


def _certificate_draft(order: SealOrder) -> Draft:
    sheets = draw_sheets(order, None)
    written = order.sealed_at.strftime("D:%Y%m%d%H%M%S+07'00'")
    for name in list(sheets.pdf.docinfo.keys()):
        del sheets.pdf.docinfo[name]
    sheets.pdf.docinfo["/Title"] = f"Phiếu ký duyệt {order.record_code}"
    sheets.pdf.docinfo["/CreationDate"] = written
    return Draft(sheets.pdf, sheets.certificate, sheets.spaces)
