"""What a PDF's bytes hold, listed by a cross-reference or not: old revisions, orphans, hidden object streams.

Readers that rebuild a damaged file may bring such objects back. A regular expression finds the objects that
deserve a closer look, which keeps honest files cheap; those are read token by token and judged.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from app.pdf.gate_actions import Objects, Seen, is_type_alone, judge, resolved
from app.pdf.gate_layout import Layout, Piece
from app.pdf.gate_unpack import TooMuch, Unpacker
from app.pdf.tokens import Dictionary, Reader, Reference, Value, dictionaries

_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$)"
_WHITE = rb"[\x00\t\n\x0c\r ]"
SUSPICIOUS = re.compile(
    rb"/(?:(?:JavaScript|JS|XFA|Launch|SubmitForm|ImportData|Rendition|Movie|Sound|RichMedia\w*|GoTo3DView|3D|U3D"
    rb"|PRC|PS|MediaClip|Embedded\w+|EF|RF|Ref|OPI|FS|GoToR|GoToE|Thread|OpenAction|AA)"
    + _END
    # Part of a name written as an escape, but not the blanks and commas of fonts' names.
    + rb"|[^\x00\t\n\x0c\r ()<>\[\]{}/%]*#(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])"
    # An address, except the plainest and most frequent.
    + rb"|URI(?=[\x00\t\n\x0c\r (<\[\d%])(?!"
    + _WHITE
    + rb"*\((?:https?|mailto|tel):)"
    # External data of a stream.
    + rb"|F"
    + _WHITE
    + rb"*(?:[(<%]|\d+"
    + _WHITE
    + rb"+\d+"
    + _WHITE
    + rb"+R))"
)
# Of these and of references, a dictionary may not hold two.
_SAID_ONCE = re.compile(
    rb"/(Contents|Resources|Kids|Annots|MediaBox|CropBox|Rotate|OpenAction|AA|A|S|URI|JS|V|AS|AP|Filter|DecodeParms"
    rb"|Encoding|BBox|Matrix|Font|XObject|Length)"
    + _END
    + rb"|/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
    + _WHITE
    + rb"+\d+"
    + _WHITE
    + rb"+\d+"
    + _WHITE
    + rb"+R"
    + _END
)
# What a document says of itself and its maker changes nothing that is shown.
_HARMLESS = frozenset(
    (
        "Producer",
        "Creator",
        "CreationDate",
        "ModDate",
        "Title",
        "Author",
        "Subject",
        "Keywords",
        "Trapped",
        "Lang",
    )
)
_MAY_BE_PACKED = re.compile(rb"/First" + _END + rb"|#")
_INTEGERS = re.compile(rb"\s*+(?:%[^\r\n]*+[\r\n]\s*+)*+(\d{1,10})(?![^\s%])")
_MOST_WORK = 8  # How often the text of object streams may be read over.


class _Packed(NamedTuple):
    """The text of an object stream, with the number of each object and where it begins."""

    text: bytes
    members: list[tuple[int, int]]


class Raw:
    """The objects that are found in a file's bytes, whatever its cross-references say."""

    def __init__(self, data: bytes, layout: Layout) -> None:
        self._data = data
        self._layout = layout
        self._unpacker = Unpacker()

    def refusal(self) -> str | None:
        """Return the code of the first refusal that an object deserves, None if there is none.

        Raises `TooDeep`, and `TooMuch` if the object streams hold more than is looked at.
        """
        for piece in self._layout.pieces:
            if self._deserves_a_look(piece):
                code = _judged(self._read(piece), self)
                if code:
                    return code
        return next(filter(None, map(self._judged_stream, self._packed)), None)

    @property
    def numbers(self) -> set[int]:
        """The numbers of all objects in the bytes, object streams and their members among them."""
        return (self._pieces_of.keys() | self._members_of.keys()) - {0}

    def meanings(self, reference: Reference) -> list[Value]:
        """Return every object of this number in the bytes, those of all revisions and generations."""
        return self.unpacked_meanings(reference) + [
            value
            for text, start in self._members_of.get(reference.number, ())
            for value in Reader(text, start).first()[-1:]
        ]

    def unpacked_meanings(self, reference: Reference) -> list[Value]:
        """Return what stands in the file itself under this number, not in object streams."""
        return [
            value
            for piece in self._pieces_of.get(reference.number, ())
            for value in _objects(self._read(piece))
        ]

    def _deserves_a_look(self, piece: Piece) -> bool:
        return bool(SUSPICIOUS.search(self._data, piece.start, piece.end)) or _says_something_twice(
            self._data, piece.start, piece.end
        )

    def _judged_stream(self, packed: _Packed) -> str | None:
        work = 0
        for start in _worth_a_look(packed):
            reader = Reader(packed.text, start)
            code = _judged(reader.first(), self)
            if code:
                return code
            work += reader.position - start
            if work > _MOST_WORK * len(packed.text):
                raise TooMuch
        return None

    def _read(self, piece: Piece) -> list[Value]:
        values = Reader(self._data, piece.start, piece.end).values()
        if piece.stream:
            for value in values[-1:]:
                if isinstance(value, Dictionary):
                    value.is_stream = True
        return values

    @cached_property
    def _packed(self) -> list[_Packed]:
        """The object streams, whoever lists them: streams that tell where their first object begins."""
        return [
            packed
            for piece in self._layout.pieces
            if piece.stream and _MAY_BE_PACKED.search(self._data, piece.start, piece.end)
            for packed in self._unpacked(piece)
        ]

    def _unpacked(self, piece: Piece) -> Iterator[_Packed]:
        values = self._read(piece)
        body = values[-1] if values else None
        if not isinstance(body, Dictionary) or "First" not in body:
            return
        seen = Seen(body, "", _Unpacked(self))
        data = self._data[piece.stream : max(piece.data_end, *_lengths(seen, piece.stream))]
        text = self._unpacker.unpack(data, _listed(seen, "Filter"), _listed(seen, "DecodeParms"))
        for first in seen.values("First"):
            if isinstance(first, int) and 0 <= first <= len(text):
                yield _Packed(text, _directory(text, first))

    @cached_property
    def _pieces_of(self) -> dict[int, list[Piece]]:
        found: dict[int, list[Piece]] = {}
        for piece in self._layout.pieces:
            found.setdefault(piece.number, []).append(piece)
        return found

    @cached_property
    def _members_of(self) -> dict[int, list[tuple[bytes, int]]]:
        found: dict[int, list[tuple[bytes, int]]] = {}
        for text, members in self._packed:
            for number, start in members:
                found.setdefault(number, []).append((text, start))
        return found


class _Unpacked(NamedTuple):
    """Knows only the objects outside of object streams, where everything about those streams must stand."""

    raw: Raw

    def meanings(self, reference: Reference) -> list[Value]:
        return self.raw.unpacked_meanings(reference)


def judged(values: list[Value], objects: Objects) -> str | None:
    """Return the code of the first refusal that the dictionaries in `values` deserve, None if none does."""
    if any(map(is_type_alone, values)):
        return "active_content"
    for dictionary, place in dictionaries(values):
        code = judge(Seen(dictionary, place, objects))
        if code:
            return code
    return None


def _judged(values: list[Value], objects: Objects) -> str | None:
    code = judged(values, objects)
    if code is None and any(_says_two_things(dictionary) for dictionary, _ in dictionaries(values)):
        return "mixed_content"
    return code


def _says_two_things(dictionary: Dictionary) -> bool:
    return any(key not in _HARMLESS for key, _ in dictionary.repeated)


def _says_something_twice(text: bytes, start: int, end: int) -> bool:
    said = _SAID_ONCE.findall(text, start, end)
    return len(said) > 1 and len(said) != len(set(said))


def _worth_a_look(packed: _Packed) -> Iterator[int]:
    """Yield where the objects begin that hold something suspicious, or may: places that are told may lie."""
    starts = sorted(start for _, start in packed.members)
    chosen = {bisect_right(starts, hit.start()) - 1 for hit in SUSPICIOUS.finditer(packed.text)}
    chosen |= {index - 1 for index in chosen}
    for index, (start, end) in enumerate(zip(starts, [*starts[1:], len(packed.text)], strict=True)):
        if index in chosen or _says_something_twice(packed.text, start, end):
            yield start


def _objects(values: list[Value]) -> list[Value]:
    """Return the object at the head of a piece; `endobj` and what follows is none."""
    return values[:1]


def _lengths(seen: Seen, start: int) -> list[int]:
    """Return where the data end by each length that is told, 0 among them so that there is one."""
    return [0, *(start + length for length in seen.values("Length") if isinstance(length, int))]


def _listed(seen: Seen, key: str) -> list[Value]:
    """Return a list's entries, references followed, or the only entry: so are filters of a stream told."""
    for value in seen.values(key):
        entries = value if isinstance(value, list) else [value]
        return [next(resolved(entry, seen.objects), None) for entry in entries]
    return []


def _directory(text: bytes, first: int) -> list[tuple[int, int]]:
    """Return numbers and places of the objects of an object stream, each place once."""
    told: list[int] = []
    position = 0
    while position < first and (integer := _INTEGERS.match(text, position, first)):
        told.append(int(integer[1]))
        position = integer.end()
    places = {first + place: number for number, place in zip(told[::2], told[1::2], strict=False)}
    return [(number, start) for start, number in places.items() if start < len(text)]
