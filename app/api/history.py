"""Reading a record's history with the names of those who acted."""

import uuid
from datetime import UTC

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api import representations as shown
from app.approvals.models import Event
from app.people.models import User
from workflows.model import Action, State

SYSTEM = "system"


def history_of(session: Session, record_id: uuid.UUID, *, limit: int, after: int) -> list[shown.Event]:
    """List up to `limit` steps of a record that the caller may know of, past the turn `after`."""
    rows = session.execute(
        select(Event, User.name)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.record_id == record_id, Event.turn > after)
        .order_by(Event.turn)
        .limit(limit)
    )
    return [_shown(event, name) for event, name in rows]


def _shown(event: Event, actor_name: str | None) -> shown.Event:
    return shown.Event(
        at=event.at.astimezone(UTC),
        actor=SYSTEM if event.actor_id is None else str(event.actor_id),
        actor_name=actor_name,
        role=event.role,
        capacity=event.capacity,
        action=Action(event.action),
        from_state=None if event.from_state is None else State(event.from_state),
        to_state=State(event.to_state),
        turn=event.turn,
        version=event.version,
        sha256=event.sha256,
        comment=event.comment,
    )
