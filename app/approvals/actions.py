"""Decisions: the one door through which a record changes its state."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, null, select, true, update
from sqlalchemy.orm import Session

from app.approvals.facts import SYSTEM_FACTS, Hat, facts_of, hat_for
from app.approvals.models import Event
from app.audit.chain import Happening, append
from app.db import now
from app.errors import CommentRequired, NotAllowed, NotFound, NotNow, Refused, Stale
from app.jobs import defer
from app.people.authority import Authority
from app.records.intake import Document, add_version
from app.records.models import Record
from app.records.queries import visible_to
from app.schools.models import School
from workflows.definitions import definition, who_decides
from workflows.engine import Refusal, Request, decide
from workflows.model import Action, State, Transition

_REFUSED: dict[Refusal, type[Refused]] = {
    Refusal.NOT_ALLOWED: NotAllowed,
    Refusal.STALE: Stale,
    Refusal.NOT_NOW: NotNow,
    Refusal.COMMENT_REQUIRED: CommentRequired,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides about the turn and the bytes he saw."""

    record_id: uuid.UUID
    action: Action
    turn: int
    sha256: str
    comment: str = ""
    document: Document | None = None
    """The new bytes that a resubmission brings."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision: accepted, unless there is a refusal."""

    record_id: uuid.UUID
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """Everything that is the same for records moved together."""

    source: State
    transition: Transition
    hat: Hat
    waiting_for: str | None
    comment: str
    school: str


@dataclass(frozen=True, slots=True)
class _Move:
    record: Record
    step: _Step
    document: Document | None


def act(session: Session, actor: Authority | None, decision: Decision) -> None:
    """Carry out one decision of a person, or of the system when `actor` is None.

    Writes state, event, audit entry and jobs in the caller's transaction. Raises `NotFound`,
    `NotAllowed`, `Stale`, `NotNow` or `CommentRequired`.
    """
    (outcome,) = act_on_many(session, actor, [decision])
    if outcome.refusal is not None:
        raise outcome.refusal


def act_on_many(session: Session, actor: Authority | None, decisions: Sequence[Decision]) -> list[Outcome]:
    """Carry out decisions in one go, in a number of statements that does not grow with theirs.

    Returns an outcome for each, in order; a refusal spoils no other. Of two decisions about one
    record the second finds an older turn.
    """
    locked = _lock(session, actor, {decision.record_id for decision in decisions})
    moves: dict[uuid.UUID, _Move] = {}
    outcomes = []
    for decision in decisions:
        verdict = _judge(actor, locked.get(decision.record_id), decision, decision.record_id in moves)
        if isinstance(verdict, _Move):
            moves[decision.record_id] = verdict
        outcomes.append(Outcome(decision.record_id, verdict if isinstance(verdict, Refused) else None))
    _carry_out(session, actor, list(moves.values()))
    return outcomes


def begin(session: Session, owner: Authority, record: Record, document: Document, school: str) -> None:
    """Put a new record at the start of its route, with its first version and the event of its upload."""
    route = definition(record.route, record.route_version)
    record.state, record.turn = route.initial, 1
    record.waiting_for, record.waiting_since = who_decides(route, route.initial), now()
    add_version(session, record, document, owner.user_id)
    event = Event(
        record_id=record.id,
        turn=record.turn,
        actor_id=owner.user_id,
        role="owner",
        action=Action.SUBMIT,
        from_state=None,
        to_state=record.state,
        version=record.version,
        sha256=record.sha256,
    )
    session.add(event)
    session.flush()
    facts = {"to": record.state, "turn": 1, "version": 1, "sha256": record.sha256, "role": "owner"}
    append(session, school, [Happening("record.submit", str(owner.user_id), str(record.id), facts)])


def _judge(
    actor: Authority | None, found: tuple[Record, str] | None, decision: Decision, already_moved: bool
) -> _Move | Refused:
    if found is None:
        return NotFound()
    if already_moved:
        return Stale()
    record, school = found
    route = definition(record.route, record.route_version)
    source = State(record.state)
    verdict = decide(
        route,
        source,
        turn=record.turn,
        sha256=record.sha256,
        request=Request(decision.action, decision.turn, decision.sha256, decision.comment),
        facts=SYSTEM_FACTS if actor is None else facts_of(actor, record),
    )
    if isinstance(verdict, Refusal):
        return _REFUSED[verdict]()
    hat = Hat("system") if actor is None else hat_for(actor, record)
    step = _Step(source, verdict, hat, who_decides(route, verdict.target), decision.comment.strip(), school)
    return _Move(record, step, decision.document)


def _lock(
    session: Session, actor: Authority | None, record_ids: set[uuid.UUID]
) -> dict[uuid.UUID, tuple[Record, str]]:
    """Lock the records the actor may know of, always in the same order, and read them afresh."""
    visible = true() if actor is None else visible_to(actor)
    rows = session.execute(
        select(Record, School.code)
        .join(School, School.id == Record.school_id)
        .where(Record.id.in_(record_ids), visible)
        .order_by(Record.id)
        .with_for_update(of=Record)
        .execution_options(populate_existing=True)
    )
    return {record.id: (record, school) for record, school in rows}


def _carry_out(session: Session, actor: Authority | None, moves: Sequence[_Move]) -> None:
    if not moves:
        return
    at = now()
    for move in moves:
        if move.document is not None and actor is not None:
            add_version(session, move.record, move.document, actor.user_id)
    session.flush()
    together: dict[_Step, list[Record]] = defaultdict(list)
    for move in moves:
        together[move.step].append(move.record)
    for step, records in together.items():
        _write(session, actor, step, [record.id for record in records], at)
        for job in step.transition.jobs:
            defer(session, job, [{"record_id": str(record.id)} for record in records])
    by_school: dict[str, list[Happening]] = defaultdict(list)
    for move in moves:
        by_school[move.step.school].append(_happening(actor, move))
    for school in sorted(by_school):
        append(session, school, by_school[school])


def _write(
    session: Session, actor: Authority | None, step: _Step, record_ids: list[uuid.UUID], at: datetime
) -> None:
    """Move the records and write their events, in one statement."""
    target = step.transition.target
    moved = (
        update(Record)
        .where(Record.id.in_(record_ids))
        .values(
            state=target,
            turn=Record.turn + 1,
            waiting_for=step.waiting_for,
            waiting_since=at if step.waiting_for else None,
            updated_at=at,
        )
        .returning(Record.id, Record.turn, Record.version, Record.sha256)
        .cte("moved")
    )
    event: dict[str, Any] = {
        "record_id": moved.c.id,
        "turn": moved.c.turn,
        "at": literal(at),
        "actor_id": null() if actor is None else literal(actor.user_id),
        "role": literal(step.hat.role),
        "capacity": literal(step.hat.capacity),
        "action": literal(step.transition.action.value),
        "from_state": literal(step.source.value),
        "to_state": literal(target.value),
        "version": moved.c.version,
        "sha256": moved.c.sha256,
        "comment": literal(step.comment),
    }
    session.execute(insert(Event).from_select(list(event), select(*event.values())))


def _happening(actor: Authority | None, move: _Move) -> Happening:
    record, step = move.record, move.step
    return Happening(
        kind=f"record.{step.transition.action}",
        actor="system" if actor is None else str(actor.user_id),
        subject=str(record.id),
        facts={
            "from": step.source.value,
            "to": step.transition.target.value,
            "turn": record.turn + 1,
            "version": record.version,
            "sha256": record.sha256,
            "role": step.hat.role,
            "capacity": step.hat.capacity,
            "comment": step.comment,
        },
    )
