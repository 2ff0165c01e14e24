"""Browser sessions at the server, names and last use of tokens, and since when a password holds."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "browser_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_browser_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_browser_sessions_digest")),
    )
    op.create_index(
        "ix_browser_sessions_user_id_living",
        "browser_sessions",
        ["user_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column(
        "tokens", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.create_unique_constraint(op.f("uq_tokens_id"), "tokens", ["id"])
    op.add_column("tokens", sa.Column("name", sa.String(), server_default="", nullable=False))
    op.add_column("tokens", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "users",
        sa.Column(
            "password_set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    )
    # Sessions begun before have no row, so each ends here; whoever was signed in signs in once more.
    op.drop_column("users", "sessions_valid_from")


def downgrade() -> None:
    op.add_column(
        "users",
        sa.Column(
            "sessions_valid_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    )
    op.alter_column("users", "sessions_valid_from", server_default=None)
    op.drop_column("users", "password_set_at")
    op.drop_column("tokens", "last_used_at")
    op.drop_column("tokens", "name")
    op.drop_constraint(op.f("uq_tokens_id"), "tokens")
    op.drop_column("tokens", "id")
    op.drop_table("browser_sessions")
