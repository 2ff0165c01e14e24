"""What the content of a look does, by its operators: words in its strings and comments are none."""

import re
import warnings

import pikepdf

_MOST_OF_NOTHING = 2000
"""How many bytes of operators that paint nothing anybody writes."""
# Grouping, marking, clipping, moving; ISO 32000-2, Annex A has all.
_PAINTING_NOTHING = frozenset(("q", "Q", "cm", "BMC", "BDC", "EMC", "re", "W", "W*", "n"))
# Readers find the ends of such pictures in different ways.
_INLINE_PICTURE = re.compile(rb"\bBI\b")
_PAINTED = frozenset((0, 1, 2, 4, 5, 6))
"""The modes in which letters are painted; in others they are written only."""


def paints_nothing(look: pikepdf.Stream) -> bool:
    """Tell whether a look is surely empty, be it that a comment says so."""
    operations = _operations(look, most=_MOST_OF_NOTHING)
    return operations is not None and all(operator in _PAINTING_NOTHING for operator, _ in operations)


def may_have_unseen_letters(look: pikepdf.Stream) -> bool:
    """Tell whether a look sets a mode in which its letters are not painted, or cannot be told not to."""
    if b"Tr" not in look.read_bytes():
        return False
    operations = _operations(look)
    return operations is None or any(
        operator == "Tr" and (len(operands) != 1 or _mode(operands[0]) not in _PAINTED)
        for operator, operands in operations
    )


def _operations(look: pikepdf.Stream, *, most: int | None = None) -> list[tuple[str, list[object]]] | None:
    """Return each operator with its operands, None where readers may disagree or it is longer than `most`."""
    try:
        content = look.read_bytes()
        if (most is not None and len(content) > most) or _INLINE_PICTURE.search(content):
            return None
        with warnings.catch_warnings():
            # What is broken off is left out with a warning.
            warnings.simplefilter("error")
            return [(str(one.operator), list(one.operands)) for one in pikepdf.parse_content_stream(look)]
    except (pikepdf.PdfError, UserWarning, TypeError, ValueError):
        return None


def _mode(operand: object) -> int | None:
    try:
        return int(float(str(operand)))
    except ValueError:
        return None
