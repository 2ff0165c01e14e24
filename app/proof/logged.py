"""What the audit log says of a record's signing and filing, for the check page to compare with."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, cast, select
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Session

from app.approvals.models import Event
from app.audit.chain import is_intact
from app.audit.models import AuditEntry
from app.proof.agreement import FILED_BEFORE
from app.records.models import Record
from app.schools.models import School
from workflows.model import Action

SIGNED = f"record.{Action.SIGN_OFF}"
_SIGNATURES = (f"record.{Action.APPROVE}", SIGNED)
FILINGS = (f"record.{Action.FILE}", FILED_BEFORE)


@dataclass(frozen=True)
class Hashes:
    """The SHA-256 of what was filed: the official file, and the certificate beside it, or empty."""

    official: str
    certificate: str = ""


def logged_filing(session: Session, record_id: uuid.UUID, turn: int) -> Hashes | None:
    """Return what the log says was filed after the sign-off of this turn; None where it says nothing whole.

    The first entry counts: whoever can add to the log could add a second one.
    """
    own = _entries(record_id, turn + 1).where(AuditEntry.kind.in_(FILINGS))
    entry = session.scalars(own.where(AuditEntry.facts.has_key("official_sha256"))).first()
    if entry is None or not is_intact(entry):
        return None
    return Hashes(str(entry.facts["official_sha256"]), str(entry.facts.get("certificate_sha256", "")))


def logged_approval(session: Session, record_id: uuid.UUID, turn: int) -> str | None:
    """Return the SHA-256 of the bytes that the log says were signed off in this turn."""
    entry = session.scalars(_entries(record_id, turn).where(AuditEntry.kind == SIGNED)).first()
    return str(entry.facts["sha256"]) if entry is not None and is_intact(entry) else None


def is_told_of(session: Session, decided: Sequence[tuple[Event, str]]) -> bool:
    """Tell whether the log says the same of signatures, given with the hashes of the names they keep.

    Entries from before they held that hash say nothing of names.
    """
    (record_id,) = {str(event.record_id) for event, _ in decided}
    entries = session.scalars(
        select(AuditEntry)
        .join(School, School.code == AuditEntry.chain)
        .join(Record, Record.school_id == School.id)
        .where(Record.id == record_id, AuditEntry.subject == record_id, AuditEntry.kind.in_(_SIGNATURES))
        .order_by(AuditEntry.number.desc())
    )
    first = {(entry.kind, entry.facts["turn"]): entry for entry in entries}
    told = [(first.get((f"record.{event.action}", event.turn)), event, names) for event, names in decided]
    return all(_tells(*each) for each in told)


def _tells(entry: AuditEntry | None, event: Event, names_sha256: str) -> bool:
    if entry is None or not is_intact(entry):
        return False
    said = {"names_sha256": names_sha256, **entry.facts}
    shown = {"role": event.role, "capacity": event.capacity, "names_sha256": names_sha256}
    return entry.actor == str(event.actor_id) and all(said.get(name, "") == shown[name] for name in shown)


def records_filed_as(sha256: str) -> Select[uuid.UUID, datetime]:
    """Select the records that the log says these bytes were filed of, and when."""
    filed = AuditEntry.facts["official_sha256"].astext == sha256
    named = AuditEntry.kind.in_(FILINGS)
    return select(cast(AuditEntry.subject, UUID(as_uuid=True)), AuditEntry.at).where(named, filed)


def _entries(record_id: uuid.UUID, turn: int) -> Select[AuditEntry]:
    """Select the entries of a record's own chain about one turn, the first one first."""
    return (
        select(AuditEntry)
        .join(School, School.code == AuditEntry.chain)
        .join(Record, Record.school_id == School.id)
        .where(
            Record.id == record_id,
            AuditEntry.subject == str(record_id),
            AuditEntry.facts["turn"].as_integer() == turn,
        )
        .order_by(AuditEntry.number)
        .limit(1)
    )
