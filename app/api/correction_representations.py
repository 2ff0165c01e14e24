"""The JSON of corrections."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from app.api.representations import Comment, SeenSha256
from app.corrections.models import CorrectionState, Part


class CorrectionRequest(Struct, frozen=True):
    """Which record is to be corrected, and what is wrong in it."""

    record: Annotated[str, Meta(max_length=100)]
    reason: Comment = ""


class CorrectionWord(Struct, frozen=True):
    """The principal's word: `until` belongs to a consent, `comment` to a refusal.

    `until` is a moment (ISO 8601, in Vietnam's time where it names no zone) or a day, open to its end.
    """

    action: Literal["consent", "refuse"]
    until: Annotated[str, Meta(max_length=40)] | None = None
    comment: Comment | None = None


class Confirmation(Struct, frozen=True):
    """What the witness saw; without it he confirms what is there now."""

    version: int | None = None
    sha256: SeenSha256 | None = None


class Witness(Struct, frozen=True):
    """One confirmation; it counts as long as no later version was handed in."""

    part: Part
    user: UUID
    name: str
    at: datetime
    version: int
    sha256: str


class Correction(Struct, frozen=True):
    """A correction of one record, from the request to its closing."""

    id: int
    state: CorrectionState
    record: UUID
    title: str
    school: str
    record_type: str
    period: str
    reason: str
    requested_by: UUID
    requested_by_name: str
    requested_at: datetime
    old_version: int
    old_sha256: str
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    capacity: str
    comment: str
    until: datetime | None
    closed_at: datetime | None
    ending: str
    new_version: int | None
    new_sha256: str | None
    witnesses: list[Witness]


class Corrections(Struct, frozen=True):
    """A page of corrections, newest first."""

    items: list[Correction]
    next: str | None
