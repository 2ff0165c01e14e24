"""Which gate took the present version of a record; what is there by now was taken by an older one."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("records", sa.Column("gate", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("records", sa.Column("gate_refusal", sa.String(), nullable=False, server_default=""))
    op.create_index(
        "ix_records_gate", "records", ["gate"], postgresql_where=sa.text("waiting_for IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_records_gate", "records")
    op.drop_column("records", "gate_refusal")
    op.drop_column("records", "gate")
