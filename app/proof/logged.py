"""What the audit log says of a record's signing and filing, for the check page to compare with."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, cast, select
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Session

from app.approvals.told import about, in_own_chain
from app.audit.chain import is_intact
from app.audit.models import AuditEntry
from app.proof.agreement import FILED_BEFORE
from workflows.model import Action

SIGNED = f"record.{Action.SIGN_OFF}"
FILINGS = (f"record.{Action.FILE}", FILED_BEFORE)
_ID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


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


def was_logged(session: Session, record_id: uuid.UUID, sha256: str) -> bool:
    """Tell whether the log says of these bytes that they were signed off or filed in any turn of a record."""
    entries = session.scalars(about(record_id, (SIGNED, *FILINGS)).order_by(AuditEntry.number.desc()))
    hashed = [(entry, _hashes_in(entry)) for entry in entries]
    first = {
        (entry.kind == SIGNED, str(entry.facts.get("turn"))): (entry, hashes)
        for entry, hashes in hashed
        if hashes
    }
    return any(sha256 in hashes and is_intact(entry) for entry, hashes in first.values())


def _hashes_in(entry: AuditEntry) -> set[object]:
    names = ("sha256",) if entry.kind == SIGNED else ("official_sha256", "certificate_sha256")
    return {entry.facts[name] for name in names if isinstance(entry.facts.get(name), str)}


def records_filed_as(sha256: str) -> Select[uuid.UUID, datetime]:
    """Select the records that the log says these bytes were filed of, and when; null for no id."""
    filed = AuditEntry.facts["official_sha256"].astext == sha256
    named = AuditEntry.kind.in_(FILINGS)
    # Only a CASE says what is looked at first: conditions of a WHERE may be taken in any order.
    record_id = case((AuditEntry.subject.regexp_match(_ID), cast(AuditEntry.subject, UUID(as_uuid=True))))
    return select(record_id, AuditEntry.at).where(named, filed)


def _entries(record_id: uuid.UUID, turn: int) -> Select[AuditEntry]:
    """Select the entry of a record's own chain about one turn that was the first."""
    own = in_own_chain(record_id).where(AuditEntry.facts["turn"].astext == str(turn))
    return own.order_by(AuditEntry.number).limit(1)
