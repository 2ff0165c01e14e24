"""Heads of chains: what they are now, noting them in the deployment's own chain, and comparing kept ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, text
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Break, Happening, append
from app.audit.models import AuditEntry, AuditHead

NOTED = "audit.heads"
"""The kind of the entries that hold the heads of all chains that have grown: facts by the chain's name."""

_BATCH = 1000
_LARGEST = 2**63

# An hour earlier than the last note: an entry may have been begun before it and committed after it.
# The kind stands in the text and is no parameter, so that every plan may use ix_audit_entries_noted.
_GROWN = text(
    """
    SELECT head.chain, head.number, head.hash
    FROM audit_heads AS head
    JOIN audit_entries AS entry ON entry.chain = head.chain AND entry.number = head.number
    WHERE head.chain <> :deployment
      AND entry.at > coalesce(
        (SELECT max(noted.at) FROM audit_entries AS noted
          WHERE noted.chain = :deployment AND noted.kind = 'audit.heads') - interval '1 hour', '-infinity')
    ORDER BY head.chain
    """
)
_DIFFERENT = text(
    """
    SELECT DISTINCT ON (told.chain) told.chain, told.number, last.number AS last
    FROM unnest(CAST(:chains AS text[]), CAST(:numbers AS bigint[]), CAST(:hashes AS text[]))
         AS told (chain, number, hash)
    LEFT JOIN audit_entries AS entry ON entry.chain = told.chain AND entry.number = told.number
    CROSS JOIN LATERAL (SELECT max(number) AS number FROM audit_entries WHERE chain = told.chain) AS last
    WHERE entry.hash IS DISTINCT FROM told.hash
    ORDER BY told.chain, told.number
    """
)
_HAD = text(
    """
    SELECT told.chain, entry.number
    FROM unnest(CAST(:chains AS text[])) AS told (chain)
    CROSS JOIN LATERAL (
        SELECT number FROM audit_entries
        WHERE chain = told.chain AND at < :moment ORDER BY number DESC LIMIT 1
    ) AS entry
    """
)


@dataclass(frozen=True, order=True)
class Head:
    """How many entries a chain had, and the hash of the last of them, which stands for them all."""

    chain: str
    number: int
    hash: str


@dataclass(frozen=True)
class _Note:
    """Heads as an entry of the deployment's chain has kept them."""

    at: datetime
    heads: Sequence[Head]


def present_heads(session: Session, chains: Sequence[str]) -> list[Head]:
    """Return the heads of the chains named that have an entry, in the order of their names."""
    own = select(AuditHead).where(AuditHead.chain.in_(chains), AuditHead.number > 0)
    heads = session.scalars(own.order_by(AuditHead.chain).execution_options(populate_existing=True))
    return [Head(head.chain, head.number, head.hash) for head in heads]


def heads_at(session: Session, numbers: Iterable[tuple[str, int]]) -> list[Head]:
    """Return what the heads of chains were when they had so many entries; leaves out what is not there."""
    entries = (session.get(AuditEntry, (chain, number)) for chain, number in numbers)
    return [Head(entry.chain, entry.number, entry.hash) for entry in entries if entry is not None]


def note_heads(session: Session) -> None:
    """Note the heads of the schools' chains that have grown since the last note in the deployment's chain.

    Where none has grown nothing is noted: the last note holds them all, and the day stands in the sheets.
    Whoever keeps the head of that one chain so has a hold on all the others, without knowing of them.
    """
    grown = session.execute(_GROWN, {"deployment": DEPLOYMENT}).all()
    facts = {chain: [number, digest] for chain, number, digest in grown}
    if facts:
        append(session, DEPLOYMENT, [Happening(NOTED, "system", DEPLOYMENT, facts)])


def breaks_against_notes(session: Session, chains: Iterable[str] | None) -> list[Break]:
    """Compare every note in the deployment's chain with the entries; the first difference of each chain."""
    found: dict[str, Break] = {}
    for note in _notes(session):
        wanted = [head for head in note.heads if chains is None or head.chain in chains]
        for each in breaks_against(session, wanted, f"the note of {note.at:%Y-%m-%d}"):
            found.setdefault(each.chain, each)
    return list(found.values())


def noted_before(session: Session, moment: datetime) -> dict[str, int]:
    """Return how many entries each chain had at the last note of it that is older than a moment."""
    return {head.chain: head.number for note in _notes(session) if note.at < moment for head in note.heads}


def numbers_before(session: Session, chains: Sequence[str], moment: datetime) -> dict[str, int]:
    """Return how many entries each of the chains had at a moment, by the entries themselves."""
    rows = session.execute(_HAD, {"chains": list(chains), "moment": moment})
    return {row.chain: row.number for row in rows}


def breaks_against(session: Session, heads: Iterable[Head], source: str) -> list[Break]:
    """Compare heads that were kept outside with the entries; the first difference of each chain.

    `source` says in the reasons where they were kept.
    """
    found: dict[str, Break] = {}
    kept = sorted(set(heads))
    for start in range(0, len(kept), _BATCH):
        batch = kept[start : start + _BATCH]
        told = {
            "chains": [head.chain for head in batch],
            "numbers": [head.number for head in batch],
            "hashes": [head.hash for head in batch],
        }
        for row in session.execute(_DIFFERENT, told):
            found.setdefault(row.chain, _break(row, source))
    return list(found.values())


def _break(row: Any, source: str) -> Break:
    if row.last is None:
        return Break(row.chain, 1, f"and all after it are missing: {source} tells of {row.number}")
    if row.last < row.number:
        return Break(row.chain, row.last + 1, f"is missing, the end was cut: {source} tells of {row.number}")
    return Break(row.chain, row.number, f"was rewritten with all before it: {source} tells of another hash")


def _notes(session: Session) -> Iterator[_Note]:
    notes = (
        select(AuditEntry.at, AuditEntry.facts)
        .where(AuditEntry.chain == DEPLOYMENT, AuditEntry.kind == literal(NOTED, literal_execute=True))
        .order_by(AuditEntry.number)
        .execution_options(yield_per=_BATCH)
    )
    for at, facts in session.execute(notes):
        yield _Note(at, [head for chain, told in facts.items() for head in _heads_in(chain, told)])


def _heads_in(chain: str, told: Any) -> Iterator[Head]:
    """Yield the head that a note tells of a chain, if it is one: whoever may append can write anything."""
    match told:
        case [int(number), str(digest)] if 0 < number < _LARGEST:
            yield Head(chain, number, digest)
