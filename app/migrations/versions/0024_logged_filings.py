"""The check page finds signings and filings in the audit log, and what was filed before it named its hash."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_KINDS = "'record.sign_off', 'record.file', 'record.filed_before'"

_NAME_WHAT_WAS_FILED = """
    SELECT append_audit(school.code, jsonb_agg(jsonb_build_object(
        'actor', 'system',
        'kind', 'record.filed_before',
        'subject', official.record_id::text,
        'facts', CASE
            WHEN official.certificate_sha256 IS NULL
            THEN format('{"official_sha256":"%s","turn":%s}', official.sha256, official.turn + 1)
            ELSE format('{"certificate_sha256":"%s","official_sha256":"%s","turn":%s}',
                        official.certificate_sha256, official.sha256, official.turn + 1)
        END) ORDER BY official.filed_at, official.record_id))
    FROM official_files AS official
    JOIN schools AS school ON school.id = official.school_id
    WHERE official.filed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM audit_entries AS entry
        WHERE entry.chain = school.code AND entry.kind IN ('record.file', 'record.filed_before')
          AND entry.subject = official.record_id::text
          AND entry.facts ? 'official_sha256' AND (entry.facts ->> 'turn')::int = official.turn + 1)
    GROUP BY school.code ORDER BY school.code
"""
"""What the rows say at this moment: it proves nothing of the time before, everything of the time after."""


def upgrade() -> None:
    op.execute(
        f"CREATE INDEX ix_audit_entries_decided ON audit_entries (subject, number) WHERE kind IN ({_KINDS})"
    )
    op.execute(
        "CREATE INDEX ix_audit_entries_official_sha256 ON audit_entries ((facts ->> 'official_sha256'))"
        " WHERE kind IN ('record.file', 'record.filed_before')"
    )
    op.get_bind().exec_driver_sql(_NAME_WHAT_WAS_FILED.replace("%", "%%"))


def downgrade() -> None:
    op.execute("DROP INDEX ix_audit_entries_official_sha256")
    op.execute("DROP INDEX ix_audit_entries_decided")
