"""Who handed in and who approved the version under decision, kept with the record."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = ("handed_in_by_id", "approved_by_id")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("records", sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_records_{name}"), "records", "users", [name], ["id"])
    op.execute(
        "UPDATE records SET handed_in_by_id = versions.uploaded_by_id FROM versions"
        " WHERE versions.record_id = records.id AND versions.number = records.version"
    )
    op.execute(
        "UPDATE records SET approved_by_id = events.actor_id FROM events"
        " WHERE events.record_id = records.id AND events.version = records.version"
        " AND events.action = 'approve'"
    )


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("records", name)
