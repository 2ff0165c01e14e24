"""Writes into a document the looks that pdfium makes of annotations and fields which bring none.

Other readers make looks of their own. Once that of pdfium, from which people read, stands in the file, all
draw it.
"""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary

from app.pdf.annotations import annotations_of, awaits_look, has_look, is_field, redraws_fields
from app.pdf.page_objects import open_with_forms

_SCALE = 0.05


def add_looks(pdf: pikepdf.Pdf, written: bytes) -> None:
    """Give each annotation of `pdf` that awaits a look the one pdfium makes; `written` is `pdf` as a file."""
    redrawn = redraws_fields(pdf)
    awaiting = [
        (number, place, annotation)
        for number, page in enumerate(pdf.pages)
        for place, annotation in enumerate(annotations_of(page))
        if awaits_look(annotation, redrawn=redrawn)
    ]
    with pikepdf.open(BytesIO(_drawn(written, {number for number, _, _ in awaiting}))) as drawn:
        for number, place, annotation in awaiting:
            _take_look(pdf, annotation, annotations_of(drawn.pages[number])[place])


def _drawn(written: bytes, pages: set[int]) -> bytes:
    """Return a document as pdfium keeps it once it has drawn `pages`, with the looks it made for that."""
    document = open_with_forms(written)
    for number in sorted(pages):
        page = document[number]
        page.render(scale=_SCALE)
        page.close()
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _take_look(pdf: pikepdf.Pdf, annotation: pikepdf.Object, drawn: pikepdf.Object) -> None:
    looks = drawn.AP.N if has_look(drawn) else None
    if isinstance(looks, pikepdf.Stream):
        annotation.AP = Dictionary(N=pdf.copy_foreign(looks))
        if not is_field(annotation):
            # pdfium draws marked text where its corners are, not where the annotation says it lies.
            annotation.Rect = Array(looks.BBox.as_list())
    elif isinstance(looks, Dictionary):
        states = {
            state: pdf.copy_foreign(look) for state, look in looks.items() if isinstance(look, pikepdf.Stream)
        }
        annotation.AP = Dictionary(N=Dictionary(states))
