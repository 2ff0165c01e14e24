"""Appending to the audit log, and walking it to find the first entry that was tampered with."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ScalarResult, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditHead
from app.db import now

DEPLOYMENT = "-"
"""The chain of what belongs to no single school."""

_ADD = text(
    """
    WITH added AS (
        INSERT INTO audit_entries (chain, number, at, actor, kind, subject, facts, previous_hash, hash)
        SELECT :chain, number, :at, actor, kind, subject, facts, previous_hash, hash
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS entry (
            number bigint, actor text, kind text, subject text, facts jsonb, previous_hash text, hash text
        )
    )
    UPDATE audit_heads SET number = :number, hash = :hash WHERE chain = :chain
    """
)
"""Adds any number of entries and moves the head, in one round trip: the head is locked meanwhile."""

_START = "0" * 64
_BATCH = 1000


@dataclass(frozen=True)
class Happening:
    """Something worth proving later; `facts` hold ids, codes and hashes, never contents."""

    kind: str
    actor: str
    subject: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Break:
    """The first entry of a chain that does not follow from the one before."""

    chain: str
    number: int
    reason: str


def append(session: Session, chain: str, happenings: Sequence[Happening]) -> None:
    """Add entries to a chain inside the caller's transaction; call it last, its head stays locked."""
    if not happenings:
        return
    number, digest = _locked_head(session, chain)
    at = now()
    rows = []
    for happening in happenings:
        number += 1
        row = _row(chain, number, at, happening, digest)
        digest = row["hash"]
        rows.append(row)
    added = json.dumps(rows, default=str, ensure_ascii=False)
    session.execute(_ADD, {"chain": chain, "at": at, "rows": added, "number": number, "hash": digest})


def verify(session: Session, chains: Iterable[str] | None = None) -> list[Break]:
    """Walk the chains named, or all of them, and return the first break of each that has one."""
    known = sorted(
        set(session.scalars(select(AuditHead.chain)))
        | set(session.scalars(select(AuditEntry.chain).distinct()))
    )
    wanted = known if chains is None else [chain for chain in chains if chain in known]
    return [found for chain in wanted if (found := _first_break(session, chain)) is not None]


def _locked_head(session: Session, chain: str) -> tuple[int, str]:
    locked = select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == chain).with_for_update()
    head = session.execute(locked).one_or_none()
    if head is None:
        start = upsert(AuditHead).values(chain=chain, number=0, hash=_START).on_conflict_do_nothing()
        session.execute(start)
        head = session.execute(locked).one()
    return head.number, head.hash


def _row(chain: str, number: int, at: datetime, happening: Happening, previous: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "chain": chain,
        "number": number,
        "at": at,
        "actor": happening.actor,
        "kind": happening.kind,
        "subject": happening.subject,
        "facts": dict(happening.facts),
        "previous_hash": previous,
    }
    return {**row, "hash": _digest(row)}


def _digest(row: Mapping[str, Any]) -> str:
    at: datetime = row["at"]
    canonical = {**row, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    written = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _first_break(session: Session, chain: str) -> Break | None:
    number, digest = 0, _START
    with _entries(session, chain) as entries:
        for entry in entries:
            number += 1
            reason = _fault(entry, number, digest)
            if reason:
                return Break(chain, entry.number, reason)
            digest = entry.hash
    head = session.get(AuditHead, chain, populate_existing=True)
    if head is None or (head.number, head.hash) != (number, digest):
        return Break(chain, number + 1, "entries are missing at the end")
    return None


def _fault(entry: AuditEntry, expected_number: int, previous: str) -> str:
    if entry.number != expected_number:
        return f"entry {expected_number} is missing"
    if entry.previous_hash != previous:
        return "does not follow from the entry before"
    columns = {name: getattr(entry, name) for name in _HASHED}
    return "" if _digest(columns) == entry.hash else "was changed"


_HASHED = ("chain", "number", "at", "actor", "kind", "subject", "facts", "previous_hash")


def _entries(session: Session, chain: str) -> ScalarResult[AuditEntry]:
    ordered = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    return session.scalars(ordered.execution_options(yield_per=_BATCH, populate_existing=True))
