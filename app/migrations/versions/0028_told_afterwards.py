"""Entries of the audit log for what had none: handovers of records, and delegations ended by 0016."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_HANDOVERS = """
    SELECT append_audit(school.code, jsonb_agg(jsonb_build_object(
        'actor', 'system',
        'kind', 'record.handed_over_before',
        'subject', event.record_id::text,
        'facts', '{"at":' || to_json(
                to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'))::text
            || ',"capacity":' || to_json(event.capacity)::text
            || ',"comment":' || to_json(event.comment)::text
            || ',"from":' || to_json(coalesce(event.from_state, ''))::text
            || ',"names_sha256":"' || encode(sha256(convert_to(json_build_array(
                event.actor_name, event.position, event.owner_name, event.department_name,
                event.school_name, event.superior_name)::text, 'UTF8')), 'hex')
            || '","role":' || to_json(event.role)::text
            || ',"sha256":' || to_json(event.sha256)::text
            || ',"to":' || to_json(event.to_state)::text
            || ',"turn":' || event.turn
            || ',"version":' || event.version || '}'
        ) ORDER BY event.id))
    FROM events AS event
    JOIN records AS record ON record.id = event.record_id
    JOIN schools AS school ON school.id = record.school_id
    WHERE event.action = 'hand_over' AND event.actor_id IS NULL AND NOT EXISTS (
        SELECT FROM audit_entries AS entry
        WHERE entry.chain = school.code AND entry.kind IN ('record.hand_over', 'record.handed_over_before')
          AND entry.subject = event.record_id::text AND entry.facts ->> 'turn' = event.turn::text)
    GROUP BY school.code ORDER BY school.code
"""
_LAPSED = """
    SELECT append_audit(school.code, jsonb_agg(jsonb_build_object(
        'actor', 'system',
        'kind', 'delegation.lapsed_before',
        'subject', delegation.id::text,
        'facts', '{"at":"' || to_char(
            delegation.revoked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') || '"}'
        ) ORDER BY delegation.id))
    FROM delegations AS delegation
    JOIN schools AS school ON school.id = delegation.school_id
    WHERE delegation.lapsed AND NOT EXISTS (
        SELECT FROM audit_entries AS entry
        WHERE entry.chain = school.code AND entry.subject = delegation.id::text
          AND entry.kind IN ('delegation.lapsed', 'delegation.lapsed_before'))
    GROUP BY school.code ORDER BY school.code
"""
"""Both say what the rows say at this moment: that proves nothing of the time before."""


def upgrade() -> None:
    for statement in (_HANDOVERS, _LAPSED):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Entries are only ever added: those stay, and are not added a second time."""
