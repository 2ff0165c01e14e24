"""The JSON of people: signing in, who the caller is, and delegations, as types."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from app.people.models import Role

Line = Annotated[str, Meta(pattern="^[^\\u0000-\\u001f\\u007f]*$")]
Phase = Literal["revoked", "past", "future", "current", "lapsed"]


class Credentials(Struct, frozen=True):
    """An account's address and password."""

    email: Annotated[Line, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=1024)]
    name: Annotated[Line, Meta(max_length=100)] = ""
    """What the token is to be called in the list of one's own."""


class Token(Struct, frozen=True):
    """A bearer token; it is shown only once."""

    token: str
    expires_at: datetime


class OwnToken(Struct, frozen=True):
    """One of the caller's own tokens, without its secret."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime


class OwnTokens(Struct, frozen=True):
    """A page of the caller's tokens, the newest first."""

    items: list[OwnToken]
    next: str | None


class Membership(Struct, frozen=True):
    """A role in a unit; `school` is its code, or null for an office above schools."""

    role: Role
    unit: str
    school: str | None


class LentAuthority(Struct, frozen=True):
    """An authority lent to the caller that is in force now."""

    role: Role
    unit: str
    school: str
    capacity: str
    ends_at: datetime


class Me(Struct, frozen=True):
    """The caller, with the posts held and the authority lent to him."""

    id: UUID
    name: str
    email: str
    memberships: list[Membership]
    delegations: list[LentAuthority]


class Mandate(Struct, frozen=True):
    """One of the caller's posts lent to a person, from a first to a last day, both included."""

    role: Literal["principal", "head"]
    to: UUID
    capacity: Literal["KT.", "TUQ."]
    first: date
    last: date
    reason: Annotated[Line, Meta(max_length=500)] = ""
    school: Annotated[str, Meta(max_length=200)] = ""
    """The code of the school whose post is lent, where the caller holds it in several."""


class Delegation(Struct, frozen=True):
    """Authority lent by one person to another; `from` and `to` are users' ids."""

    id: int
    from_id: UUID = field(name="from")
    from_name: str
    to: UUID
    to_name: str
    role: Role
    unit: str
    capacity: str
    first: date
    last: date
    reason: str
    phase: Phase


class Delegations(Struct, frozen=True):
    """A page of delegations, newest first."""

    items: list[Delegation]
    next: str | None
