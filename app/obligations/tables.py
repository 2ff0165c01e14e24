"""The board as tables: rows of those who owe, columns of types or periods, with totals of both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.obligations.board import Counted, Debtor, Tally, total


@dataclass(frozen=True)
class Table:
    """One table of the board; a cell that nobody owes anything in is missing."""

    rows: Sequence[Debtor]
    columns: Sequence[str]
    cells: dict[tuple[str, str], Tally]

    @cached_property
    def row_totals(self) -> dict[str, Tally]:
        """What each row adds up to, by its key."""
        return {
            row.key: total(self.cells.get((row.key, c), Tally()) for c in self.columns) for row in self.rows
        }

    @cached_property
    def column_totals(self) -> dict[str, Tally]:
        """What each column adds up to."""
        return {c: total(self.cells.get((row.key, c), Tally()) for row in self.rows) for c in self.columns}

    @cached_property
    def total(self) -> Tally:
        """What the table adds up to."""
        return total(self.row_totals.values())


def by_type(counted: Sequence[Counted], codes: Sequence[str]) -> dict[str, Table]:
    """Make a table each for each kind of debtor, by record type."""
    return {
        kind: _table([each for each in counted if each.debtor.kind == kind], codes, lambda each: each.code)
        for kind in "udsc"
        if any(each.debtor.kind == kind for each in counted)
    }


def by_period(counted: Sequence[Counted], columns: Sequence[str]) -> Table:
    """Make the table of one record type, a column for each period in the order given."""
    return _table(counted, columns, lambda each: each.column)


def _table(counted: Sequence[Counted], order: Sequence[str], column_of: Callable[[Counted], str]) -> Table:
    cells: dict[tuple[str, str], Tally] = {}
    for each in counted:
        place = each.debtor.key, column_of(each)
        cells[place] = cells.get(place, Tally()) + each.tally
    rows = dict.fromkeys(each.debtor for each in counted)
    used = {column for _, column in cells}
    return Table(list(rows), [column for column in dict.fromkeys(order) if column in used], cells)
