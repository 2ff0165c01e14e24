"""How far a look at a whole cloud store is, so that it can be done in portions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drift_rounds",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("suspects", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store_accounts.id"], name=op.f("fk_drift_rounds_store_id")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_drift_rounds")),
    )
    op.add_column("store_items", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("store_items", "seen_at")
    op.drop_table("drift_rounds")
