"""Schools' ways from one store to another."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_moves",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("from_store_id", sa.Integer(), nullable=True),
        sa.Column("to_store_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("position", sa.String(), server_default="", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Uuid(), nullable=True),
        sa.Column("compared_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('folders', 'copying', 'comparing', 'switched', 'confirming', 'confirmed', "
            "'cancelled')",
            name=op.f("ck_store_moves_stage"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_store_moves_school_id")),
        sa.ForeignKeyConstraint(
            ["from_store_id"], ["store_accounts.id"], name=op.f("fk_store_moves_from_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_store_id"], ["store_accounts.id"], name=op.f("fk_store_moves_to_store_id")
        ),
        sa.ForeignKeyConstraint(["started_by_id"], ["users.id"], name=op.f("fk_store_moves_started_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_store_moves_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_moves")),
    )
    op.create_index("ix_store_moves_school_id", "store_moves", ["school_id"])
    op.create_index(
        "uq_store_moves_living",
        "store_moves",
        ["school_id"],
        unique=True,
        postgresql_where=sa.text("stage NOT IN ('confirmed', 'cancelled')"),
    )


def downgrade() -> None:
    op.drop_index("uq_store_moves_living", table_name="store_moves")
    op.drop_index("ix_store_moves_school_id", table_name="store_moves")
    op.drop_table("store_moves")
