"""What a signed record was when it was signed, as the audit log tells it, beside what its row says today."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.approvals.describing import CHANGING, DESCRIBED_BEFORE, NAME, described_with_type
from app.approvals.models import Event
from app.approvals.told import about
from app.audit.chain import is_intact
from app.audit.models import AuditEntry
from app.records.models import Record
from workflows.model import Action

_SIGNED = f"record.{Action.SIGN_OFF}"
_MAY_CHANGE = frozenset({NAME, *CHANGING[f"record.{Action.RESUBMIT}"], "keeper"})
"""What a record that was signed may still change: another keeper, another route for its next version."""


@dataclass(frozen=True)
class AsSigned:
    """What the log tells of a record at its signing; what it leaves out was empty."""

    told: Mapping[str, str]
    noted_at: datetime | None
    """When it was written down, if that was only afterwards: signings were not always described."""
    differs: bool
    """Whether the record's row says something else today."""

    def __getitem__(self, name: str) -> str:
        return self.told.get(name, "")


def as_signed(session: Session, record: Record, turn: int) -> AsSigned | None:
    """Return what the log tells of a record signed off in a turn; None where it tells nothing whole.

    The first entry counts that tells of the signing's own moment: whoever can add to the log could add
    others, afterwards, and before without knowing that moment.
    """
    entries = session.scalars(about(record.id, (_SIGNED, DESCRIBED_BEFORE)).order_by(AuditEntry.number)).all()
    signed_at = session.scalar(_moment_of(record.id, turn))
    at_signing = [each for each in entries if each.kind == _SIGNED and _tells(each.facts, turn, signed_at)]
    afterwards = [each for each in entries if each.kind == DESCRIBED_BEFORE]
    entry = next((each for each in (*at_signing[:1], *afterwards) if _describes(each)), None)
    if entry is None or not is_intact(entry):
        return None
    told = {name: str(value) for name, value in entry.facts["record"].items()}
    today = described_with_type(session, record)
    noted_at = entry.at if entry.kind == DESCRIBED_BEFORE else None
    return AsSigned(told, noted_at, differs=_lasting(told) != _lasting(today))


def _describes(entry: AuditEntry) -> bool:
    return isinstance(entry.facts.get("record"), dict)


def _tells(facts: Mapping[str, Any], turn: int, at: datetime | None) -> bool:
    moment = at and at.astimezone(UTC).isoformat(timespec="microseconds")
    return facts.get("turn") == turn and facts.get("at") == moment


def _moment_of(record_id: uuid.UUID, turn: int) -> Select[datetime]:
    return select(Event.at).where(
        Event.record_id == record_id, Event.turn == turn, Event.action == Action.SIGN_OFF
    )


def _lasting(described: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in described.items() if name not in _MAY_CHANGE}
