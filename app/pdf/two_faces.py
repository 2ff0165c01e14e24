"""Files whose offsets lead to one object from the file's start and to another from the header.

Some readers count offsets from the first byte, others from `%PDF-` (ISO 32000-2, 7.5.2 and annex I). Bytes
before the header are forgiven, but then both ways of counting must not arrive.
"""

import re
from collections import defaultdict

_HEADER = b"%PDF-"
_OBJECT = re.compile(rb"(?<![0-9])0*(\d{1,10})[\x00\t\n\x0c\r ]+\d{1,5}[\x00\t\n\x0c\r ]+obj\b")
_START = re.compile(rb"startxref\s+(\d{1,10})")
_TABLE = re.compile(rb"xref\b")


def has_two_faces(data: bytes) -> bool:
    """Tell whether a cross-reference or an object of `data` is found by either way of counting."""
    lead = data.find(_HEADER)
    if lead <= 0:
        return False
    places: dict[bytes, set[int]] = defaultdict(set)
    for found in _OBJECT.finditer(data):
        places[found[1]].add(found.start())
    twice = any(place + lead in standing for standing in places.values() for place in standing)
    starts = {int(found[1]) for found in _START.finditer(data)}
    return twice or any(_leads_on(data, start) and _leads_on(data, start + lead) for start in starts)


def _leads_on(data: bytes, place: int) -> bool:
    return bool(_TABLE.match(data, place) or _OBJECT.match(data, place))
