"""The notes of heads in the deployment's chain are found without walking the chain."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_audit_entries_noted ON audit_entries (chain, number) WHERE kind = 'audit.heads'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_audit_entries_noted")
