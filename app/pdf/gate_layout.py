"""Finds in raw bytes what is text of objects, what is stream data, and what lies between the objects.

The walk believes no cross-reference table, no length and no mark at the end: it goes from token to token, so
that strings and comments that speak of streams and objects blind nobody. Where readers that rebuild a damaged
file might find an object all the same (on a line of its own in a string, anywhere in a stream), its text is
told besides. The work is linear in the file's length.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from app.pdf.tokens import Strings

MOST_PIECES = 400_000
# Each way on begins with a letter of its own, which lets the search pass over all others quickly; the empty
# groups tell them apart.
_STEP = re.compile(
    rb"\(()(?:(?:[^()\\]++|\\.)*+\))?"
    rb"|%[^\r\n]*+"
    rb"|<(?<!<<)(?!<)[^<>]*+>"
    rb"|obj(?<=[^A-Za-z]obj)(?![A-Za-z])()"
    rb"|endobj()"
    rb"|>>(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+stream(?![A-Za-z0-9])()(?:\r\n|\n|\r)?",
    re.DOTALL,
)
_STRING, _OBJECT, _END_OF_OBJECT, _STREAM = range(1, 5)
_WHITE = rb"[\x00\t\n\x0c\r ]"
_HEAD = re.compile(rb"(\d{1,10})" + _WHITE + rb"+\d{1,5}" + _WHITE + rb"+\Z")
_HEAD_OF_LINE = re.compile(rb"(?:[\r\n]|endobj)[\x00\t\x0c ]*" + _HEAD.pattern)
_LONGEST_HEAD = 40
_LONGEST_REST = 1 << 16
_END_OF_STREAM = b"endstream"


class Piece(NamedTuple):
    """The text of one object, or of what stands where no object is: `number` is 0 there.

    `stream` is where the data begins, if data follow; `data_end` where the first "endstream" ends it.
    """

    start: int
    end: int
    number: int = 0
    stream: int = 0
    data_end: int = 0


@dataclass
class Layout:
    """What a file's bytes are."""

    pieces: list[Piece] = field(default_factory=list)
    strings: list[tuple[int, int]] = field(default_factory=list)
    """Literal strings outside of streams, parentheses included."""
    texts: list[tuple[int, int]] = field(default_factory=list)
    """The stretches outside of streams."""
    between: list[tuple[int, int]] = field(default_factory=list)
    """The stretches between the end of one object and the head of the next, file's head and tail included."""

    def outside_strings(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches outside of streams and of the strings in objects, in order."""
        strings = list(_without(self.strings, self.between))
        starts = sorted([start for start, _ in self.texts] + [end for _, end in strings])
        ends = sorted([end for _, end in self.texts] + [start for start, _ in strings])
        return zip(starts, ends, strict=True)


class TooManyPieces(Exception):
    """There are more objects than any honest file of this product's size has."""


class _Walk:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._strings = Strings(data, len(data))
        self._start = 0  # of the piece
        self._number = 0
        self._text = 0  # where the stretch without streams began
        self._outside: int | None = 0
        self.layout = Layout()

    def run(self) -> Layout:
        position = 0
        while step := _STEP.search(self._data, position):
            position = self._take(step)
        end = len(self._data)
        self._cut(end)
        self._leave_outside(end)
        self.layout.texts.append((self._text, end))
        return self.layout

    def _take(self, step: re.Match[bytes]) -> int:
        """Take one step; return where the next begins."""
        kind = step.lastindex
        if kind == _STRING:
            return self._pass_string(step)
        if kind == _OBJECT:
            self._begin_object(step)
        elif kind == _END_OF_OBJECT and self._outside is None:
            self._outside = step.end()
        elif kind == _STREAM:
            return self._pass_stream(step)
        return step.end()

    def _pass_string(self, step: re.Match[bytes]) -> int:
        start = step.start()
        end = step.end() if step.end() > start + 1 else self._strings.end_of(start)
        if end is None:
            return start + 1
        self.layout.strings.append((start, end))
        self._find_objects(start, end, _HEAD_OF_LINE)
        return end

    def _begin_object(self, step: re.Match[bytes]) -> None:
        number, start = _head(self._data, step.start(), _HEAD)
        self._cut(start)
        self._leave_outside(start)
        self._start = step.end()
        self._number = number

    def _pass_stream(self, step: re.Match[bytes]) -> int:
        start = step.end()
        found = self._data.find(_END_OF_STREAM, start)
        end = len(self._data) if found < 0 else found
        keyword = step.start(_STREAM) - len(b"stream")
        self._add(Piece(self._start, keyword, self._number, start, end))
        self.layout.texts.append((self._text, keyword))
        self._text = end
        self._find_objects(start, end, _HEAD)
        self._start = end
        self._number = 0
        return end

    def _find_objects(self, start: int, end: int, head: re.Pattern[bytes]) -> None:
        """Add what a reader that rebuilds might take for objects in a string or in stream data."""
        number, begins, found = 0, 0, self._data.find(b"obj", start, end)
        while found >= 0:
            next_number, next_begins = _head(self._data, found, head, start)
            if next_number:
                if begins:
                    self._add(Piece(begins, next_begins, number))
                number, begins = next_number, found + 3
            found = self._data.find(b"obj", found + 3, end)
        if begins:
            self._add(Piece(begins, self._end_beyond(end), number))

    def _end_beyond(self, end: int) -> int:
        """Return where an object may end for whom neither the string nor the stream around it does."""
        found = self._data.find(b"endobj", end, end + _LONGEST_REST)
        return end if found < 0 else found

    def _cut(self, end: int) -> None:
        if end > self._start:
            self._add(Piece(self._start, end, self._number))
        self._number = 0

    def _leave_outside(self, end: int) -> None:
        if self._outside is not None and end > self._outside:
            self.layout.between.append((self._outside, end))
        self._outside = None

    def _add(self, piece: Piece) -> None:
        self.layout.pieces.append(piece)
        if len(self.layout.pieces) > MOST_PIECES:
            raise TooManyPieces


def walk(data: bytes) -> Layout:
    """Return how the bytes of a file are laid out; raises `TooManyPieces`."""
    return _Walk(data).run()


def _head(data: bytes, keyword: int, pattern: re.Pattern[bytes], earliest: int = 0) -> tuple[int, int]:
    """Return the number before an object's keyword and where the head begins; 0 if there is none."""
    before = max(earliest, keyword - _LONGEST_HEAD)
    head = pattern.search(data[before:keyword])
    return (int(head[1]), before + head.start(1)) if head else (0, keyword)


def _without(strings: list[tuple[int, int]], stretches: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the strings that begin in none of the stretches; both are in order."""
    for string in strings:
        before = bisect_right(stretches, (string[0], string[1])) - 1
        if before < 0 or string[0] >= stretches[before][1]:
            yield string
