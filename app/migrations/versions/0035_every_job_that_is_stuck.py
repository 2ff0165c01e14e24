"""Every job may be kept as stuck, by task and subject; what is kept already stays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stuck_jobs", sa.Column("subject", sa.String(), server_default="", nullable=False))
    op.add_column("stuck_jobs", sa.Column("office_id", sa.Integer(), nullable=True))
    op.add_column("stuck_jobs", sa.Column("arguments", JSONB(), nullable=True))
    op.add_column("stuck_jobs", sa.Column("lock", sa.String(), nullable=True))
    op.add_column("stuck_jobs", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE stuck_jobs SET subject = record_id::text,"
        " arguments = jsonb_build_object('record_id', record_id::text)"
    )
    op.alter_column("stuck_jobs", "arguments", nullable=False)
    op.alter_column("stuck_jobs", "school_id", nullable=True)
    op.drop_constraint("uq_stuck_jobs_record_id_task", "stuck_jobs", type_="unique")
    op.drop_column("stuck_jobs", "record_id")
    op.create_unique_constraint("uq_stuck_jobs_task_subject", "stuck_jobs", ["task", "subject"])
    op.create_foreign_key("fk_stuck_jobs_office_id", "stuck_jobs", "offices", ["office_id"], ["id"])
    op.create_index("ix_stuck_jobs_office_id", "stuck_jobs", ["office_id"])


def downgrade() -> None:
    op.execute("DELETE FROM stuck_jobs WHERE task NOT IN ('seal', 'file')")
    op.add_column("stuck_jobs", sa.Column("record_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE stuck_jobs SET record_id = CAST(subject AS uuid)")
    op.alter_column("stuck_jobs", "record_id", nullable=False)
    op.alter_column("stuck_jobs", "school_id", nullable=False)
    op.drop_index("ix_stuck_jobs_office_id", "stuck_jobs")
    op.drop_constraint("uq_stuck_jobs_task_subject", "stuck_jobs", type_="unique")
    for column in ("subject", "office_id", "arguments", "lock", "asked_at"):
        op.drop_column("stuck_jobs", column)
    op.create_foreign_key("fk_stuck_jobs_record_id", "stuck_jobs", "records", ["record_id"], ["id"])
    op.create_unique_constraint("uq_stuck_jobs_record_id_task", "stuck_jobs", ["record_id", "task"])
