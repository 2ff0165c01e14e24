"""The annotations of a page as pdfium sees them, and the page without notes.

The icon of a note is for the screen alone, and each reader draws its own: no page is read with it.
"""

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from app.pdf.annotations import HIDDEN, LARGEST_ICON

_Corners = tuple[float, float, float, float]


def has_annotations(page: pdfium.PdfPage) -> bool:
    """Tell whether a page has annotations, those that nobody sees included."""
    return bool(pdfium_c.FPDFPage_GetAnnotCount(page.raw) > 0)


def hide_notes(page: pdfium.PdfPage) -> None:
    """Let `page` be drawn without notes from now on; `annotations.is_note` tells which these are."""
    for annotation in _annotations(page):
        if _is_note(annotation):
            pdfium_c.FPDFAnnot_SetFlags(annotation, HIDDEN)


def places_of_annotations(page: pdfium.PdfPage) -> Iterator[_Corners]:
    """Yield left, bottom, right and top of the annotations of `page`, in its points."""
    yield from map(_place, _annotations(page))


def _annotations(page: pdfium.PdfPage) -> Iterator[ctypes.c_void_p]:
    for number in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, number)
        if annotation:
            yield annotation
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def _is_note(annotation: ctypes.c_void_p) -> bool:
    if pdfium_c.FPDFAnnot_GetSubtype(annotation) != pdfium_c.FPDF_ANNOT_TEXT:
        return False
    if not pdfium_c.FPDFAnnot_HasKey(annotation, b"AP"):
        return True
    left, bottom, right, top = _place(annotation)
    return max(abs(right - left), abs(top - bottom)) <= LARGEST_ICON


def _place(annotation: ctypes.c_void_p) -> _Corners:
    place = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, place)
    return place.left, place.bottom, place.right, place.top
