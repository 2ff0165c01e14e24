"""Whether records and versions are what the entries of the audit log describe, from hand-in on."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.approvals.describing import (
    CHANGING,
    DOCUMENT,
    KEPT,
    KINDS,
    NAME,
    described_row,
)
from app.audit.chain import Break

MOST = 20
"""Differences of one school that are told; where there are so many, the first suffice."""

TURN = "CASE WHEN facts ->> 'turn' ~ '^[0-9]{1,9}$' THEN (facts ->> 'turn')::int END"
"""The turn that an entry tells of; whoever may only append can write anything there."""

_TOLD = """
    SELECT number, subject, kind, {turn} AS turn,
           CASE jsonb_typeof(facts -> 'record') WHEN 'object' THEN facts -> 'record' ELSE '{}' END
               AS described
    FROM audit_entries WHERE chain = :chain AND kind = ANY(:kinds) AND facts ? 'record'
    """
_ONE_ANOTHER = """
    WITH told AS ({told}), beside AS (
        SELECT *, lag(described) OVER earlier AS before, lag(turn) OVER earlier AS turn_before
        FROM told WINDOW earlier AS (PARTITION BY subject ORDER BY number)
    )
    SELECT number, subject, described AS told, before AS other FROM beside
    WHERE before IS NOT NULL AND described - {allowed} <> before - {allowed}
    ORDER BY number LIMIT :most
    """
_ROWS = """
    WITH told AS ({told}), last AS (
        SELECT DISTINCT ON (subject) * FROM told ORDER BY subject, number DESC
    )
    SELECT last.number, record.id::text AS subject, last.described AS told, {row} AS other
    FROM records AS record
    JOIN schools AS school ON school.id = record.school_id
    JOIN record_types AS kept ON kept.id = record.record_type_id
    LEFT JOIN last ON last.subject = record.id::text
    WHERE school.code = :chain AND (last.described - '{name}') IS DISTINCT FROM ({row} - '{name}')
    ORDER BY last.number NULLS LAST, record.id LIMIT :most
    """
_DOCUMENTS = """
    WITH told AS (
        SELECT entry.number AS entry, entry.subject, document.key AS number, document.value AS described
        FROM audit_entries AS entry CROSS JOIN LATERAL jsonb_each(
            CASE jsonb_typeof(facts -> 'documents') WHEN 'object' THEN facts -> 'documents' ELSE '{}' END
        ) AS document
        WHERE entry.chain = :chain AND entry.kind = ANY(:kinds) AND entry.facts ? 'documents'
    )
    SELECT told.entry, version.record_id::text AS subject, version.number,
           told.described AS told, jsonb_build_object({document}) AS other
    FROM versions AS version
    JOIN records AS record ON record.id = version.record_id
    JOIN schools AS school ON school.id = record.school_id
    LEFT JOIN told ON told.subject = version.record_id::text AND told.number = version.number::text
    WHERE school.code = :chain AND told.described IS DISTINCT FROM jsonb_build_object({document})
    ORDER BY told.entry NULLS LAST, subject, number LIMIT :most
    """


def _array(names: tuple[str, ...]) -> str:
    return "ARRAY[" + ", ".join(f"'{name}'" for name in (NAME, *names)) + "]"


def _allowed() -> str:
    """Say in SQL what may differ: in two entries about one turn only in whose keeping it is."""
    kinds = [f"WHEN '{kind}' THEN {_array(names)}" for kind, names in CHANGING.items() if kind != KEPT]
    return (
        f"CASE WHEN kind = '{KEPT}' THEN {_array(CHANGING[KEPT])}"
        f" WHEN turn IS NULL OR turn_before IS NULL OR turn <= turn_before THEN {_array(())}"
        f" ELSE CASE kind {' '.join(kinds)} ELSE {_array(())} END END"
    )


def _statement(template: str) -> TextClause:
    parts = {
        "{told}": _TOLD,
        "{turn}": TURN,
        "{allowed}": f"({_allowed()})",
        "{row}": described_row("record", "kept"),
        "{name}": NAME,
        "{document}": ", ".join(f"'{name}', version.{name}" for name in DOCUMENT),
    }
    for place, part in parts.items():
        template = template.replace(place, part)
    return text(template)


_COMPARE_ONE_ANOTHER, _COMPARE_ROWS = _statement(_ONE_ANOTHER), _statement(_ROWS)
_COMPARE_DOCUMENTS = _statement(_DOCUMENTS)


def misdescribed(session: Session, chain: str) -> Iterator[Break]:
    """Yield where a school's records and versions are not what its entries describe.

    What was described at hand-in holds from then on, but for what a step of its kind may change.
    """
    about = {"chain": chain, "kinds": list(KINDS), "most": MOST}
    for row in session.execute(_COMPARE_ONE_ANOTHER, about):
        yield _break(chain, row.number, f"record {row.subject}", "before", _differing(row))
    for row in session.execute(_COMPARE_ROWS, about):
        yield _break(chain, row.number, f"record {row.subject}", "its row", _differing(row))
    for row in session.execute(_COMPARE_DOCUMENTS, about):
        thing = f"version {row.number} of record {row.subject}"
        yield _break(chain, row.entry, thing, "its row", _differing(row))


def _break(chain: str, number: int | None, thing: str, other: str, names: str) -> Break:
    if number is None:
        return Break(chain, 0, f"is missing: no entry describes {thing}")
    return Break(chain, number, f"describes {thing} otherwise than {other}: {names}")


def _differing(row: Any) -> str:
    """List what differs in two descriptions by its names there; none where the one is missing."""
    told, other = row.told or {}, row.other
    names = sorted({*told, *other} - {NAME})
    return ", ".join(name for name in names if told.get(name) != other.get(name))
