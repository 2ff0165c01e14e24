"""What has happened to records: the steps of one with the names of those who acted, and where it stands."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.approvals.models import Event
from app.people.positions import stands_for
from app.records.models import Record
from workflows.definitions import definition
from workflows.model import BESIDE, Action, State

_STARTS = frozenset({Action.SUBMIT, Action.RESUBMIT})
_STOPPED = frozenset({State.RETURNED, State.WITHDRAWN})
_WAY = (Action.SUBMIT, Action.APPROVE, Action.SIGN_OFF, Action.FILE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a record's history; `actor` is named as on that day, empty when the system acted."""

    event: Event
    actor: str

    @property
    def authority(self) -> str:
        """The role whose authority was exercised: a deputy head acts in the head's stead."""
        return stands_for(self.event.role)


class Reached(StrEnum):
    """How far one step of the way has come."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from upload to the tree, and who took it if it was taken."""

    action: Action
    reached: Reached
    entry: Entry | None = None


def history_of(session: Session, record_id: uuid.UUID) -> list[Entry]:
    """List the steps of a record that the caller may know of, the first one first."""
    events = session.scalars(select(Event).where(Event.record_id == record_id).order_by(Event.turn))
    return [Entry(event, event.actor_name) for event in events]


def latest_comments(session: Session, record_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Return what was said with the latest step of each record that has a word to it.

    A handover or another decider is no such step: the taker has to read why a record was returned.
    """
    latest = (
        select(Event.record_id, Event.comment)
        .ext(distinct_on(Event.record_id))
        .where(Event.record_id.in_(record_ids), Event.action.not_in(BESIDE))
        .order_by(Event.record_id, Event.turn.desc())
        .subquery()
    )
    return dict(session.execute(select(latest).where(latest.c.comment != "")).all())


def latest_step(history: Sequence[Entry]) -> Entry:
    """Return the step that brought a record where it stands; another owner or decider does not move it."""
    return next(entry for entry in reversed(history) if entry.event.action not in BESIDE)


def taken_since(history: Sequence[Entry], turn: int | None) -> list[Entry]:
    """Return the steps that were taken after a turn that somebody saw; none where that is not known."""
    return [] if turn is None else [entry for entry in history if entry.event.turn > turn]


def steps_of(record: Record, history: Sequence[Entry]) -> list[Step]:
    """Lay out the way of a record in its present round: what is done, what is due, what is ahead."""
    route = definition(record.route, record.route_version)
    known = {transition.action for transition in route.transitions} | {Action.SUBMIT}
    taken = _present_round(history)
    steps: list[Step] = []
    for action in (each for each in _WAY if each in known):
        due = all(step.reached is Reached.DONE for step in steps)
        steps.append(Step(action, _reached(record, action in taken, due), taken.get(action)))
    return steps


def _reached(record: Record, is_taken: bool, is_due: bool) -> Reached:
    if is_taken:
        return Reached.DONE
    if not is_due:
        return Reached.AHEAD
    return Reached.STOPPED if record.state in _STOPPED else Reached.NOW


def _present_round(history: Sequence[Entry]) -> dict[Action, Entry]:
    taken: dict[Action, Entry] = {}
    for entry in history:
        action = Action(entry.event.action)
        if action in _STARTS:
            taken = {Action.SUBMIT: entry}
        else:
            taken[action] = entry
    return taken
