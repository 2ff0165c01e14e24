"""Decisions: the one door through which a record changes its state."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, true
from sqlalchemy.orm import Session

from app.approvals.describing import described, described_with_type, documents
from app.approvals.facts import ActingPost, acting_post_for
from app.approvals.judging import judge
from app.approvals.moving import MOVE, MOVE_ONE
from app.approvals.naming import write_event
from app.approvals.standing import FREE, Standing, standings_of
from app.audit.chain import Happening, append
from app.catalogue.models import RecordType
from app.corrections.closing import close_filed
from app.db import now
from app.errors import NotAllowed, NotFound, Refused, Stale
from app.jobs import defer
from app.people.authority import Authority
from app.people.holding import caller_now, keeping
from app.records.intake import Document, add_version
from app.records.models import Record
from app.records.queries import visible_to
from app.schools.models import School
from app.words import lined
from workflows.definitions import definition, who_decides
from workflows.engine import Request
from workflows.model import Action, State, Transition


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
    proof: Mapping[str, str] = field(default_factory=dict)
    """Hashes that belong into the audit entry beside that of the approved bytes, by their names there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision: accepted, unless there is a refusal."""

    record_id: uuid.UUID
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A record as it was locked, with its school's code, and code and name of its type."""

    record: Record
    school: str
    type_code: str
    type_name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Step:
    """Everything that is the same for records moved together."""

    source: State
    transition: Transition
    post: ActingPost
    waiting_for: str | None
    comment: str
    school: str


@dataclass(frozen=True, slots=True)
class _Move:
    found: _Found
    step: _Step
    decision: Decision

    @property
    def record(self) -> Record:
        """The record that is moved."""
        return self.found.record


_RECORDS: BindParameter[Any] = bindparam("records", expanding=True)
_KEEP = keeping(select(Record.school_id).where(Record.id.in_(_RECORDS)))


def act(session: Session, actor: Authority | None, decision: Decision) -> None:
    """Carry out one decision of a person, or of the system when `actor` is None.

    Writes state, event, audit entry and jobs in the caller's transaction. Raises `NotFound`,
    `NotAllowed`, `Stale`, `Locked`, `NotNow` or `CommentRequired`.
    """
    (outcome,) = act_on_many(session, actor, [decision])
    if outcome.refusal is not None:
        raise outcome.refusal


def act_on_many(session: Session, actor: Authority | None, decisions: Sequence[Decision]) -> list[Outcome]:
    """Carry out decisions in one go, in a number of statements that does not grow with theirs.

    Returns an outcome for each, in order; a refusal spoils no other. Of two decisions about one
    record the second finds an older turn. What the actor may do is asked anew, once nobody can change it.
    """
    record_ids = {decision.record_id for decision in decisions}
    try:
        present = None if actor is None else _present(session, actor, record_ids)
    except NotAllowed as refusal:
        return [Outcome(decision.record_id, refusal) for decision in decisions]
    return _decide(session, present, decisions, _lock(session, present, record_ids))


def _decide(
    session: Session,
    actor: Authority | None,
    decisions: Sequence[Decision],
    found: Mapping[uuid.UUID, _Found],
) -> list[Outcome]:
    moves: dict[uuid.UUID, _Move] = {}
    outcomes = []
    for decision in decisions:
        verdict = _judge(actor, found.get(decision.record_id), decision, decision.record_id in moves)
        if isinstance(verdict, _Move):
            moves[decision.record_id] = verdict
        outcomes.append(Outcome(decision.record_id, verdict if isinstance(verdict, Refused) else None))
    _carry_out(session, actor, list(moves.values()))
    return outcomes


def begin(session: Session, owner: Authority, record: Record, document: Document) -> Happening:
    """Put a new record at the start of its route, with its first version and the event of its upload.

    Returns what the caller appends to the school's audit chain, last.
    """
    route = definition(record.route, record.route_version)
    record.state, record.turn = route.initial, 1
    record.waiting_for, record.waiting_since = who_decides(route, route.initial), now()
    record.handed_in_by_id, record.approved_by_id = owner.user_id, None
    add_version(session, record, document, owner.user_id)
    post = acting_post_for(owner, record)
    logged = write_event(session, record, post, role="owner", actor_id=owner.user_id, action=Action.SUBMIT)
    facts = {
        "to": record.state,
        "turn": 1,
        "version": 1,
        "sha256": record.sha256,
        "role": "owner",
        "record": described_with_type(session, record),
        "documents": documents(record.version, document),
        **logged,
    }
    return Happening("record.submit", str(owner.user_id), str(record.id), facts)


def _judge(
    actor: Authority | None, found: _Found | None, decision: Decision, already_moved: bool
) -> _Move | Refused:
    if found is None:
        return NotFound()
    if already_moved:
        return Stale()
    record = found.record
    route = definition(record.route, record.route_version)
    request = Request(decision.action, decision.turn, decision.sha256, lined(decision.comment))
    verdict = judge(actor, record, found.standing, request)
    if isinstance(verdict, Refused):
        return verdict
    post = ActingPost("system") if actor is None else acting_post_for(actor, record)
    waiting_for = who_decides(route, verdict.target)
    step = _Step(State(record.state), verdict, post, waiting_for, lined(decision.comment), found.school)
    return _Move(found, step, decision)


def _present(session: Session, actor: Authority, record_ids: set[uuid.UUID]) -> Authority:
    """Return the actor as he is now; nobody's posts change meanwhile, and no period is closed."""
    session.execute(_KEEP, {_RECORDS.key: list(record_ids)})
    return caller_now(session, actor)


def _lock(session: Session, actor: Authority | None, record_ids: set[uuid.UUID]) -> dict[uuid.UUID, _Found]:
    """Lock the records the actor may know of, always in the same order, and read them afresh.

    The system files also what was closed since.
    """
    visible = true() if actor is None else visible_to(actor)
    rows = session.execute(
        select(Record, School.code, RecordType.code, RecordType.name)
        .join(School, School.id == Record.school_id)
        .join(RecordType, RecordType.id == Record.record_type_id)
        .where(Record.id.in_(record_ids), visible)
        .order_by(Record.id)
        .with_for_update(of=Record)
        .execution_options(populate_existing=True)
    ).all()
    if actor is None:
        return {row[0].id: _Found(*row, FREE) for row in rows}
    standings = standings_of(session, [record for record, *_ in rows])
    return {row[0].id: _Found(*row, standings[row[0].id]) for row in rows}


def _carry_out(session: Session, actor: Authority | None, moves: Sequence[_Move]) -> None:
    for move in moves:
        document = move.decision.document
        if document is not None and actor is not None:
            add_version(session, move.record, document, actor.user_id)
    logged = _move_together(session, actor, moves)
    by_school: dict[str, list[Happening]] = defaultdict(list)
    for move in moves:
        by_school[move.step.school].append(_happening(actor, move, logged[move.record.id]))
    filed = [move.record.id for move in moves if move.step.transition.action is Action.FILE]
    for school, closed in close_filed(session, filed):
        by_school[school].append(closed)
    for school in sorted(by_school):
        append(session, school, by_school[school])
    for move in moves:
        session.expire(move.record)


def _move_together(
    session: Session, actor: Authority | None, moves: Sequence[_Move]
) -> Mapping[uuid.UUID, Mapping[str, str]]:
    """Move the records of each step in one statement; returns by record what its entry holds of its event."""
    at, logged = now(), dict[uuid.UUID, Mapping[str, str]]()
    together: dict[_Step, list[uuid.UUID]] = defaultdict(list)
    for move in moves:
        together[move.step].append(move.record.id)
    for step, record_ids in together.items():
        logged |= _write(session, actor, step, record_ids, at)
        for job in step.transition.jobs:
            defer(session, job, [{"record_id": str(record_id)} for record_id in record_ids])
    return logged


def _write(
    session: Session, actor: Authority | None, step: _Step, record_ids: list[uuid.UUID], at: datetime
) -> dict[uuid.UUID, Mapping[str, str]]:
    """Move records together; returns what the entry of each one holds of its event."""
    written = session.execute(
        MOVE_ONE if len(record_ids) == 1 else MOVE,
        {
            "record_ids": record_ids,
            "record_id": record_ids[0],
            "new_state": step.transition.target,
            "new_waiting_for": step.waiting_for,
            "new_waiting_since": at if step.waiting_for else None,
            "now": at,
            "who": None if actor is None else actor.user_id,
            "post_role": step.post.role,
            "post_capacity": step.post.capacity,
            "post_title": step.post.title,
            "post_unit_id": step.post.unit_id,
            "done": step.transition.action,
            "source": step.source,
            "remark": step.comment,
        },
    )
    return {each.record_id: each.logged for each in written}


def _happening(actor: Authority | None, move: _Move, logged: Mapping[str, str]) -> Happening:
    record, step, document = move.record, move.step, move.decision.document
    brought = {"documents": documents(record.version, document)} if document is not None else {}
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
            "role": step.post.role,
            "capacity": step.post.capacity,
            "comment": step.comment,
            "record": described(record, move.found.type_code, move.found.type_name),
            **brought,
            **logged,
            **move.decision.proof,
        },
    )
