"""Appending to the audit log, and walking it to find the first entry that was tampered with."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Result, Row, select, text
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditHead

DEPLOYMENT = "-"
"""The chain of what belongs to no single school."""

_APPEND = text("SELECT append_audit(:chain, CAST(:happenings AS jsonb))")
"""Adds any number of entries and moves the head, in one round trip: the head is locked meanwhile.

Numbers, times, links and hashes are the database's own, since the roles of web and worker cannot write there.
"""

_CHAINS = text(
    """
    WITH RECURSIVE found (chain) AS (
        SELECT min(chain) FROM audit_entries
        UNION ALL
        SELECT (SELECT min(chain) FROM audit_entries WHERE chain > found.chain) FROM found
        WHERE found.chain IS NOT NULL
    )
    SELECT chain FROM found WHERE chain IS NOT NULL
    """
)
"""Goes from chain to chain by the index, since a million entries belong to a few hundred."""

_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
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
    told = [
        {"actor": each.actor, "kind": each.kind, "subject": each.subject, "facts": _canonical(each.facts)}
        for each in happenings
    ]
    session.execute(_APPEND, {"chain": chain, "happenings": json.dumps(told, ensure_ascii=False)})


def verify(session: Session, chains: Iterable[str] | None = None) -> list[Break]:
    """Walk the chains named, or all of them, and return the first break of each that has one.

    Call it in a transaction that sees one moment (`Database.snapshot`), or what is appended meanwhile looks
    like a break.
    """
    known = known_chains(session)
    wanted = known if chains is None else [chain for chain in chains if chain in known]
    return [found for chain in wanted if (found := _first_break(session, chain)) is not None]


def known_chains(session: Session) -> list[str]:
    """List the chains that have a head or an entry."""
    heads = set(session.scalars(select(AuditHead.chain)))
    return sorted(heads | set(session.scalars(_CHAINS)))


def is_intact(entry: AuditEntry | Row[Any]) -> bool:
    """Tell whether an entry's own hash is that of what it says; cheap, and no word on what came before."""
    return _digest({name: getattr(entry, name) for name in _HASHED}) == entry.hash


def _digest(row: Mapping[str, Any]) -> str:
    at: datetime = row["at"]
    canonical = {**row, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    return hashlib.sha256(_canonical(canonical).encode()).hexdigest()


def _canonical(facts: Mapping[str, Any]) -> str:
    """Write facts in the one form that is hashed; the database repeats it for the columns around them."""
    return _WRITER.encode(dict(facts))


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


def _fault(entry: Row[Any], expected_number: int, previous: str) -> str:
    if entry.number != expected_number:
        return f"entry {expected_number} is missing"
    if entry.previous_hash != previous:
        return "does not follow from the entry before"
    return "" if is_intact(entry) else "was changed"


_HASHED = ("chain", "number", "at", "actor", "kind", "subject", "facts", "previous_hash")


def _entries(session: Session, chain: str) -> Result[Any]:
    """Stream a chain's entries as plain rows, which costs less than objects and keeps none of them."""
    ordered = select(AuditEntry.__table__).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    return session.execute(ordered.execution_options(yield_per=_BATCH))
