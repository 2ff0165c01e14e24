"""Which sheets of heads lie in which store, to notice when one is gone; of older ones it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_sheets",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_kept_sheets_school_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store_accounts.id"], name=op.f("fk_kept_sheets_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_sheets")),
        sa.UniqueConstraint(
            "school_id",
            "store_id",
            "path",
            name=op.f("uq_kept_sheets_school_id_store_id_path"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_kept_sheets_lost",
        "kept_sheets",
        ["school_id"],
        postgresql_where=sa.text("lost_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("kept_sheets")
