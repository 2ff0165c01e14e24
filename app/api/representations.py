"""The JSON of records: what is taken and what is given, as types, and how a record is shown."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field
from sqlalchemy.orm import Session

from app.approvals.facts import actions_for
from app.approvals.standing import Standing, standings_of
from app.people.authority import Authority
from app.records.queries import RecordView
from workflows.model import Action, State

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", min_length=64, max_length=64)]
SeenSha256 = Annotated[str, Meta(max_length=200)]
"""What a caller believes the hash to be: whatever is not the present one is merely out of date."""
Comment = Annotated[
    str, Meta(pattern="^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$", max_length=2000)
]
Decidable = Literal["approve", "sign_off", "return", "withdraw"]
MOST_DECISIONS = 500


class Problem(Struct, frozen=True):
    """A refusal (RFC 9457): its code, what is wrong and what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str


class RecordType(Struct, frozen=True):
    """One entry of the catalogue."""

    code: str
    name: str
    tier: str
    period_kind: str


class RecordTypes(Struct, frozen=True):
    """A page of the catalogue."""

    items: list[RecordType]
    next: str | None


class Official(Struct, frozen=True):
    """The sealed PDF as it lies in the school's tree."""

    path: str
    sha256: Sha256
    size: int


class Record(Struct, frozen=True):
    """A record with what the caller may do with it now."""

    id: UUID
    code: str
    school: str
    owner: UUID
    owner_name: str
    department: str | None
    record_type: str
    title: str
    class_name: str = field(name="class")
    subject: str
    period: str
    state: State
    turn: int
    version: int
    sha256: Sha256
    size: int
    pages: int
    actions: list[Action]
    created_at: datetime
    updated_at: datetime
    official: Official | None
    signature_traces: bool
    """The present version holds traces of a digital signature that does not count; it is stamped."""


class Records(Struct, frozen=True):
    """A page of records."""

    items: list[Record]
    next: str | None


class Description(Struct, frozen=True):
    """What is said of a file that is handed in."""

    record_type: Annotated[str, Meta(min_length=1, max_length=40)]
    period: Annotated[str, Meta(min_length=1, max_length=40)]
    title: Annotated[str, Meta(max_length=300)] = ""
    class_name: Annotated[str, Meta(max_length=100)] = field(name="class", default="")
    subject: Annotated[str, Meta(max_length=100)] = ""
    school: Annotated[str, Meta(max_length=100)] = ""
    """The code of the school; needed where one hands in for several."""
    department: Annotated[str, Meta(max_length=100)] = ""
    """The code or name of the department; needed where one is in several."""


class Resubmission(Struct, frozen=True):
    """A new version says nothing of itself beside its file."""


class Decision(Struct, frozen=True):
    """A decision about the turn and the bytes that the caller saw."""

    action: Decidable
    turn: int
    sha256: SeenSha256
    comment: Comment | None = None


class Seen(Struct, frozen=True):
    """A record as the caller saw it."""

    id: Annotated[str, Meta(max_length=100)]
    turn: int
    sha256: SeenSha256


class Decisions(Struct, frozen=True):
    """The same decision about many records."""

    action: Decidable
    items: Annotated[list[Seen], Meta(min_length=1, max_length=MOST_DECISIONS)]
    comment: Comment | None = None


class Result(Struct, frozen=True, omit_defaults=True):
    """What became of one decision: the record as it is now, or the refusal's code."""

    id: str
    ok: bool
    code: str | None = None
    record: Record | None = None


class Results(Struct, frozen=True):
    """One result for each item, in its order."""

    results: list[Result]


class Event(Struct, frozen=True):
    """One step of a record's history, in the names of that day; `actor` is a user's id, or "system"."""

    at: datetime
    actor: str
    actor_name: str | None
    role: str
    capacity: str
    action: Action
    from_state: State | None = field(name="from")
    to_state: State = field(name="to")
    turn: int
    version: int
    sha256: SeenSha256
    comment: str
    actor_position: str
    owner_name: str
    department: str
    school: str


class Events(Struct, frozen=True):
    """A page of a record's history, oldest first."""

    items: list[Event]
    next: str | None


def record(session: Session, authority: Authority, view: RecordView) -> Record:
    """Show a record to this person."""
    return records(session, authority, [view])[0]


def records(session: Session, authority: Authority, views: Sequence[RecordView]) -> list[Record]:
    """Show records to this person, in a number of statements that does not grow with theirs."""
    standings = standings_of(session, [view.record for view in views])
    return [_record(authority, view, standings[view.record.id]) for view in views]


def _record(authority: Authority, view: RecordView, standing: Standing) -> Record:
    row = view.record
    return Record(
        id=row.id,
        code=row.code,
        school=view.school_code,
        owner=row.owner_id,
        owner_name=view.owner_name,
        department=view.department_name,
        record_type=view.type_code,
        title=row.title,
        class_name=row.class_name,
        subject=row.subject,
        period=row.period,
        state=State(row.state),
        turn=row.turn,
        version=row.version,
        sha256=row.sha256,
        size=row.size,
        pages=row.pages,
        actions=list(actions_for(authority, row, standing)),
        created_at=row.created_at.astimezone(UTC),
        updated_at=row.updated_at.astimezone(UTC),
        official=_official(view),
        signature_traces=view.signature_traces,
    )


def _official(view: RecordView) -> Official | None:
    filed = view.official
    if filed is None or filed.path is None:
        return None
    return Official(filed.path, filed.sha256, filed.size)
