"""A slot and a reminder belong to a school: what fills a slot at one is in nobody's way at another."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_SLOT = (
    "CREATE UNIQUE INDEX uq_records_living_slot ON records"
    " (coalesce(slot_owner_id, owner_id), {school}record_type_id, period, class_name, subject, slot_title)"
    " WHERE state <> 'withdrawn'"
)


def upgrade() -> None:
    op.execute("DROP INDEX uq_records_living_slot")
    op.execute(_SLOT.format(school="school_id, "))
    op.drop_constraint("pk_reminders", "reminders", type_="primary")
    op.create_primary_key("pk_reminders", "reminders", ["user_id", "day", "school_id"])


def downgrade() -> None:
    # Of two letters of one day, the first school's stays; two records in one slot need a person.
    op.execute(
        "DELETE FROM reminders AS other USING reminders AS kept"
        " WHERE other.user_id = kept.user_id AND other.day = kept.day AND other.school_id > kept.school_id"
    )
    op.drop_constraint("pk_reminders", "reminders", type_="primary")
    op.create_primary_key("pk_reminders", "reminders", ["user_id", "day"])
    op.execute("DROP INDEX uq_records_living_slot")
    op.execute(_SLOT.format(school=""))
