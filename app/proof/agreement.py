"""Whether records, decisions and official files, as the product reads them, are what the audit log says."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.approvals.naming import LOGGED
from app.approvals.told import HANDED_OVER_BEFORE
from app.audit.chain import Break
from app.proof.descriptions import MOST, TURN, misdescribed
from workflows.definitions import DEFINITIONS, who_decides
from workflows.model import Action, State

FILED_BEFORE = "record.filed_before"
"""The kind of the entries that stand in for hashes which entries of filings did not name at first."""

_FIELDS = {
    "sha256": "event.sha256",
    "to": "event.to_state",
    "from": "coalesce(event.from_state, '')",
    "version": "event.version::text",
    "role": "event.role",
    "capacity": "event.capacity",
    "comment": "event.comment",
}
"""What entries hold of an event, as SQL; what one leaves out is empty.

Only the first entries of reroutes, from before `names_sha256`, held less: they are compared in what they
hold, and so is every entry as to `LOGGED`.
"""

_EVENTS = """
    WITH decided AS (
        SELECT event.record_id::text AS subject, event.turn, event.action, event.actor_id, {kept}
        FROM events AS event
        JOIN records AS record ON record.id = event.record_id
        JOIN schools AS school ON school.id = record.school_id
        WHERE school.code = :chain
    ), told AS (
        SELECT number, subject, {turn} AS turn, actor, facts,
               CASE kind WHEN 'record.handed_over_before' THEN 'record.hand_over' ELSE kind END AS kind
        FROM audit_entries WHERE chain = :chain AND kind = ANY(:kinds)
    )
    SELECT told.number, coalesce(told.subject, decided.subject) AS subject,
           coalesce(told.turn, decided.turn) AS turn, decided.turn IS NULL AS lost
    FROM decided FULL JOIN told ON told.subject = decided.subject AND told.turn = decided.turn
    WHERE decided.turn IS NULL OR told.number IS NULL
       OR told.kind <> 'record.' || decided.action
       OR told.actor <> coalesce(decided.actor_id::text, 'system')
       OR {differs}
    ORDER BY told.number NULLS LAST LIMIT :most
    """
_FILES = """
    WITH filed AS (
        SELECT official.record_id::text AS subject, official.turn, official.sha256,
               coalesce(official.certificate_sha256, '') AS certificate
        FROM official_files AS official JOIN schools AS school ON school.id = official.school_id
        WHERE school.code = :chain AND official.filed_at IS NOT NULL
    ), told AS (
        SELECT DISTINCT ON (subject, turn) * FROM (
            SELECT number, subject, {turn} - 1 AS turn,
                   facts ->> 'official_sha256' AS sha256,
                   coalesce(facts ->> 'certificate_sha256', '') AS certificate
            FROM audit_entries
            WHERE chain = :chain AND kind = ANY(:kinds) AND facts ? 'official_sha256'
        ) AS every ORDER BY subject, turn, number
    )
    SELECT told.number, coalesce(told.subject, filed.subject) AS subject,
           coalesce(told.turn, filed.turn) AS turn, filed.turn IS NULL AS lost
    FROM filed FULL JOIN told ON told.subject = filed.subject AND told.turn = filed.turn
    WHERE filed.turn IS NULL OR told.number IS NULL
       OR told.sha256 IS DISTINCT FROM filed.sha256 OR told.certificate IS DISTINCT FROM filed.certificate
    ORDER BY told.number NULLS LAST LIMIT :most
    """

_RECORDS = """
    WITH last AS (
        SELECT DISTINCT ON (event.record_id) event.*
        FROM events AS event
        JOIN records AS record ON record.id = event.record_id
        JOIN schools AS school ON school.id = record.school_id
        WHERE school.code = :chain ORDER BY event.record_id, event.turn DESC
    ), brought AS (
        SELECT DISTINCT ON (event.record_id) event.record_id, event.turn, event.actor_id
        FROM events AS event JOIN last ON last.record_id = event.record_id
        WHERE event.action = ANY(:kinds)
        ORDER BY event.record_id, event.turn DESC
    ), approved AS (
        SELECT DISTINCT ON (event.record_id) event.record_id, event.actor_id
        FROM events AS event JOIN brought ON brought.record_id = event.record_id AND event.turn > brought.turn
        WHERE event.action = 'approve' ORDER BY event.record_id, event.turn DESC
    )
    SELECT record.id::text AS subject
    FROM records AS record
    JOIN schools AS school ON school.id = record.school_id
    LEFT JOIN last ON last.record_id = record.id
    LEFT JOIN brought ON brought.record_id = record.id
    LEFT JOIN approved ON approved.record_id = record.id
    LEFT JOIN versions AS version ON version.record_id = record.id AND version.number = record.version
    WHERE school.code = :chain
      AND (record.turn, record.state, record.version, record.sha256, record.size, record.pages,
           record.handed_in_by_id, record.approved_by_id, record.waiting_for)
          IS DISTINCT FROM (last.turn, last.to_state, last.version, last.sha256, version.size, version.pages,
           brought.actor_id, approved.actor_id, CAST(:deciders AS jsonb) ->>
               concat_ws('/', record.route, record.route_version, record.state))
    ORDER BY record.id LIMIT :most
    """
_VERSIONS = """
    WITH kept AS (
        SELECT version.record_id, version.number, version.sha256, version.uploaded_by_id
        FROM versions AS version
        JOIN records AS record ON record.id = version.record_id
        JOIN schools AS school ON school.id = record.school_id
        WHERE school.code = :chain
    ), brought AS (
        SELECT event.record_id, event.version AS number, event.sha256, event.actor_id
        FROM events AS event
        JOIN records AS record ON record.id = event.record_id
        JOIN schools AS school ON school.id = record.school_id
        WHERE school.code = :chain AND event.action = ANY(:kinds)
    )
    SELECT record_id::text AS subject, number
    FROM kept FULL JOIN brought USING (record_id, number)
    WHERE (kept.sha256, kept.uploaded_by_id) IS DISTINCT FROM (brought.sha256, brought.actor_id)
    ORDER BY record_id, number LIMIT :most
    """

_FIELD_DIFFERS = """
    (coalesce(told.facts ->> '{name}', '') <> decided."{name}"
     AND (told.kind <> 'record.reroute' OR told.facts ?| ARRAY['{name}', 'names_sha256']))
    """


def _comparison() -> tuple[TextClause, TextClause]:
    kept = ", ".join(f'{value} AS "{name}"' for name, value in {**_FIELDS, **LOGGED}.items())
    differs = [_FIELD_DIFFERS.replace("{name}", name) for name in _FIELDS]
    differs += [f"told.facts ->> '{name}' <> decided.\"{name}\"" for name in LOGGED]
    parts = {"{turn}": TURN, "{kept}": kept, "{differs}": " OR ".join(differs)}
    events, files = _EVENTS, _FILES
    for place, part in parts.items():
        events, files = events.replace(place, part), files.replace(place, part)
    return text(events), text(files)


_COMPARE_EVENTS, _COMPARE_FILES = _comparison()
_DECIDERS = json.dumps(
    {
        f"{route.name}/{route.version}/{state}": who_decides(route, state)
        for route in DEFINITIONS.values()
        for state in State
    }
)
"""Whose decision is due, by route, its version and state, as workflows say."""
_COMPARE_RECORDS, _COMPARE_VERSIONS = text(_RECORDS), text(_VERSIONS)


def disagreements(session: Session, chains: Iterable[str]) -> Iterator[Break]:
    """Yield where the schools' records, their versions, events and official files differ from their chains.

    Events and official files are compared with the entries, in two passes over a school's by the database;
    records and versions with the events. Number 0 stands for what no entry tells of.
    """
    decisions = [*(f"record.{action}" for action in Action), HANDED_OVER_BEFORE]
    filings = [f"record.{Action.FILE}", FILED_BEFORE]
    for chain in chains:
        for kinds, statement, thing in (
            (decisions, _COMPARE_EVENTS, "event"),
            (filings, _COMPARE_FILES, "official file"),
        ):
            rows = session.execute(statement, {"chain": chain, "kinds": kinds, "most": MOST})
            yield from (_break(chain, row, thing) for row in rows)
        yield from _beside_their_events(session, chain)
        yield from misdescribed(session, chain)


def _beside_their_events(session: Session, chain: str) -> Iterator[Break]:
    """Yield the records that do not stand where their last event left them, and versions nobody handed in."""
    brought = {"chain": chain, "kinds": [Action.SUBMIT, Action.RESUBMIT], "most": MOST}
    for row in session.execute(_COMPARE_RECORDS, {**brought, "deciders": _DECIDERS}):
        yield Break(chain, 0, f"record {row.subject} does not stand where its last event left it")
    for row in session.execute(_COMPARE_VERSIONS, brought):
        where = f"version {row.number} of record {row.subject}"
        yield Break(chain, 0, f"{where} is not the one that was handed in")


def _break(chain: str, row: Any, thing: str) -> Break:
    where = f"the {thing} of record {row.subject}, turn {row.turn}"
    if row.number is None:
        return Break(chain, 0, f"is missing: no entry tells of {where}")
    return Break(chain, row.number, f"tells of {where}, which is {'gone' if row.lost else 'another one'}")
