"""Empty signature fields on the certificate, placed before anyone signs.

A field added after a certifying signature would break it, so all three are part of the file from
the start; each can then be signed in an increment of its own.
"""

from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.pdf.certificate import SignatureSpace

FIELD_NAMES = ("ky_nguoi_lap", "ky_to_truong", "ky_hieu_truong")
"""The names of the fields of owner, department head and principal, in the order of the spaces."""

_PRINT = 4


def add_signature_fields(
    pdf: pikepdf.Pdf,
    pages: Sequence[pikepdf.Page],
    spaces: Sequence[SignatureSpace],
    *,
    archival: bool = True,
) -> list[str]:
    """Put an empty field into each space of the certificate `pages`; return the names given.

    A name that the document already uses gets a number behind it. In an ordinary PDF (not `archival`) a
    new form brings the font that readers draw comments in which bring no look of their own.
    """
    form = _form(pdf, archival=archival)
    used = {str(field.get(Name.T, "")) for field in form.Fields.as_list() if isinstance(field, Dictionary)}
    names = [_unused(name, used) for name in FIELD_NAMES]
    for name, space in zip(names, spaces, strict=True):
        _add_field(pdf, pages[space.page], form, name, space)
    return names


def _form(pdf: pikepdf.Pdf, *, archival: bool) -> pikepdf.Object:
    if not isinstance(pdf.Root.get(Name.AcroForm), Dictionary):
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary())
        if not archival:
            # Readers that find no form think of this font; in a form without it they draw nothing.
            pdf.Root.AcroForm.DR = Dictionary(Font=Dictionary(Helv=_helvetica()))
    form = pdf.Root.AcroForm
    if not isinstance(form.get(Name.Fields), Array):
        form.Fields = Array()
    return form


def _helvetica() -> pikepdf.Object:
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )


def _unused(name: str, used: set[str]) -> str:
    candidate, number = name, 1
    while candidate in used:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _add_field(
    pdf: pikepdf.Pdf, page: pikepdf.Page, form: pikepdf.Object, name: str, space: SignatureSpace
) -> None:
    left, bottom, right, top = (round(edge, 2) for edge in space.box)
    # PDF/A wants an appearance on every field; this one shows nothing until somebody signs.
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, Resources=Dictionary())
    look.BBox = Array([0, 0, round(right - left, 2), round(top - bottom, 2)])
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, F=_PRINT, P=page.obj, T=name)
    field.Rect = Array([left, bottom, right, top])
    field.AP = Dictionary(N=look)
    placed = pdf.make_indirect(field)
    form.Fields.append(placed)
    if Name.Annots not in page:
        page.Annots = Array()
    page.Annots.append(placed)
