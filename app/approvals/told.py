"""Whether the audit log tells the same of a record's steps as the rows that are shown and printed."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.approvals.models import Event
from app.approvals.naming import logged
from app.audit.chain import is_intact
from app.audit.models import AuditEntry
from app.records.models import Record
from app.schools.models import School
from workflows.model import Action

HANDED_OVER_BEFORE = "record.handed_over_before"
"""The kind of the entries that stand in for those which handovers did not have at first."""
_PRINTED = (Action.SUBMIT, Action.RESUBMIT, Action.HAND_OVER, Action.APPROVE, Action.SIGN_OFF)
"""The steps that stand on a certificate."""

Logged = tuple[Event, Mapping[str, str]]
"""A step with `naming.LOGGED` of it."""


def printed_steps_are_told(session: Session, record: Record) -> bool:
    """Tell whether the log says the same of all that a record's certificate says of its steps.

    Whoever can only add rows could add a step that nobody took. Any entry counts that says the same: what was
    written into the log before a step took place cannot have known its moment.
    """
    own = (Event.record_id == record.id, Event.version <= record.version, Event.action.in_(_PRINTED))
    steps = session.execute(select(Event, logged()).where(*own)).all()
    entries = _by_step(session, record.id, [(event, told) for event, told in steps])
    return all(
        any(_tells(entry, event, own) for entry in entries.get(_step_of(event), ())) for event, own in steps
    )


def is_told_of(session: Session, record_id: uuid.UUID, steps: Sequence[Logged]) -> bool:
    """Tell whether the log says the same of each step; the first entry of a turn counts.

    Entries from before they held that say nothing of names, or of the moment.
    """
    entries = _by_step(session, record_id, steps)
    told = [(entries.get(_step_of(event), []), event, own) for event, own in steps]
    return all(found and _tells(found[0], event, own) for found, event, own in told)


def about(record_id: uuid.UUID, kinds: Sequence[str]) -> Select[AuditEntry]:
    """Select the entries of some kinds in a record's own chain that are about it."""
    return in_own_chain(record_id).where(AuditEntry.kind.in_(kinds))


def in_own_chain(record_id: uuid.UUID) -> Select[AuditEntry]:
    """Select the entries of the chain of a record's school that are about it."""
    return (
        select(AuditEntry)
        .join(School, School.code == AuditEntry.chain)
        .join(Record, Record.school_id == School.id)
        .where(Record.id == record_id, AuditEntry.subject == str(record_id))
    )


def _by_step(
    session: Session, record_id: uuid.UUID, steps: Sequence[Logged]
) -> Mapping[tuple[str, str], list[AuditEntry]]:
    """Return the entries about some steps by kind and turn, the first one first."""
    kinds = {f"record.{event.action}" for event, _ in steps} | {HANDED_OVER_BEFORE}
    found: dict[tuple[str, str], list[AuditEntry]] = {}
    for entry in session.scalars(about(record_id, sorted(kinds)).order_by(AuditEntry.number)):
        found.setdefault((_kind_of(entry), str(entry.facts.get("turn"))), []).append(entry)
    return found


def _step_of(event: Event) -> tuple[str, str]:
    return f"record.{event.action}", str(event.turn)


def _kind_of(entry: AuditEntry) -> str:
    return f"record.{Action.HAND_OVER}" if entry.kind == HANDED_OVER_BEFORE else entry.kind


def _tells(entry: AuditEntry, event: Event, logged: Mapping[str, str]) -> bool:
    if not is_intact(entry):
        return False
    said = {**logged, **entry.facts}
    fields = {"role": event.role, "capacity": event.capacity, "comment": event.comment}
    actor = "system" if event.actor_id is None else str(event.actor_id)
    return entry.actor == actor and all(
        said.get(name, "") == own for name, own in {**fields, **logged}.items()
    )
