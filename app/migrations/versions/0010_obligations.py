"""What is owed and how it is counted and reminded of, curriculum plans, handovers, papers of delegation."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("from_user_id", sa.Uuid(), nullable=False),
        sa.Column("to_user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("takes_effect_on", sa.Date(), nullable=False),
        sa.Column("leaves", sa.Boolean(), nullable=False),
        sa.Column("prepared_by_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_user_id <> to_user_id", name=op.f("ck_handovers_to_another")),
        sa.ForeignKeyConstraint(["from_user_id"], ["users.id"], name=op.f("fk_handovers_from_user_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["users.id"], name=op.f("fk_handovers_given_by_id")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["users.id"], name=op.f("fk_handovers_prepared_by_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_handovers_school_id")),
        sa.ForeignKeyConstraint(["to_user_id"], ["users.id"], name=op.f("fk_handovers_to_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_school_id"), "handovers", ["school_id"], unique=False)
    op.create_table(
        "obligation_counts",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("audit_number", sa.BigInteger(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_obligation_counts_school_id")),
        sa.PrimaryKeyConstraint("school_id", "year", name=op.f("pk_obligation_counts")),
    )
    op.create_table(
        "obligation_summaries",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("record_type_code", sa.String(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("under_way", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("filed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_obligation_summaries_school_id")
        ),
        sa.PrimaryKeyConstraint(
            "school_id", "year", "record_type_code", name=op.f("pk_obligation_summaries")
        ),
    )
    op.create_table(
        "reminder_plans",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("days_after", sa.Integer(), nullable=False),
        sa.Column("head_told_after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_reminder_plans_school_id")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_reminder_plans")),
    )
    op.create_table(
        "reminders",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_reminders_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminders_user_id")),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_reminders")),
    )
    op.create_index("ix_reminders_school_id_day", "reminders", ["school_id", "day"], unique=False)
    op.create_table(
        "curricula",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("imported_by_id", sa.Uuid(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["imported_by_id"], ["users.id"], name=op.f("fk_curricula_imported_by_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_curricula_school_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_curricula_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curricula")),
    )
    op.create_index(
        "uq_curricula_living",
        "curricula",
        ["school_id", "year", "subject_id", "grade"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "obligations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("record_type_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("class_name", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_obligations_department_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_obligations_owner_id")),
        sa.ForeignKeyConstraint(
            ["record_type_id"], ["record_types.id"], name=op.f("fk_obligations_record_type_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_obligations_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
        sa.UniqueConstraint(
            "school_id",
            "year",
            "record_type_id",
            "party",
            "period",
            "class_name",
            "subject",
            "title",
            name="uq_obligations_slot",
        ),
    )
    op.create_index("ix_obligations_owner_id", "obligations", ["owner_id", "year"], unique=False)
    op.create_table(
        "lessons",
        sa.Column("curriculum_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("first_period", sa.Integer(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("periods > 0 AND week > 0", name=op.f("ck_lessons_counted_from_one")),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curricula.id"], name=op.f("fk_lessons_curriculum_id")),
        sa.PrimaryKeyConstraint("curriculum_id", "number", name=op.f("pk_lessons")),
    )
    op.create_table(
        "handover_items",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(record_id, assignment_id) = 1", name=op.f("ck_handover_items_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_handover_items_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_handover_items_handover_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_handover_items_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_items")),
    )
    op.create_index("ix_handover_items_handover_id", "handover_items", ["handover_id"], unique=False)
    op.add_column("records", sa.Column("keeper_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_records_keeper_id"), "records", "users", ["keeper_id"], ["id"])
    op.create_index(
        "ix_records_keeper_id_created_at",
        "records",
        ["keeper_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("keeper_id IS NOT NULL"),
    )
    op.add_column("delegations", sa.Column("paper_blob", sa.String(), nullable=True))
    op.add_column("delegations", sa.Column("paper_sha256", sa.String(), nullable=True))
    op.add_column("delegations", sa.Column("paper_size", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("delegations", "paper_size")
    op.drop_column("delegations", "paper_sha256")
    op.drop_column("delegations", "paper_blob")
    op.drop_index("ix_records_keeper_id_created_at", table_name="records")
    op.drop_constraint(op.f("fk_records_keeper_id"), "records", type_="foreignkey")
    op.drop_column("records", "keeper_id")
    op.drop_table("handover_items")
    op.drop_table("lessons")
    op.drop_table("obligations")
    op.drop_table("curricula")
    op.drop_table("reminders")
    op.drop_table("reminder_plans")
    op.drop_table("obligation_summaries")
    op.drop_table("obligation_counts")
    op.drop_table("handovers")
