"""Whose slot a record fills that was handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_REST_OF_THE_SLOT = ["record_type_id", "period", "class_name", "subject", "slot_title"]


def upgrade() -> None:
    op.add_column("records", sa.Column("slot_owner_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_records_slot_owner_id"), "records", "users", ["slot_owner_id"], ["id"])
    op.create_index(
        "ix_records_slot_owner_id_created_at",
        "records",
        ["slot_owner_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("slot_owner_id IS NOT NULL"),
    )
    _index_slots(sa.text("coalesce(slot_owner_id, owner_id)"))


def downgrade() -> None:
    _index_slots("owner_id")
    op.drop_index("ix_records_slot_owner_id_created_at", table_name="records")
    op.drop_constraint(op.f("fk_records_slot_owner_id"), "records", type_="foreignkey")
    op.drop_column("records", "slot_owner_id")


def _index_slots(owner: str | sa.TextClause) -> None:
    """Put the index of slots beneath an owner, in the place of the one there is."""
    op.drop_index("uq_records_living_slot", table_name="records")
    op.create_index(
        "uq_records_living_slot",
        "records",
        [owner, *_REST_OF_THE_SLOT],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
