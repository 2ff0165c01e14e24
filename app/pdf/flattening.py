"""Makes the fields of a form part of their pages: of each stays what it shows, as a stamp.

A reader shows the appearance a field brings, or draws it anew from the value, a rich value or a caption,
as it likes (ISO 32000-2, 12.7.4.3). Once every field has the look in which people read it (`annotations`,
`made_looks`), nothing else of it is needed. Fields that wait for a signature are kept.
"""

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.pdf.annotations import annotations_of, is_field, look_of, make_stamp, waits_for_signature

_OF_A_SIGNATURE = frozenset(
    ("/Type", "/Subtype", "/Rect", "/P", "/F", "/FT", "/T", "/TU", "/Ff", "/Lock", "/SV")
)
_OF_A_FORM = frozenset(("/DR", "/DA"))
"""What readers take from a form for comments that bring no look of their own."""


def flatten_fields(pdf: pikepdf.Pdf) -> None:
    """Turn every field on the pages of `pdf`, settled before, into a stamp."""
    waiting = [field for page in pdf.pages for field in _flatten_page(pdf, page)]
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary):
        _leave(form, _OF_A_FORM)
        form.Fields = Array(waiting)
    elif Name.AcroForm in pdf.Root:
        del pdf.Root.AcroForm


def _flatten_page(pdf: pikepdf.Pdf, page: pikepdf.Page) -> list[pikepdf.Object]:
    """Turn the fields of a page into stamps, and take those off that show nothing; return those that wait."""
    listed = annotations_of(page)
    if not any(map(is_field, listed)):
        return []
    kept, waiting = [], []
    for annotation in listed:
        look = look_of(annotation)
        if not is_field(annotation):
            kept.append(annotation)
        elif _can_be_signed(annotation):
            _leave(annotation, _OF_A_SIGNATURE)
            waiting.append(annotation)
            kept.append(annotation)
        elif look is not None:
            _bring_resources(pdf, page, look)
            make_stamp(annotation, look)
            kept.append(annotation)
    page.obj.Annots = Array(kept)
    return waiting


def _can_be_signed(annotation: pikepdf.Object) -> bool:
    return waits_for_signature(annotation) and Name.Parent not in annotation and Name.T in annotation


def _bring_resources(pdf: pikepdf.Pdf, page: pikepdf.Page, look: pikepdf.Stream) -> None:
    """Let a look that lacks resources have what readers look for in the form and on the page."""
    if Name.Resources in look:
        return
    form = pdf.Root.get(Name.AcroForm)
    common = form.get(Name.DR) if isinstance(form, Dictionary) else None
    merged = Dictionary()
    for resources in (common, page.obj.get(Name.Resources)):
        for kind, named in resources.items() if isinstance(resources, Dictionary) else ():
            if isinstance(named, Dictionary):
                merged[kind] = Dictionary(dict(merged.get(kind, Dictionary()).items()) | dict(named.items()))
    look.Resources = merged


def _leave(holder: pikepdf.Object, kept: frozenset[str]) -> None:
    for key in holder.keys() - kept:
        del holder[key]
