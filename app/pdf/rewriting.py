"""The rewriting of a foreign PDF by qpdf: what pages are drawn from, words read from and officials made of.

The same bytes give the same rewriting. What readers could show differently is settled here: one flat
page tree, one cross-reference table, every layer shown, every annotation on paper as on the screen. The
gate compares what a reader shows before and after (`rehearsal`), so whatever hid behind such a
difference is refused there.
"""

from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name

from app.pdf import page_tree
from app.pdf.annotations import settle_annotations
from app.pdf.form_fields import list_strays
from app.pdf.layers import mentions_choices, show_all
from app.pdf.signatures import drop_dead_signatures, is_signed

_PRINT_AREAS = ("/ViewArea", "/ViewClip", "/PrintArea", "/PrintClip")


def open_foreign(data: bytes) -> pikepdf.Pdf:
    """Open `data` for reading or rewriting; raises `pikepdf.PasswordError` or `pikepdf.PdfError`."""
    # Passing attributes down would walk a page tree that may be in need of mending.
    return pikepdf.open(BytesIO(data), inherit_page_attributes=False)


def rewritten(pdf: pikepdf.Pdf) -> bytes:
    """Return `pdf`, an opened foreign document, as one reading of it; `pdf` itself is changed.

    Raises `pikepdf.PdfError` where it cannot be written.
    """
    page_tree.count(pdf)
    list_strays(pdf)
    page_tree.flatten(pdf)
    drop_dead_signatures(pdf)
    _drop_print_areas(pdf)
    if Name.OCProperties in pdf.Root:
        show_all(pdf)
    settle_annotations(pdf)
    written = _saved(pdf)
    if not mentions_choices(written):
        return written
    # Layers that no catalogue lists are known only once all objects are in plain sight.
    show_all(pdf)
    settle_annotations(pdf)
    return _saved(pdf)


def reading_of(data: bytes) -> bytes:
    """Return the bytes that people read and sign: the rewriting of `data`, or itself if it came signed.

    Raises `pikepdf.PdfError` where it cannot be opened or written.
    """
    with open_foreign(data) as pdf:
        return data if is_signed(pdf, data) else rewritten(pdf)


def _drop_print_areas(pdf: pikepdf.Pdf) -> None:
    """Drop what lets a reader print another part of the pages than it shows."""
    preferences = pdf.Root.get(Name.ViewerPreferences)
    for key in _PRINT_AREAS:
        if isinstance(preferences, Dictionary) and key in preferences:
            del preferences[key]


def _saved(pdf: pikepdf.Pdf) -> bytes:
    # A trailer without /Size would be written without it once more; qpdf puts in the right number.
    pdf.trailer.Size = 1
    target = BytesIO()
    # Names and numbers of plain objects can be searched, and streams are unpacked and packed here once,
    # so that nobody after this reads them differently.
    pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()
