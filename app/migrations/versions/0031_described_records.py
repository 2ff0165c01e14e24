"""Entries of the audit log that describe the records and versions of before, which no entry described."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_BEFORE = "'record.approve', 'record.sign_off', 'record.file', 'record.filed_before'"

_UNDESCRIBED = """
    SELECT record.id::text AS subject, record.turn, jsonb_strip_nulls(jsonb_build_object(
        'class', nullif(record.class_name, ''),
        'code', record.code,
        'department', record.department_id::text,
        'keeper', record.keeper_id::text,
        'owner', record.owner_id::text,
        'period', record.period,
        'route', record.route,
        'route_version', record.route_version::text,
        'slot', nullif(record.slot_title, ''),
        'slot_owner', record.slot_owner_id::text,
        'subject', nullif(record.subject, ''),
        'title', nullif(record.title, ''),
        'type', record_type.code,
        'type_id', record.record_type_id::text,
        'type_name', record_type.name)) AS record,
        (SELECT jsonb_object_agg(version.number, jsonb_build_object(
            'size', version.size, 'pages', version.pages,
            'signed', version.signed, 'signature_traces', version.signature_traces))
         FROM versions AS version WHERE version.record_id = record.id) AS documents
    FROM records AS record JOIN record_types AS record_type ON record_type.id = record.record_type_id
    WHERE record.school_id = :school AND NOT EXISTS (
        SELECT FROM audit_entries AS entry
        WHERE entry.chain = :chain AND entry.subject = record.id::text AND entry.kind LIKE 'record.%'
          AND entry.facts ? 'record' AND entry.facts ->> 'turn' = record.turn::text)
    ORDER BY record.id
"""
"""What the rows say at this moment: that proves nothing of the time before, everything of the time after."""


def upgrade() -> None:
    _index(f"{_BEFORE}, 'record.described_before'")
    schools = op.get_bind().execute(sa.text("SELECT id, code FROM schools ORDER BY code")).all()
    for school in schools:
        _describe(school.id, school.code)


def downgrade() -> None:
    """Entries are only ever added: those stay, and are not added a second time."""
    _index(_BEFORE)


def _describe(school: int, chain: str) -> None:
    rows = op.get_bind().execute(sa.text(_UNDESCRIBED), {"school": school, "chain": chain}).all()
    told = [
        {
            "actor": "system",
            "kind": "record.described_before",
            "subject": row.subject,
            "facts": json.dumps(
                {"documents": row.documents or {}, "record": row.record, "turn": row.turn},
                ensure_ascii=False,
                sort_keys=True,
                separators=(",", ":"),
            ),
        }
        for row in rows
    ]
    if told:
        op.get_bind().execute(
            sa.text("SELECT append_audit(:chain, CAST(:happenings AS jsonb))"),
            {"chain": chain, "happenings": json.dumps(told, ensure_ascii=False)},
        )


def _index(kinds: str) -> None:
    op.execute("DROP INDEX ix_audit_entries_decided")
    op.execute(
        f"CREATE INDEX ix_audit_entries_decided ON audit_entries (subject, number) WHERE kind IN ({kinds})"
    )
