"""The rewriting of a foreign PDF by qpdf: what pages are drawn from, words read from and officials made of.

The same bytes give the same rewriting. What readers could show differently is settled here: one flat
page tree, one cross-reference table, every layer shown, every annotation in one look on paper and screen. The
gate compares what a reader shows before and after (`rehearsal`), so whatever hid behind such a
difference is refused there.
"""

from io import BytesIO
from typing import BinaryIO, Final

import pikepdf
from pikepdf import Dictionary, Name

from app.pdf import page_tree
from app.pdf.annotations import settle_annotations
from app.pdf.flattening import flatten_fields
from app.pdf.frame import settle_rotation
from app.pdf.layers import mentions_choices, show_all
from app.pdf.made_looks import add_looks
from app.pdf.painting import settle_painting
from app.pdf.signatures import drop_traces_of_signatures, is_signed
from app.pdf.switches import drop_switches, mentions_switches

_WELL: Final = -1
_QUICKLY: Final = 1
_PRINT_AREAS = ("/ViewArea", "/ViewClip", "/PrintArea", "/PrintClip")


def open_foreign(data: bytes, source: BinaryIO | None = None) -> pikepdf.Pdf:
    """Open `data` for reading or rewriting; raises `pikepdf.PasswordError` or `pikepdf.PdfError`.

    `source`: the file that `data` was read from; where it is a real one, it is mapped, which is quicker.
    """
    # Passing attributes down would walk a page tree that may be in need of mending.
    return pikepdf.open(
        BytesIO(data) if source is None else source,
        inherit_page_attributes=False,
        access_mode=pikepdf.AccessMode.mmap,
    )


def rewritten(pdf: pikepdf.Pdf, *, kept: bool = False) -> bytes:
    """Return `pdf`, an opened foreign document, as one reading of it; `pdf` itself is changed.

    `kept`: what is not packed yet goes into a file that stays, so it is packed well and not quickly.
    Raises `pikepdf.PdfError` where it cannot be written.
    """
    page_tree.count(pdf)
    page_tree.flatten(pdf)
    for page in pdf.pages:
        settle_rotation(page)
    drop_traces_of_signatures(pdf)
    _drop_print_areas(pdf)
    if Name.OCProperties in pdf.Root:
        show_all(pdf)
    awaiting = settle_annotations(pdf, waiting=True)
    if not awaiting:
        flatten_fields(pdf)
    written = _saved(pdf, kept=kept)
    if mentions_choices(written):
        # Layers that no catalogue lists are known only once all objects are in plain sight.
        show_all(pdf)
        awaiting = settle_annotations(pdf, waiting=True)
        written = _saved(pdf, kept=kept)
    if mentions_switches(written):
        drop_switches(pdf)
        written = _saved(pdf, kept=kept)
    if settle_painting(pdf):
        written = _saved(pdf, kept=kept)
    if not awaiting:
        return written
    add_looks(pdf, written)
    settle_annotations(pdf, waiting=False)
    flatten_fields(pdf)
    return _saved(pdf, kept=kept)


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


def _saved(pdf: pikepdf.Pdf, *, kept: bool) -> bytes:
    # A trailer without /Size would be written without it once more; qpdf puts in the right number.
    pdf.trailer.Size = 1
    target = BytesIO()
    # Names and numbers of plain objects can be searched, and streams are unpacked and packed here once,
    # so that nobody after this reads them differently.
    pikepdf.settings.set_flate_compression_level(_WELL if kept else _QUICKLY)
    try:
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    finally:
        pikepdf.settings.set_flate_compression_level(_WELL)
    return target.getvalue()
