"""Rows of cells that run over as many pages as they need, wrapped once, so that thousands stay quick."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest

from reportlab.platypus import Flowable

from app.papers.paper import Align
from app.papers.typeface import BOLD, REGULAR, wrap
from app.pdf.typeface import text_width

_RULE_WIDTH = 0.5

# A longer row is cut into several, so that each fits on a page of either direction, signatures below it.
_MOST_LINES = 16
_LEADING = 1.22
_SLACK = 1.0
_ASCENT = 0.95

Cell = Sequence[str]
"""The lines of a cell."""

Row = Sequence[Cell]


@dataclass(frozen=True)
class Grid:
    """How rows are laid out: for each column its width and direction; the type's size; the room in cells.

    Lengths are in points; `sides` is the room at the left and right of a cell, `ends` that above and below.
    """

    widths: tuple[float, ...]
    aligns: tuple[Align, ...]
    size: float
    sides: float
    ends: float
    ruled: bool = True

    @property
    def leading(self) -> float:
        """The distance of two baselines, in points."""
        return self.size * _LEADING

    def rows(self, texts: Sequence[Sequence[str]]) -> list[Row]:
        """Wrap the texts of cells; what is very long continues in a further row."""
        return [part for cells in texts for part in self._row(cells)]

    def head(self, titles: Sequence[str]) -> Row:
        """Wrap the titles of the columns."""
        return [self._lines(title, BOLD, width) for title, width in zip(titles, self.widths, strict=True)]

    def height(self, row: Row) -> float:
        """Return how high a row is, in points."""
        return max(map(len, row)) * self.leading + 2 * self.ends

    def _row(self, cells: Sequence[str]) -> list[Row]:
        lines = [self._lines(text, REGULAR, width) for text, width in zip(cells, self.widths, strict=True)]
        parts = [[cell[at : at + _MOST_LINES] for at in range(0, len(cell), _MOST_LINES)] for cell in lines]
        return [list(row) for row in zip_longest(*parts, fillvalue=[])]

    def _lines(self, text: str, font: str, width: float) -> list[str]:
        return wrap(text, font, self.size, width - 2 * self.sides)


class Rows(Flowable):
    """Rows in a grid below a head, which every page repeats."""

    def __init__(self, grid: Grid, rows: Sequence[Row], head: Row | None = None, *, gap: float = 0.0) -> None:
        super().__init__()
        self.spaceAfter = gap
        self._below = 0.0
        self._grid = grid
        self._rows = rows
        self._head = head
        self._ends = list(accumulate(map(grid.height, rows), initial=grid.height(head) if head else 0.0))

    def keep_above(self, below: float, page: float) -> None:
        """Keep the last row on one page with what stands below it, as far as a page has room for both."""
        highest = max(map(self._grid.height, self._rows))
        self._below = max(0.0, min(below, page - self._ends[0] - highest - _SLACK))

    def wrap(self, _available_width: float, available_height: float) -> tuple[float, float]:
        """Tell the size; rows that fit without what belongs below them ask for more, and so are split."""
        height = self._ends[-1]
        alone = height <= available_height < height + self._below
        return sum(self._grid.widths), height + self._below if alone else height

    def split(self, _available_width: float, available_height: float) -> list[Flowable]:
        """Return what fits and what is left; nothing if not even one row fits below the head."""
        fitting = sum(end <= available_height for end in self._ends[1:])
        if self._below:
            fitting = min(fitting, len(self._rows) - 1)
        if not fitting:
            return []
        first = Rows(self._grid, self._rows[:fitting], self._head)
        rest = Rows(self._grid, self._rows[fitting:], self._head, gap=self.spaceAfter)
        rest._below = self._below
        return [first, rest]

    def draw(self) -> None:
        """Draw head and rows from the top."""
        top = self._ends[-1]
        if self._head:
            self._draw_row(self._head, top, head=True)
        for row, end in zip(self._rows, self._ends, strict=False):
            self._draw_row(row, top - end, head=False)
        if self._grid.ruled:
            self._draw_rules()

    def _draw_rules(self) -> None:
        """Draw each rule once and whole, which is quicker than a frame for each cell."""
        edges = list(accumulate(self._grid.widths, initial=0.0))
        top = self._ends[-1]
        heights = [top, *(top - end for end in self._ends)]
        self.canv.setLineWidth(_RULE_WIDTH)
        self.canv.lines([(edge, 0.0, edge, top) for edge in edges])
        self.canv.lines([(0.0, height, edges[-1], height) for height in heights])

    def _draw_row(self, row: Row, top: float, *, head: bool) -> None:
        grid, left = self._grid, 0.0
        lowest = grid.height(row) - 2 * grid.ends
        for lines, width, align in zip(row, grid.widths, grid.aligns, strict=True):
            inside = (left + grid.sides, width - 2 * grid.sides)
            if head:
                lower = (lowest - len(lines) * grid.leading) / 2
                self._draw_cell(lines, inside, top - lower, (Align.CENTRE, BOLD))
            else:
                self._draw_cell(lines, inside, top, (align, REGULAR))
            left += width

    def _draw_cell(
        self, lines: Cell, inside: tuple[float, float], top: float, style: tuple[Align, str]
    ) -> None:
        grid, (left, width), (align, font) = self._grid, inside, style
        self.canv.setFont(font, grid.size)
        baseline = top - grid.ends - grid.size * _ASCENT
        for line in lines:
            self.canv.drawString(left + _shift(line, font, grid.size, width, align), baseline, line)
            baseline -= grid.leading


def _shift(line: str, font: str, size: float, width: float, align: Align) -> float:
    if align is Align.LEFT:
        return 0.0
    room = width - text_width(line, font, size)
    return room / 2 if align is Align.CENTRE else room
