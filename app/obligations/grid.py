"""The board's tables ready to be drawn: words, addresses and marks worked out, so that drawing is quick."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.obligations.board import Debtor, Mark, Tally
from app.obligations.tables import Table

_BARE = frozenset({Mark.MISSING, Mark.FILED})
"""Marks that need no number of their own: how many are filed of how many says it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column, and where it leads."""

    label: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its mark, what it says, how many are filed of how many, and its column for narrow screens."""

    mark: str
    sign: str
    share: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row: who owes, where that leads, and the cells with the row's total at the end."""

    name: str
    unit: str
    url: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns, its rows, and the totals where there are several rows."""

    heads: Sequence[Head]
    lines: Sequence[Line]
    foot: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What cells are drawn with: the school's name, the signs, and the words for sums, in one's language."""

    school: str
    classes_url: str
    """Where a teacher is found for classes without one; empty for whoever may not look there."""
    signs: Mapping[str, str]
    sums: tuple[str, str]
    """Of the columns, and of a row."""


def drawn(table: Table, heads: Mapping[str, Head], drawing: Drawing) -> Grid:
    """Draw a table with the headings of its columns."""
    labels = [heads[column].label for column in table.columns]
    names = Counter(row.name for row in table.rows if row.kind == "u")
    alike = {name for name, count in names.items() if count > 1}
    lines = [_line(table, row, labels, drawing, alike) for row in table.rows]
    foot = [_foot(table, labels, drawing)] if len(lines) > 1 else []
    return Grid([heads[column] for column in table.columns], lines, foot)


def _line(
    table: Table, row: Debtor, labels: Sequence[str], drawing: Drawing, alike: AbstractSet[str]
) -> Line:
    tallies = [table.cells.get((row.key, column)) for column in table.columns]
    cells = _cells([*tallies, table.row_totals[row.key]], labels, drawing)
    if row.kind == "c":
        return Line(gettext("Lớp chưa có giáo viên"), "", drawing.classes_url, cells)
    url = url_for("obligations.duties_of", person_id=row.asked_id) if row.asked_id else ""
    if row.kind == "u":
        unit = " · ".join(filter(None, (row.department, row.staff_code if row.name in alike else "")))
        return Line(row.name, unit, url, cells)
    asked = gettext("Người nộp: %(name)s", name=row.name) if row.asked_id else gettext("Chưa có người nộp")
    return Line(row.department if row.kind == "d" else drawing.school, asked, url, cells)


def _foot(table: Table, labels: Sequence[str], drawing: Drawing) -> Line:
    tallies = [table.column_totals[column] for column in table.columns]
    return Line(drawing.sums[0], "", "", _cells([*tallies, table.total], labels, drawing))


def _cells(tallies: Sequence[Tally | None], labels: Sequence[str], drawing: Drawing) -> list[Cell | None]:
    places = zip(tallies, [*labels, drawing.sums[1]], strict=True)
    return [_cell(tally, label, drawing.signs) if tally is not None else None for tally, label in places]


def _cell(tally: Tally, label: str, signs: Mapping[str, str]) -> Cell | None:
    owed, mark = tally.total, tally.mark
    if not owed:
        return None
    if owed == 1:
        return Cell(mark.value, signs[mark], "", label)
    sign = signs[mark] if mark in _BARE else f"{signs[mark]} {tally.counted}"
    return Cell(mark.value, sign, f"{tally.filed}/{owed}", label)
