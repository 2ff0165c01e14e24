"""Whom a letter about an office's window is for, and when it was sent, so that none is sent twice."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "window_letters",
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["window_id"], ["office_windows.id"], name=op.f("fk_window_letters_window_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_window_letters_user_id")),
        sa.PrimaryKeyConstraint("window_id", "user_id", name=op.f("pk_window_letters")),
    )


def downgrade() -> None:
    op.drop_table("window_letters")
