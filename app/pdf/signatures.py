"""Tells whether an opened PDF carries digital signatures."""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name

_MOST_FIELDS = 50_000


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Tell whether a form field holds a signature over a range of the file's bytes."""
    return any(_holds_signature(field) for field in _fields(pdf))


def _holds_signature(field: pikepdf.Object) -> bool:
    value = field.get(Name.V)
    return isinstance(value, Dictionary) and Name.ByteRange in value


def _fields(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    form = pdf.Root.get(Name.AcroForm)
    waiting = _children(form, Name.Fields) if isinstance(form, Dictionary) else []
    # Bounded, because the fields of a foreign file may form a circle.
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        field = waiting.pop()
        yield field
        waiting += _children(field, Name.Kids)


def _children(holder: pikepdf.Object, key: Name) -> list[pikepdf.Object]:
    children = holder.get(key)
    if not isinstance(children, Array):
        return []
    return [child for child in children.as_list() if isinstance(child, Dictionary)]
