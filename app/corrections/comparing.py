"""What changed between two versions: the pages whose words differ, each with a short before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from app.pdf.text import PAGE_BREAK

_AROUND = 6
"""Words shown before and after the first and the last one that differ."""
_LONGEST = 40
"""Words of an excerpt; the middle of longer ones is left out."""
_LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page whose words differ; an excerpt is empty where the version has no such words or no such page."""

    number: int
    before: str
    after: str


def changed_pages(old_text: str, new_text: str) -> list[PageChange]:
    """List the pages of two versions whose words differ, page by page from the first."""
    pages = zip_longest(_pages(old_text), _pages(new_text), fillvalue=())
    return [
        PageChange(number, *_excerpts(before, after))
        for number, (before, after) in enumerate(pages, start=1)
        if before != after
    ]


def _pages(text: str) -> list[tuple[str, ...]]:
    return [tuple(page.split()) for page in text.split(PAGE_BREAK)]


def _excerpts(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Cut away what both begin and end with, but for a few words."""
    head = _same(before, after)
    tail = _same(before[head:][::-1], after[head:][::-1])
    return _excerpt(before, head, tail), _excerpt(after, head, tail)


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _excerpt(words: Sequence[str], head: int, tail: int) -> str:
    first, last = max(head - _AROUND, 0), len(words) - max(tail - _AROUND, 0)
    shown = list(words[first:last])
    if len(shown) > _LONGEST:
        half = _LONGEST // 2
        shown = [*shown[:half], _LEFT_OUT, *shown[-half:]]
    dots_before = [_LEFT_OUT] if shown and first > 0 else []
    dots_after = [_LEFT_OUT] if shown and last < len(words) else []
    return " ".join([*dots_before, *shown, *dots_after])
