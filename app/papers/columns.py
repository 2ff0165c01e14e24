"""How wide columns are: as their shares say, but no word is cut that could stay whole."""

from collections.abc import Sequence
from functools import lru_cache

from app.papers import margins
from app.papers.paper import Table
from app.papers.typeface import BOLD, REGULAR, shown
from app.pdf.typeface import text_width

# Wider words, such as hashes, are cut rather than waited upon.
_WIDEST_WORD = 84.0
_SLACK = 0.1
_MOST_LABEL = 0.45
_LABEL_GAP = 12.0


def column_widths(table: Table, width: float) -> tuple[float, ...]:
    """Divide `width` points among the columns of `table`."""
    total = sum(column.share for column in table.columns)
    wanted = [width * column.share / total for column in table.columns]
    texts = zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns)
    least = [
        max(_widest([column.title], BOLD), _widest(cells, REGULAR)) + 2 * margins.CELL_SIDES + _SLACK
        for column, cells in zip(table.columns, texts, strict=True)
    ]
    return tuple(_lifted(wanted, least, width))


def label_width(pairs: Sequence[tuple[str, str]], width: float) -> float:
    """Return how much of `width` the labels of a list of fields take."""
    longest = max(text_width(shown(label), REGULAR, margins.BODY) for label, _ in pairs)
    return min(longest + _LABEL_GAP, width * _MOST_LABEL)


def _lifted(wanted: Sequence[float], least: Sequence[float], width: float) -> list[float]:
    """Give every column its least width, and what is then left in proportion to what it wanted beyond it."""
    missing = sum(least)
    if missing >= width:
        return [width * share / missing for share in least]
    beyond = [max(0.0, want - need) for want, need in zip(wanted, least, strict=True)]
    part = (width - missing) / sum(beyond)
    return [need + part * more for need, more in zip(least, beyond, strict=True)]


def _widest(texts: Sequence[str], font: str) -> float:
    words = {word for text in set(texts) for word in text.split()}
    return max((length for word in words if (length := _length(word, font)) <= _WIDEST_WORD), default=0.0)


@lru_cache(maxsize=4_096)
def _length(word: str, font: str) -> float:
    return text_width(shown(word), font, margins.TABLE)
