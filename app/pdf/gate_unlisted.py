"""Pages that draw with objects which no cross-reference lists, though they stand in the file's bytes.

Readers that follow the cross-references draw nothing there; those that rebuild the file draw what they find
(ISO 32000-2, 7.3.10: a reference to an undefined object means null). An object that an editor deleted stays
in the bytes too, but no page refers to it any more.
"""

from collections.abc import Iterator

import pikepdf

from app.pdf.gate_raw import Raw
from app.pdf.tokens import Dictionary, Reference, Value

_DRAWN_WITH = ("Contents", "Resources")
_DEEPEST = 4  # From a page's resources over a category and a font to its parts.


def draws_with_unlisted(pdf: pikepdf.Pdf, raw: Raw) -> bool:
    """Tell whether a page of `pdf` refers to what only its bytes `raw` hold."""
    listed = {thing.objgen[0] for thing in pdf.objects if isinstance(thing, pikepdf.Object)}
    # Numbers and other plain values that are listed have no place in qpdf's list.
    unlisted = raw.numbers - listed
    return bool(unlisted) and any(
        _is_hidden(pdf, raw, reference)
        for page in pdf.pages
        for reference in _references_of(raw, page.obj.objgen)
        if reference.number in unlisted
    )


def _is_hidden(pdf: pikepdf.Pdf, raw: Raw, reference: Reference) -> bool:
    """Tell whether a reference means nothing to qpdf and something in the bytes."""
    means_nothing = pdf.get_object(reference.number, reference.generation) is None
    return means_nothing and any(meaning is not None for meaning in raw.meanings(reference))


def _references_of(raw: Raw, page: tuple[int, int]) -> Iterator[Reference]:
    """Yield what a page refers to from its contents and resources, each once, in their latest meaning."""
    waiting: list[tuple[Value, int]] = []
    for body in raw.meanings(Reference(*page))[-1:]:
        if isinstance(body, Dictionary):
            waiting += [(body.get(key), 0) for key in _DRAWN_WITH]
    seen: set[Reference] = set()
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, Reference) and value not in seen:
            seen.add(value)
            yield value
            if depth < _DEEPEST:
                waiting += [(meaning, depth + 1) for meaning in raw.meanings(value)[-1:]]
        elif isinstance(value, (Dictionary, list)):
            children = value.values() if isinstance(value, Dictionary) else value
            waiting += [(child, depth) for child in children]
