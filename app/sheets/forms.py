"""What a foreign table should look like: its columns, the words that name them, and what they allow."""

from dataclasses import dataclass

LONGEST_TEXT = 300
"""More characters than a name, an address or a title needs."""


@dataclass(frozen=True)
class Column:
    """One column of a form."""

    key: str
    label: str
    """What people call it: a msgid."""
    words: tuple[str, ...]
    """The headings that mean it, without accents and capitals (`app.words.folded`)."""
    required: bool = False
    carries: bool = False
    """A cell merged over several rows holds for each of them; elsewhere that is a fault."""
    longest: int = LONGEST_TEXT
    """The most characters of a cell."""


@dataclass(frozen=True)
class Form:
    """The columns of a kind of table."""

    columns: tuple[Column, ...]
    keeps_others: bool = False
    """Cells of columns that no word names are kept too: a column for each class.

    Their key is the heading, with the column's letter behind it if an earlier one has the same.
    """

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which nothing can be read."""
        return tuple(column for column in self.columns if column.required)
