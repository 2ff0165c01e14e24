"""What a table is made of once it is read: cells with their addresses, and faults that name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell or a row and how to mend it: two msgids, filled with `values`.

    The page names the row and the cell before the sentences.
    """

    row: int
    """The row's number in the sheet, from 1."""
    cell: str
    """The cell's address, like `C5`; empty when the whole row is meant."""
    message: str
    mend: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """A cell as it was understood: its address, its text (NFC, tidied), and its value if it is no text."""

    address: str
    text: str
    value: date | float | None = None
    """What Excel keeps for a date or a number; None for text and for an empty cell."""
    before: str = ""
    """What stood there before it was converted from an old encoding; empty if nothing was converted."""

    @property
    def row(self) -> int:
        """The number of the cell's row in the sheet, from 1."""
        return int(self.address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))

    def fault(self, message: str, mend: str, **values: str) -> Fault:
        """Make a fault of this cell; the sentences may also name `%(text)s`, what it says."""
        return Fault(self.row, self.address, message, mend, {"text": self.text, **values})


Row: TypeAlias = Mapping[str, Cell]
"""The cells of one row by the key of their column: those columns of the form that the sheet has."""


def text_of(row: Row, key: str) -> str:
    """Return what a row says in a column; empty where the sheet has no such column."""
    return row[key].text if key in row else ""


@dataclass(frozen=True)
class Table:
    """A table as it was read; nothing is to be imported before a person has seen `faults` and `notices`."""

    sheet: str
    """The title of the sheet that was taken."""
    rows: tuple[Row, ...]
    unused: tuple[str, ...]
    """The headings of columns that mean nothing to the form."""
    faults: tuple[Fault, ...] = ()
    """What must be mended, in the order of the rows."""
    notices: tuple[Fault, ...] = ()
    """What was changed in reading and has to be looked at."""
    banners: tuple[Cell, ...] = ()
    """Lines across the table, such as the name of a term over its rows."""
    notes: tuple[Cell, ...] = ()
    """The first cell of each line below the table that was passed over."""
