"""The rewriting of a foreign PDF by qpdf: what pages are drawn from, words read from and officials made of.

The same bytes give the same rewriting. What readers could show differently is settled here: one flat
page tree, one cross-reference table, every layer shown, every annotation on paper as on the screen. The
gate compares what a reader shows before and after (`rehearsal`), so whatever hid behind such a
difference is refused there.
"""

from io import BytesIO

import pikepdf

from app.pdf import page_tree
from app.pdf.signatures import is_signed


def open_foreign(data: bytes) -> pikepdf.Pdf:
    """Open `data` for reading or rewriting; raises `pikepdf.PasswordError` or `pikepdf.PdfError`."""
    # Passing attributes down would walk a page tree that may be in need of mending.
    return pikepdf.open(BytesIO(data), inherit_page_attributes=False)


def rewritten(pdf: pikepdf.Pdf) -> bytes:
    """Return `pdf`, an opened foreign document, as one reading of it; `pdf` itself is changed.

    Raises `pikepdf.PdfError` where it cannot be written.
    """
    page_tree.flatten(pdf)
    return _saved(pdf)


def reading_of(data: bytes) -> bytes:
    """Return the bytes that people read and sign: the rewriting of `data`, or itself if it came signed.

    Raises `pikepdf.PdfError` where it cannot be opened or written.
    """
    with open_foreign(data) as pdf:
        return data if is_signed(pdf) else rewritten(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    # A trailer without /Size would be written without it once more; qpdf puts in the right number.
    pdf.trailer.Size = 1
    target = BytesIO()
    # Names and numbers of plain objects can be searched, and streams are unpacked and packed here once,
    # so that nobody after this reads them differently.
    pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()
