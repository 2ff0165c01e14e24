"""Walks all that pages paint with: resources, and forms, pictures, patterns and letters with their own."""

from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, Stream

from app.pdf.annotations import annotations_of

_HIGHEST = 50
_LISTS = (Name.XObject, Name.Pattern, Name.Font)


@dataclass(frozen=True)
class Resources:
    """What a page, form, pattern or font of drawn letters names for its content."""

    dictionary: pikepdf.Object

    def all_of(self, kind: pikepdf.Name) -> list[pikepdf.Object]:
        """Return what is named of one kind."""
        named = self.dictionary.get(kind)
        values = [value for _, value in named.items()] if isinstance(named, Dictionary) else []
        return [value for value in values if isinstance(value, (Dictionary, Stream))]


def painters_and_resources(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object | Resources]:
    """Yield each page, form, picture, pattern and font, and each one's resources, each once."""
    seen: set[tuple[int, int]] = set()
    waiting = [thing for page in pdf.pages for thing in _of_page(page)]
    while waiting:
        thing = waiting.pop()
        if thing.is_indirect:
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        yield thing
        resources = thing.get(Name.Resources)
        if isinstance(resources, Dictionary):
            found = Resources(resources)
            yield found
            waiting += _named_in(found)


def _of_page(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    """Yield the nearest node that has the page's resources, the page itself, and its annotations' looks."""
    yield page.obj
    node: object = page.obj
    for _ in range(_HIGHEST):
        if not isinstance(node, Dictionary) or isinstance(node.get(Name.Resources), Dictionary):
            break
        node = node.get(Name.Parent)
    if isinstance(node, Dictionary) and node != page.obj:
        yield node
    for annotation in annotations_of(page):
        yield from _looks_in(annotation.get(Name.AP))


def _looks_in(looks: object) -> Iterator[pikepdf.Object]:
    if isinstance(looks, Stream):
        yield looks
    elif isinstance(looks, Dictionary):
        for each in looks.values():
            yield from _looks_in(each)


def _named_in(resources: Resources) -> Iterator[pikepdf.Object]:
    for kind in _LISTS:
        yield from resources.all_of(kind)
    masks = [state.get(Name.SMask) for state in resources.all_of(Name.ExtGState)]
    painted = [mask.get(Name.G) for mask in masks if isinstance(mask, Dictionary)]
    masked = [picture.get(Name.SMask) for picture in resources.all_of(Name.XObject)]
    letters = [font.get(Name.CharProcs) for font in resources.all_of(Name.Font)]
    drawn = [one for each in letters if isinstance(each, Dictionary) for one in each.values()]
    yield from (each for each in (*painted, *masked, *drawn) if isinstance(each, Stream))
