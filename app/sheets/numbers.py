"""Whole numbers in foreign tables, whether Excel keeps a number or somebody typed it as text."""

import re

from app.sheets.cells import Cell, Fault
from app.text import N_

_WHOLE = re.compile(r"\d{1,9}(?:[.,]0)?")


def whole_number_in(cell: Cell, least: int, most: int) -> int | Fault:
    """Return the number of a cell, or the fault that says why there is none from `least` to `most`."""
    number = int(re.split("[.,]", cell.text)[0]) if _WHOLE.fullmatch(cell.text) else None
    if number is not None and least <= number <= most:
        return number
    return cell.fault(
        N_("“%(text)s” không phải là một số từ %(least)s đến %(most)s."),
        N_("Ghi chỉ một số nguyên vào ô, không kèm chữ."),
        least=str(least),
        most=str(most),
    )
