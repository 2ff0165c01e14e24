"""Whether decisions and official files, as the product reads them, are what the audit log says they were."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.approvals.naming import NAMES_SHA256
from app.audit.chain import Break
from workflows.model import Action

FILED_BEFORE = "record.filed_before"
"""The kind of the entries that stand in for hashes which entries of filings did not name at first."""

_MOST = 20
"""Differences of one school that are told; where there are so many, the first suffice."""

_EVENTS = text(
    """
    WITH decided AS (
        SELECT event.record_id::text AS subject, event.turn, event.action, event.from_state, event.to_state,
               event.version, event.sha256, event.comment, event.role, event.capacity, event.actor_id,
               {names_sha256} AS names_sha256
        FROM events AS event
        JOIN records AS record ON record.id = event.record_id
        JOIN schools AS school ON school.id = record.school_id
        WHERE school.code = :chain
    ), told AS (
        SELECT number, subject, (facts ->> 'turn')::int AS turn, kind, actor, facts
        FROM audit_entries WHERE chain = :chain AND kind = ANY(:kinds)
    )
    SELECT told.number, coalesce(told.subject, decided.subject) AS subject,
           coalesce(told.turn, decided.turn) AS turn, decided.turn IS NULL AS lost
    FROM decided FULL JOIN told ON told.subject = decided.subject AND told.turn = decided.turn
    WHERE decided.turn IS NULL OR told.turn IS NULL
       OR told.kind <> 'record.' || decided.action
       OR told.actor <> coalesce(decided.actor_id::text, 'system')
       OR told.facts ->> 'sha256' IS DISTINCT FROM decided.sha256
       OR told.facts ->> 'to' IS DISTINCT FROM decided.to_state
       OR coalesce(told.facts ->> 'from', '') <> coalesce(decided.from_state, '')
       OR (told.facts ->> 'version')::int IS DISTINCT FROM decided.version
       OR coalesce(told.facts ->> 'role', '') <> decided.role
       OR coalesce(told.facts ->> 'capacity', '') <> decided.capacity
       OR coalesce(told.facts ->> 'comment', '') <> decided.comment
       OR told.facts ->> 'names_sha256' <> decided.names_sha256
    ORDER BY told.number NULLS LAST LIMIT :most
    """.replace("{names_sha256}", NAMES_SHA256)
)
_FILES = text(
    """
    WITH filed AS (
        SELECT official.record_id::text AS subject, official.turn, official.sha256,
               coalesce(official.certificate_sha256, '') AS certificate
        FROM official_files AS official JOIN schools AS school ON school.id = official.school_id
        WHERE school.code = :chain AND official.filed_at IS NOT NULL
    ), told AS (
        SELECT DISTINCT ON (subject, turn) * FROM (
            SELECT number, subject, (facts ->> 'turn')::int - 1 AS turn,
                   facts ->> 'official_sha256' AS sha256,
                   coalesce(facts ->> 'certificate_sha256', '') AS certificate
            FROM audit_entries
            WHERE chain = :chain AND kind = ANY(:kinds) AND facts ? 'official_sha256'
        ) AS every ORDER BY subject, turn, number
    )
    SELECT told.number, coalesce(told.subject, filed.subject) AS subject,
           coalesce(told.turn, filed.turn) AS turn, filed.turn IS NULL AS lost
    FROM filed FULL JOIN told ON told.subject = filed.subject AND told.turn = filed.turn
    WHERE filed.turn IS NULL OR told.turn IS NULL
       OR told.sha256 <> filed.sha256 OR told.certificate <> filed.certificate
    ORDER BY told.number NULLS LAST LIMIT :most
    """
)


def disagreements(session: Session, chains: Iterable[str]) -> Iterator[Break]:
    """Yield where events and official files of the schools' records differ from their chains.

    Takes two passes over a school's entries by the database; number 0 stands for what no entry tells of.
    """
    decisions = [f"record.{action}" for action in Action]
    filings = [f"record.{Action.FILE}", FILED_BEFORE]
    for chain in chains:
        for kinds, statement, thing in ((decisions, _EVENTS, "event"), (filings, _FILES, "official file")):
            rows = session.execute(statement, {"chain": chain, "kinds": kinds, "most": _MOST})
            yield from (_break(chain, row, thing) for row in rows)


def _break(chain: str, row: Any, thing: str) -> Break:
    where = f"the {thing} of record {row.subject}, turn {row.turn}"
    if row.number is None:
        return Break(chain, 0, f"is missing: no entry tells of {where}")
    return Break(chain, row.number, f"tells of {where}, which is {'gone' if row.lost else 'another one'}")
