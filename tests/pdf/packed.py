"""Writes PDFs whose objects lie in an object stream by hand, so that what it tells of them can be a lie."""

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.pdf.written import INK, stream


@dataclass(frozen=True)
class Packed:
    """A file of one page: what lies in its object stream, and what is told of it."""

    members: Sequence[tuple[int, bytes]]
    plain: Mapping[int, bytes]
    head: bytes | None = None
    """The numbers and places as they are told; None for the true ones."""
    count: bytes | None = None
    first: bytes | None = None
    entries: bytes = b""
    dictionary_type: bytes = b"/Type /ObjStm"
    filters: tuple[str, ...] = ()
    listed: Mapping[int, tuple[int, int]] | None = None
    """By the cross-reference: in which stream an object lies, and as which one of it; None for the truth."""

    def true_head(self) -> bytes:
        place, told = 0, []
        for number, body in self.members:
            told.append(b"%d %d" % (number, place))
            place += len(body) + 1
        return b" ".join(told) + b" "

    def object_stream(self) -> bytes:
        head = self.true_head() if self.head is None else self.head
        first = b"%d" % len(head) if self.first is None else self.first
        count = b"%d" % len(self.members) if self.count is None else self.count
        data = head + b"".join(body + b"\n" for _, body in self.members)
        entries = self.dictionary_type + b" /N " + count + b" /First " + first + b" " + self.entries
        for name in reversed(self.filters):
            data = _PACKERS[name](data)
        if self.filters:
            entries += b" /Filter [" + b" ".join(b"/" + name.encode() for name in self.filters) + b"]"
        return stream(data, entries)

    def written(self) -> bytes:
        streams, table = max(self.plain) + 10, max(self.plain) + 11
        out = bytearray(b"%PDF-1.7\n")
        rows: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        for number, body in {**self.plain, streams: self.object_stream()}.items():
            rows[number] = (1, len(out), 0)
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        truth = {number: (streams, index) for index, (number, _) in enumerate(self.members)}
        for number, (holder, index) in (truth if self.listed is None else self.listed).items():
            rows[number] = (2, holder, index)
        rows[table] = (1, len(out), 0)
        packed = b"".join(struct.pack(">BIH", *rows.get(number, (0, 0, 0))) for number in range(table + 1))
        start = len(out)
        told = b"/Type /XRef /Size %d /W [1 4 2] /Root 1 0 R" % (table + 1)
        out += b"%d 0 obj\n" % table + stream(packed, told) + b"\nendobj\n"
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _run_lengths(data: bytes) -> bytes:
    pieces = (data[start : start + 128] for start in range(0, len(data), 128))
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces) + b"\x80"


def _deflated(data: bytes) -> bytes:
    return zlib.compress(data)


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "FlateDecode": _deflated,
    "ASCIIHexDecode": lambda data: data.hex().encode() + b">",
    "RunLengthDecode": _run_lengths,
}

CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>"
TREE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>"
HARMLESS = b"<< /S /GoTo /D [3 0 R /Fit] >>"
SCRIPT = b"<< /S /JavaScript /JS (x) >>"


def with_action(action: bytes) -> Packed:
    """Lay out a page whose opening action lies in the object stream."""
    return Packed([(2, TREE), (3, PAGE), (5, action)], {1: CATALOGUE, 4: stream(INK)})


def _true(packed: Packed) -> dict[int, int]:
    place, places = 0, {}
    for number, body in packed.members:
        places[number] = place
        place += len(body) + 1
    return places


def _head(*told: tuple[int, int]) -> bytes:
    return b" ".join(b"%d %d" % pair for pair in told) + b" "


def lies(packed: Packed) -> dict[str, Packed]:
    """Tell lies of every kind about where the objects of a file are; the last member is the one hidden."""
    at = _true(packed)
    *others, hidden = at
    truth = [(number, at[number]) for number in at]
    swapped = [(others[-1], at[hidden]), (hidden, at[others[-1]])]
    length = len(packed.true_head())
    return {
        "the truth": packed,
        "one object fewer": replace(packed, count=b"%d" % (len(at) - 1)),
        "no objects": replace(packed, count=b"0"),
        "more objects": replace(packed, count=b"%d" % (len(at) + 5)),
        "a negative count": replace(packed, count=b"-1"),
        "a count by reference": replace(packed, count=b"9 0 R", plain={**packed.plain, 9: b"%d" % len(at)}),
        "a beginning by reference": replace(
            packed, first=b"9 0 R", plain={**packed.plain, 9: b"%d" % length}
        ),
        "a beginning too early": replace(packed, first=b"%d" % (length - 4)),
        "a beginning too late": replace(packed, first=b"%d" % (length + 4)),
        "a beginning at zero": replace(packed, first=b"0"),
        "a beginning behind the end": replace(packed, first=b"100000"),
        "a negative beginning": replace(packed, first=b"-5"),
        "a beginning in parts": replace(packed, first=b"%d.0" % length),
        "two beginnings": replace(packed, entries=b"/First %d" % (length + 4)),
        "two counts": replace(packed, entries=b"/N 1"),
        "an object listed twice": replace(packed, head=_head(*truth, (hidden, at[others[-1]]))),
        "an object listed twice before": replace(packed, head=_head((hidden, at[others[-1]]), *truth)),
        "places exchanged": replace(packed, head=_head(*truth[:-2], *swapped)),
        "places in another order": replace(packed, head=_head(*reversed(truth))),
        "another number": replace(packed, head=_head(*truth[:-1], (88, at[hidden]))),
        "a place in the middle": replace(packed, head=_head(*truth[:-1], (hidden, at[hidden] - 3))),
        "a comment among the places": replace(
            packed, head=_head(*truth[:-1]) + b"%% 7 7\n%d %d " % (hidden, at[hidden])
        ),
        "signs before the places": replace(
            packed, head=_head(*truth[:-1]) + b"+%d +%d " % (hidden, at[hidden])
        ),
        "zeros before the places": replace(
            packed, head=_head(*truth[:-1]) + b"%08d %08d " % (hidden, at[hidden])
        ),
        "points behind the places": replace(
            packed, head=_head(*truth[:-1]) + b"%d.0 %d.0 " % (hidden, at[hidden])
        ),
        "words among the places": replace(
            packed, head=_head(*truth[:-1]) + b"x %d %d " % (hidden, at[hidden])
        ),
        "another order by the cross-reference": replace(packed, listed=_listed(packed, hidden, 0)),
        "a place by the cross-reference that is none": replace(packed, listed=_listed(packed, hidden, 77)),
        "not in the cross-reference": replace(packed, listed=_listed(packed, hidden, None)),
        "no type": replace(packed, dictionary_type=b""),
        "an escaped type": replace(packed, dictionary_type=b"/T#79pe /Obj#53tm"),
        "another type": replace(packed, dictionary_type=b"/Type /Metadata"),
        "packed": replace(packed, filters=("FlateDecode",)),
        "packed twice": replace(packed, filters=("FlateDecode", "ASCIIHexDecode")),
        "packed otherwise": replace(packed, filters=("RunLengthDecode",)),
        "packed three times": replace(packed, filters=("FlateDecode", "RunLengthDecode", "ASCIIHexDecode")),
    }


def _listed(packed: Packed, hidden: int, place: int | None) -> dict[int, tuple[int, int]]:
    holder = max(packed.plain) + 10
    told = {number: (holder, index) for index, (number, _) in enumerate(packed.members)}
    if place is None:
        del told[hidden]
    else:
        told[hidden] = (holder, place)
    return told
