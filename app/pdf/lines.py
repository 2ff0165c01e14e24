"""Lines of text put together from runs of letters, where one line was drawn in several that interlock.

A program that lacks letters in a font draws them from another one, often as a second run laid over the gaps
of the first: `Ho t đ ng` and `ạ ộ` are one line, read from where the letters stand.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.pdf.letters import Letter, Run

_SAME_LINE = 0.3
"""How far apart two baselines of one line are at most, in sizes of the font."""
_OTHER_LINE = 0.8
_WORD_GAP = 0.13
"""The least space between two words, in sizes of the font."""
_SPACE_DRAWN = 0.04
"""The least space where a space character stands."""
_TOUCHING = 0.6
"""How far a run stands from the line that it goes on with at most, in sizes of the font."""
_MOST_COLLISIONS = 0.25
_SAME_LETTER = 0.1
"""A letter drawn again so near is a way to make it bold, in sizes of the font."""
_LINES_LOOKED_AT = 40

Piece = tuple[str, str]
"""Text, and the name of the font that it is in."""


@dataclass(slots=True)
class Line:
    """Runs that stand on one line, in the order of the content."""

    runs: list[Run] = field(default_factory=list)
    start: float = math.inf
    end: float = -math.inf

    def add(self, run: Run) -> None:
        """Put a run onto the line."""
        self.runs.append(run)
        self.start, self.end = min(self.start, run.start), max(self.end, run.end)

    def holds(self, run: Run) -> bool:
        """Tell whether the run stands on the same line and reaches into it, or goes on with it."""
        first, slack = self.runs[0], _SAME_LINE * run.size
        apart = max(self.start, run.start) - min(self.end, run.end)
        return (
            apart < _TOUCHING * run.size
            and abs(first.across - run.across) < slack
            and math.isclose(first.angle, run.angle, abs_tol=0.01)
        )

    def pieces(self) -> list[Piece]:
        """Return the text of the line, divided where the font changes."""
        if not self._interlocks():
            return _as_written(self.runs)
        letters = _sorted_letters(self.runs)
        return _as_it_stands(letters) if _fit_together(letters) else _as_written(self.runs)

    def _interlocks(self) -> bool:
        end = -math.inf
        for number, run in enumerate(self.runs):
            if run.start < end - _SAME_LINE * run.size or (number and run.begins_line):
                return True
            end = max(end, run.end)
        return False


def lines_of(runs: Iterable[Run]) -> list[Line]:
    """Put runs onto lines: that which pdfium takes them to, or an earlier one into which they reach."""
    lines: list[Line] = []
    near: dict[int, list[Line]] = defaultdict(list)
    for run in runs:
        line = lines[-1] if lines and not _begins_line(lines[-1].runs[-1], run) else _earlier(near, run)
        if line is None:
            line = Line()
            lines.append(line)
            near[round(run.across)].append(line)
        line.add(run)
    return lines


def _begins_line(before: Run, run: Run) -> bool:
    """Tell whether a run stands on another line than that before; with few letters pdfium does not see it."""
    elsewhere = abs(run.across - before.across) > _OTHER_LINE * run.size
    return run.begins_line or elsewhere or not math.isclose(run.angle, before.angle, abs_tol=0.01)


def _earlier(near: dict[int, list[Line]], run: Run) -> Line | None:
    reach = math.ceil(min(_SAME_LINE * run.size, 5))
    for place in range(round(run.across) - reach, round(run.across) + reach + 1):
        for line in reversed(near.get(place, [])[-_LINES_LOOKED_AT:]):
            if line.holds(run):
                return line
    return None


def _as_written(runs: Sequence[Run]) -> list[Piece]:
    pieces: list[Piece] = []
    end = math.inf
    for run in runs:
        # pdfium takes a letter from another font for a word of its own now and then.
        touches = 0 <= run.start - end + _SAME_LETTER * run.size < (_SAME_LETTER + _SPACE_DRAWN) * run.size
        spaced = bool(pieces) and (run.begins_line or (run.spaced and not touches))
        pieces.append(((" " if spaced else "") + run.text, run.font))
        end = run.end
    return pieces


@dataclass(slots=True)
class _Standing:
    """A letter of the line with what stands over and under it."""

    letter: Letter
    run: Run
    marks: str = ""


def _sorted_letters(runs: Sequence[Run]) -> list[_Standing]:
    """Return all that was drawn from the beginning of the line to its end, marks with their letters."""
    drawn = [_Standing(letter, run) for run in runs for letter in run.letters if letter.is_drawn]
    bases = sorted((one for one in drawn if not one.letter.is_mark), key=lambda one: one.letter.start)
    letters = _without_repeated(bases)
    starts = [one.letter.start for one in letters]
    for mark in (one for one in drawn if one.letter.is_mark):
        place = bisect_right(starts, mark.letter.start) - 1
        if place >= 0:
            letters[place].marks += mark.letter.text
    return letters


def _without_repeated(letters: Iterable[_Standing]) -> list[_Standing]:
    kept: list[_Standing] = []
    for one in letters:
        before = kept[-1] if kept else None
        if before is None or not _is_repeated(before, one):
            kept.append(one)
    return kept


def _is_repeated(one: _Standing, other: _Standing) -> bool:
    near = other.letter.start - one.letter.start < _SAME_LETTER * other.run.size
    return near and one.letter.text == other.letter.text and one.run is not other.run


def _fit_together(letters: Sequence[_Standing]) -> bool:
    """Tell whether the letters stand beside each other; two texts laid over each other do not."""
    shown = [one for one in letters if not one.letter.text.isspace()]
    collisions = sum(
        other.letter.start < (one.letter.start + one.letter.end) / 2 - 0.02 * one.run.size
        for one, other in pairwise(shown)
    )
    return collisions <= _MOST_COLLISIONS * len(shown)


def _as_it_stands(letters: Iterable[_Standing]) -> list[Piece]:
    pieces: list[Piece] = []
    end, space = math.inf, False
    for one in letters:
        if one.letter.text.isspace():
            space = True
            continue
        gap = one.letter.start - end
        wide = gap > (_SPACE_DRAWN if space else _WORD_GAP) * one.run.size
        pieces.append(((" " if wide else "") + one.letter.text + one.marks, one.run.font))
        end, space = max(one.letter.end, end if math.isfinite(end) else one.letter.end), False
    return pieces
