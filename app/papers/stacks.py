"""The lines stacked at the head and at the end of a paper: letterhead, recipients, signatures."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.papers import margins
from app.papers.paper import (
    MOTTO,
    RECIPIENTS,
    STATE,
    Align,
    OfficialPaper,
    Signature,
    list_of_recipients,
)


@dataclass(frozen=True)
class Line:
    """A line; `rule` is how long a rule below it is, as a part of the line's own length."""

    text: str
    size: float
    bold: bool = False
    italic: bool = False
    align: Align = Align.CENTRE
    rule: float = 0.0


@dataclass(frozen=True)
class Gap:
    """Empty height in points."""

    height: float


Part = Line | Gap
Stack = Sequence[Part]
Layer = Sequence[tuple[float, Stack]]
"""Stacks beside each other, each with its share of the width; the shares make 1."""

_ROOM = Gap(margins.SIGNATURE_ROOM / 2)


def letterhead(paper: OfficialPaper) -> list[Layer]:
    """Return the issuer beside the state's name, and number beside date where there is one of them."""
    head = paper.letterhead
    superior = [Line(head.superior.upper(), margins.ORGANISATION)] if head.superior else []
    school = Line(head.school.upper(), margins.ORGANISATION, bold=True, rule=margins.ORGANISATION_RULE)
    state = [
        Line(STATE, margins.STATE, bold=True),
        Line(MOTTO, margins.MOTTO, bold=True, rule=1.0),
    ]
    left, right = margins.LETTERHEAD_SHARES
    names = [(left, [*superior, school]), (right, state)]
    if not (paper.number or paper.dated):
        return [names]
    number = Line(paper.number, margins.BODY)
    dated = Line(paper.dated, margins.BODY, italic=True)
    gap = Gap(margins.PARAGRAPH_GAP)
    return [names, [(left, [gap, number]), (right, [gap, dated])]]


def closing(paper: OfficialPaper) -> list[Layer]:
    """Return signatures beside each other; one alone stands at the right, the recipients at its left."""
    recipients = _recipients(paper)
    if len(paper.signatures) > 1:
        layers = _side_by_side(paper.signatures)
        return [*layers, [(1.0, [Gap(2 * margins.PARAGRAPH_GAP), *recipients])]] if recipients else layers
    if paper.signatures or recipients:
        signature = [part for signature in paper.signatures for layer in _layers(signature) for part in layer]
        return [[(0.5, recipients), (0.5, signature)]]
    return []


def _side_by_side(signatures: Sequence[Signature]) -> list[Layer]:
    """Put signatures into layers, so that the names stand on one line whatever is above them."""
    share = 1 / len(signatures)
    return [[(share, stack) for stack in layer] for layer in zip(*map(_layers, signatures), strict=True)]


def _layers(signature: Signature) -> tuple[Stack, Stack, Stack]:
    capacity = [Line(text, margins.BODY, bold=True) for text in signature.capacity]
    note = [Line(signature.note, margins.RECIPIENTS, italic=True)] if signature.note else []
    mark = [Line(signature.mark, margins.MARK, italic=True)] if signature.mark else []
    return [*capacity, *note], [_ROOM, *mark, _ROOM], [Line(signature.name, margins.BODY, bold=True)]


def _recipients(paper: OfficialPaper) -> Stack:
    if not paper.recipients:
        return []
    lines = list_of_recipients(paper.recipients)
    return [
        Line(RECIPIENTS, margins.RECIPIENTS_HEAD, bold=True, italic=True, align=Align.LEFT),
        *(Line(text, margins.RECIPIENTS, align=Align.LEFT) for text in lines),
    ]
