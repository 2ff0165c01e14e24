"""Decisions: the one door through which a record changes its state."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Insert,
    String,
    Uuid,
    any_,
    bindparam,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from app.approvals.facts import SYSTEM_FACTS, Hat, facts_of, hat_for
from app.approvals.models import Event
from app.audit.chain import Happening, append
from app.db import Base, now
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
    at = now()
    together: dict[_Step, list[uuid.UUID]] = defaultdict(list)
    by_school: dict[str, list[Happening]] = defaultdict(list)
    for move in moves:
        if move.document is not None and actor is not None:
            add_version(session, move.record, move.document, actor.user_id)
        together[move.step].append(move.record.id)
        by_school[move.step.school].append(_happening(actor, move))
    for step, record_ids in together.items():
        _write(session, actor, step, record_ids, at)
        for job in step.transition.jobs:
            defer(session, job, [{"record_id": str(record_id)} for record_id in record_ids])
    for school in sorted(by_school):
        append(session, school, by_school[school])
    for move in moves:
        session.expire(move.record)


def _write(
    session: Session, actor: Authority | None, step: _Step, record_ids: list[uuid.UUID], at: datetime
) -> None:
    session.execute(
        _MOVE,
        {
            "record_ids": record_ids,
            "new_state": step.transition.target,
            "new_waiting_for": step.waiting_for,
            "new_waiting_since": at if step.waiting_for else None,
            "now": at,
            "who": None if actor is None else actor.user_id,
            "hat_role": step.hat.role,
            "hat_capacity": step.hat.capacity,
            "done": step.transition.action,
            "source": step.source,
            "remark": step.comment,
        },
    )


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


def _moving() -> Insert:
    """Build the one statement that moves records and writes their events."""
    records, events = Base.metadata.tables["records"], Base.metadata.tables["events"]
    moved = (
        update(records)
        .where(records.c.id == any_(bindparam("record_ids", type_=ARRAY(Uuid))))
        .values(
            state=bindparam("new_state"),
            turn=records.c.turn + 1,
            waiting_for=bindparam("new_waiting_for"),
            waiting_since=bindparam("new_waiting_since"),
            updated_at=bindparam("now"),
        )
        .returning(records.c.id, records.c.turn, records.c.version, records.c.sha256, records.c.state)
        .cte("moved")
    )
    event: dict[str, ColumnElement[Any]] = {
        "record_id": moved.c.id,
        "turn": moved.c.turn,
        "at": bindparam("now", type_=events.c.at.type),
        "actor_id": bindparam("who", type_=Uuid),
        "role": bindparam("hat_role", type_=String),
        "capacity": bindparam("hat_capacity", type_=String),
        "action": bindparam("done", type_=String),
        "from_state": bindparam("source", type_=String),
        "to_state": moved.c.state,
        "version": moved.c.version,
        "sha256": moved.c.sha256,
        "comment": bindparam("remark", type_=String),
    }
    return insert(events).from_select(list(event), select(*event.values()))


_MOVE = _moving()
