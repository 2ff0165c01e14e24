"""The JSON of obligations, as types."""

from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct, field

from app.obligations.queries import OwedView
from app.obligations.standing import Status


class Obligation(Struct, frozen=True):
    """One record that is owed; `owner` is who is to be asked for it, or null when nobody is."""

    id: int
    school: str
    record_type: str
    owner: UUID | None
    owner_name: str | None
    department: str | None
    class_name: str = field(name="class")
    subject: str
    title: str
    period: str
    opens_at: datetime | None
    due_at: datetime
    status: Status
    record: UUID | None


class Obligations(Struct, frozen=True):
    """A page of obligations; it may be short though the list goes on."""

    items: list[Obligation]
    next: str | None


def obligation(view: OwedView) -> Obligation:
    """Show one obligation."""
    return Obligation(
        id=view.id,
        school=view.school_code,
        record_type=view.type_code,
        owner=view.owner_id,
        owner_name=view.owner_name,
        department=view.department_name,
        class_name=view.class_name,
        subject=view.subject,
        title=view.title,
        period=view.period,
        opens_at=None if view.opens_at is None else view.opens_at.astimezone(UTC),
        due_at=view.due_at.astimezone(UTC),
        status=Status(view.status),
        record=view.record_id,
    )
