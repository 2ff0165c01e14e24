"""What the content of a look does, by its operators: words in its strings and comments are none."""

from collections.abc import Iterator

import pikepdf

_MOST_OF_NOTHING = 2000
"""How many bytes of operators that paint nothing anybody writes."""
# Grouping, marking, clipping, moving; ISO 32000-2, Annex A has all.
_PAINTING_NOTHING = frozenset(("q", "Q", "cm", "BMC", "BDC", "EMC", "re", "W", "W*", "n"))
_UNSEEN = frozenset((3, 7))
"""The modes in which letters are written but not painted."""


def paints_nothing(look: pikepdf.Stream) -> bool:
    """Tell whether a look is surely empty, be it that a comment says so."""
    if len(look.read_bytes()) > _MOST_OF_NOTHING:
        return False
    return all(operator in _PAINTING_NOTHING for operator, _ in _operations(look))


def has_unseen_letters(look: pikepdf.Stream) -> bool:
    """Tell whether a look sets a mode in which its letters are not painted."""
    if b"Tr" not in look.read_bytes():
        return False
    return any(
        operator == "Tr" and (len(operands) != 1 or _mode(operands[0]) in _UNSEEN)
        for operator, operands in _operations(look)
    )


def _operations(look: pikepdf.Stream) -> Iterator[tuple[str, list[object]]]:
    for instruction in pikepdf.parse_content_stream(look):
        yield str(instruction.operator), list(instruction.operands)


def _mode(operand: object) -> int | None:
    try:
        return int(float(str(operand)))
    except ValueError:
        return None
