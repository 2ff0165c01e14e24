"""Shares with oversight offices, the decisions about them, and what looks at their permissions found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folders.id"], name=op.f("fk_shares_folder_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_shares_office_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_shares_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
    )
    op.create_index(op.f("ix_shares_office_id"), "shares", ["office_id"])
    op.create_index(op.f("ix_shares_school_id"), "shares", ["school_id"])
    op.create_index(
        "uq_shares_folder_id_email_living",
        "shares",
        ["folder_id", "email"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('refused', 'closed')"),
    )
    op.create_table(
        "share_decisions",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("operator", sa.String(), server_default="", nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), server_default="", nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["share_id"], ["shares.id"], name=op.f("fk_share_decisions_share_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_share_decisions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_decisions")),
    )
    op.create_index(op.f("ix_share_decisions_share_id"), "share_decisions", ["share_id"])
    op.create_table(
        "share_findings",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("closable", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_share_findings_school_id")),
        sa.ForeignKeyConstraint(["share_id"], ["shares.id"], name=op.f("fk_share_findings_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_findings")),
        sa.UniqueConstraint(
            "school_id",
            "path",
            "kind",
            "email",
            "grant_id",
            name=op.f("uq_share_findings_school_id_path_kind_email_grant_id"),
        ),
    )
    op.create_table(
        "share_checks",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_share_checks_school_id")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_share_checks")),
    )


def downgrade() -> None:
    op.drop_table("share_checks")
    op.drop_table("share_findings")
    op.drop_table("share_decisions")
    op.drop_table("shares")
