"""Every list, count and chore has an index that serves it, also among a million records of a province.

They are made while nobody writes: for an upgrade the product is stopped. So none is made `CONCURRENTLY`,
which takes twice as long and leaves an invalid index behind where it fails; each takes some seconds for a
million rows.
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_records_school_id_state": "records (school_id, state, created_at, id) INCLUDE (record_type_id)",
    "ix_records_school_id_period": "records (school_id, period, created_at, id)",
    "ix_records_school_id_record_type_id": "records (school_id, record_type_id, created_at, id)",
    "ix_records_withdrawn_slot": (
        "records (coalesce(slot_owner_id, owner_id), school_id, period) WHERE state = 'withdrawn'"
    ),
    "ix_official_files_blob": "official_files (blob)",
    "ix_official_files_certificate_blob": (
        "official_files (certificate_blob) WHERE certificate_blob IS NOT NULL"
    ),
    "ix_memberships_department_id": "memberships (department_id) WHERE department_id IS NOT NULL",
    "ix_memberships_office_id": "memberships (office_id) WHERE office_id IS NOT NULL",
    "ix_offices_parent_id": "offices (parent_id)",
    "ix_handovers_from_user_id": "handovers (from_user_id)",
    "ix_handovers_to_user_id": "handovers (to_user_id)",
    "ix_handover_items_record_id": "handover_items (record_id) WHERE record_id IS NOT NULL",
    "ix_delegations_from_user_id": "delegations (from_user_id)",
    "ix_delegations_department_id": "delegations (department_id) WHERE department_id IS NOT NULL",
    "ix_corrections_requested_by_id": "corrections (requested_by_id)",
    "ix_folders_department_id": "folders (department_id) WHERE department_id IS NOT NULL",
    "ix_folders_owner_id": "folders (owner_id) WHERE owner_id IS NOT NULL",
    "ix_procrastinate_jobs_waiting": "procrastinate_jobs (task_name) WHERE status = 'todo'",
    "ix_procrastinate_jobs_under_way": "procrastinate_jobs (lock) WHERE status IN ('todo', 'doing')",
}


def upgrade() -> None:
    for name, what in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {what}")


def downgrade() -> None:
    for name in _INDEXES:
        op.execute(f"DROP INDEX {name}")
