"""Connected stores of schools, their ledgers, and the pace of their accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_accounts",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account", sa.String(), server_default="", nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_bytes", sa.BigInteger(), nullable=True),
        sa.Column("limit_bytes", sa.BigInteger(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("part IN ('active', 'next', 'former')", name=op.f("ck_store_accounts_part")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_store_accounts_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_accounts")),
    )
    op.create_index(
        "uq_store_accounts_school_id_part",
        "store_accounts",
        ["school_id", "part"],
        unique=True,
        postgresql_where=sa.text("part <> 'former'"),
    )
    op.create_table(
        "store_items",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("is_folder", sa.Boolean(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("remote_hash", sa.String(), nullable=True),
        sa.Column("revision", sa.String(), nullable=True),
        sa.Column("locked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("upload_url", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store_accounts.id"], name=op.f("fk_store_items_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_items")),
        sa.UniqueConstraint("store_id", "path", name=op.f("uq_store_items_store_id_path")),
        sa.UniqueConstraint("store_id", "remote_id", name=op.f("uq_store_items_store_id_remote_id")),
    )
    op.create_table(
        "spare_ids",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store_accounts.id"], name=op.f("fk_spare_ids_store_id")),
        sa.PrimaryKeyConstraint("store_id", "remote_id", name=op.f("pk_spare_ids")),
    )
    op.create_table(
        "buckets",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("refilled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_buckets")),
    )
    # Jobs of one store wait for each other: who comes first is asked of the queue at every step.
    op.execute(
        "CREATE INDEX ix_procrastinate_jobs_lock ON procrastinate_jobs (lock, priority DESC, id)"
        " WHERE lock IS NOT NULL AND status IN ('todo', 'doing')"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_procrastinate_jobs_lock")
    op.drop_table("buckets")
    op.drop_table("spare_ids")
    op.drop_table("store_items")
    op.drop_index(
        "uq_store_accounts_school_id_part",
        table_name="store_accounts",
        postgresql_where=sa.text("part <> 'former'"),
    )
    op.drop_table("store_accounts")
