"""The history of a record."""

import uuid
from datetime import UTC

from flask import Response

from app.api import representations as shown
from app.api.answers import answer
from app.api.paging import page_of_all
from app.approvals.history import Entry, history_of
from app.page import session
from app.people.authority import Authority
from app.records.queries import view_of
from workflows.model import Action, State

SYSTEM = "system"


def show_events(authority: Authority, record_id: uuid.UUID) -> Response:
    """List what happened to a record, oldest first."""
    view_of(session(), authority, record_id)
    entries, following = page_of_all(history_of(session(), record_id), lambda entry: str(entry.event.turn))
    return answer(shown.Events([_shown(entry) for entry in entries], following))


def _shown(entry: Entry) -> shown.Event:
    event = entry.event
    return shown.Event(
        at=event.at.astimezone(UTC),
        actor=SYSTEM if event.actor_id is None else str(event.actor_id),
        actor_name=entry.actor or None,
        role=event.role,
        capacity=event.capacity,
        action=Action(event.action),
        from_state=None if event.from_state is None else State(event.from_state),
        to_state=State(event.to_state),
        turn=event.turn,
        version=event.version,
        sha256=event.sha256,
        comment=event.comment,
        actor_position=event.position,
        owner_name=event.owner_name,
        department=event.department_name,
        school=event.school_name,
    )
