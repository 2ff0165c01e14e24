"""What is on a sheet but not of its table: banners across it, numbers of columns, notes below it."""

import re
from collections.abc import Mapping

from openpyxl.utils import get_column_letter

from app.encodings.legacy import in_unicode
from app.sheets.cells import Cell, Row
from app.sheets.forms import Form
from app.sheets.header import Header
from app.sheets.workbook import Line, Merge, Sheet
from app.words import folded, tidy

_COLUMN_NUMBER = re.compile(r"\(?(\d{1,2})\)?")
_NOTE = re.compile(
    r"(nguoi lap|nguoi tong hop|hieu truong|pho hieu truong|to truong|xac nhan|ky ten|\(?ky,|noi nhan|ghi chu"
    r"|luu y|danh sach (nay )?(co|gom)|tong (so|cong)|\*|.*\bngay\b.*\bthang\b.*\bnam\b)"
)
"""How notes and signatures under a list begin, folded."""


def banners_of(sheet: Sheet, header: Header) -> dict[int, Cell]:
    """Return the lines under the header that one merged cell fills, such as the name of a term."""
    lines = {line.number: line for line in sheet.lines if line.number > header.last}
    return {
        merge.top: _cell_at(lines[merge.top], merge.left)
        for merge in sheet.merges
        if merge.top in lines and merge.top == merge.bottom and _is_banner(lines[merge.top], merge, header)
    }


def _is_banner(line: Line, merge: Merge, header: Header) -> bool:
    firsts = [under[0] for under in header.columns.values()]
    covered = [column for column in firsts if merge.left <= column <= merge.right]
    beyond = [cell for cell in line.cells if cell.column in firsts and cell.column not in covered]
    return len(covered) > 1 and not any(tidy(cell.text) for cell in beyond)


def _cell_at(line: Line, column: int) -> Cell:
    texts = [cell.text for cell in line.cells if cell.column == column]
    (converted,) = in_unicode(["".join(texts)])
    return Cell(f"{get_column_letter(column)}{line.number}", tidy(converted.text))


def numbers_columns(line: Line) -> bool:
    """Tell whether a line only counts the columns: (1), (2), (3)."""
    found = [_COLUMN_NUMBER.fullmatch(tidy(cell.text)) for cell in line.cells]
    counted = [int(each[1]) for each in found if each]
    return len(counted) == len(found) > 1 and counted == list(range(counted[0], counted[0] + len(counted)))


def without_notes(form: Form, rows: Mapping[int, Row]) -> tuple[list[Row], list[Cell]]:
    """Divide rows (by number, in order) into those of the table and the first cells of notes below it.

    A note fills half of the columns at most, stands below the last row that fills more, and is set apart by
    an empty row or begins as notes do.
    """
    end = max((number for number, row in rows.items() if _is_solid(form, row)), default=None)
    kept: list[Row] = []
    notes: list[Cell] = []
    previous = 0
    for number, row in rows.items():
        first = next(cell for cell in row.values() if cell.text)
        below = end is not None and number > end
        if below and (notes or number > previous + 1 or _NOTE.match(folded(first.text))):
            notes.append(first)
        else:
            kept.append(row)
        previous = number
    return kept, notes


def _is_solid(form: Form, row: Row) -> bool:
    needed = sum(bool(row[column.key].text) for column in form.required)
    filled = sum(bool(cell.text) for cell in row.values())
    return 2 * needed > len(form.required) or 2 * filled > len(row)
