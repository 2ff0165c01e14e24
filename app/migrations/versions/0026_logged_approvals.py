"""The check page finds approvals in the audit log as well, to compare who they say has approved."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_BEFORE = "'record.sign_off', 'record.file', 'record.filed_before'"


def upgrade() -> None:
    _index(f"'record.approve', {_BEFORE}")


def downgrade() -> None:
    _index(_BEFORE)


def _index(kinds: str) -> None:
    op.execute("DROP INDEX ix_audit_entries_decided")
    op.execute(
        f"CREATE INDEX ix_audit_entries_decided ON audit_entries (subject, number) WHERE kind IN ({kinds})"
    )
