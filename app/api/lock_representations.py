"""The JSON of locks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

_Line = Annotated[str, Meta(max_length=500)]


class Closing(Struct, frozen=True):
    """A period to close, for one record type or, with null, for all."""

    period: Annotated[str, Meta(min_length=1, max_length=40)]
    reason: _Line = ""
    record_type: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    ordered: _Line = ""
    school: Annotated[str, Meta(max_length=200)] = ""
    """The code of the school, where the caller closes the periods of several."""


class Lock(Struct, frozen=True):
    """A lock with who set it and, once it was lifted, who did that."""

    id: int
    school: str
    record_type: str | None
    period: str
    reason: str
    ordered: str
    locked_by: UUID
    locked_by_name: str
    role: str
    capacity: str
    locked_at: datetime
    lifted_by: UUID | None
    lifted_by_name: str | None
    lifted_at: datetime | None
    lift_reason: str


class Locks(Struct, frozen=True):
    """A page of locks, newest first."""

    items: list[Lock]
    next: str | None
