"""The check page finds a certificate that lies beside a signed file by its hash, and reads no whole table."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_official_files_certificate_sha256 ON official_files (certificate_sha256)"
        " WHERE certificate_sha256 IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_official_files_certificate_sha256")
