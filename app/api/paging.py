"""Pages of lists: how long one is, and where the next begins."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from app.api.reading import number, parameter
from app.errors import InvalidRequest

T = TypeVar("T")

LONGEST, USUAL = 200, 50

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Place = Annotated[int, msgspec.Meta(ge=0)]
ByTime = tuple[Moment, UUID]
"""Where a list in the order of time goes on: after this moment and this record."""


def limit() -> int:
    """Return how many items the caller wants at most; raises `InvalidRequest`."""
    return number("limit", USUAL, 1, LONGEST)


def after(kind: type[T] | Any) -> T | None:
    """Return where the caller's page begins, from the cursor sent back as `next` or `cursor`."""
    name = "cursor" if parameter("cursor") else "next"
    written = parameter(name)
    if written is None:
        return None
    try:
        place: T = msgspec.json.decode(base64.b64decode(written, altchars=b"-_", validate=True), type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise InvalidRequest(fields=name) from error
    return place


def page(rows: Sequence[T], size: int, place: Callable[[T], Any]) -> tuple[Sequence[T], str | None]:
    """Cut `rows`, of which one more than `size` was read, and write the cursor of the next page if any."""
    if len(rows) <= size:
        return rows, None
    return rows[:size], cursor(place(rows[size - 1]))


def cursor(place: Any) -> str:
    """Write where a list goes on, for `after` to read."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def page_of_all(rows: Sequence[T], key: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """Cut the caller's page out of a short list that was read whole; `key` tells its rows apart.

    The cursor names the last row seen and its place: where that row is gone, its place is the next one's.
    """
    place: tuple[int, str] | None = after(tuple[_Place, str])
    keys = [key(row) for row in rows]
    begin = 0 if place is None else _next_place(keys, *place)
    numbered = list(enumerate(rows))[begin:]
    shown, following = page(numbered, limit(), lambda each: (each[0], key(each[1])))
    return [row for _, row in shown], following


def _next_place(keys: Sequence[str], place: int, last: str) -> int:
    return keys.index(last) + 1 if last in keys else place
