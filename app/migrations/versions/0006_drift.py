"""What was found changed in the stores, and when one has looked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drift_findings",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("is_folder", sa.Boolean(), nullable=False),
        sa.Column("remote_id", sa.String(), server_default="", nullable=False),
        sa.Column("now_path", sa.String(), server_default="", nullable=False),
        sa.Column("evidence", sa.String(), server_default="", nullable=False),
        sa.Column("grant_id", sa.String(), server_default="", nullable=False),
        sa.Column("told_by", sa.String(), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "standing IN ('open', 'queued', 'accepted', 'mended', 'vanished')",
            name=op.f("ck_drift_findings_standing"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_drift_findings_school_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["users.id"], name=op.f("fk_drift_findings_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift_findings")),
    )
    op.create_index(
        "uq_drift_findings_lasting",
        "drift_findings",
        ["school_id", "kind", "path", "remote_id", "grant_id"],
        unique=True,
        postgresql_where=sa.text("standing IN ('open', 'queued', 'accepted')"),
    )
    op.create_index("ix_drift_findings_school_id_settled_at", "drift_findings", ["school_id", "settled_at"])
    op.create_table(
        "drift_watches",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sampled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sampled_files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sampled_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_drift_watches_school_id")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_drift_watches")),
    )


def downgrade() -> None:
    op.drop_table("drift_watches")
    op.drop_index("ix_drift_findings_school_id_settled_at", table_name="drift_findings")
    op.drop_index("uq_drift_findings_lasting", table_name="drift_findings")
    op.drop_table("drift_findings")
