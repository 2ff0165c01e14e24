"""Levels, names and campuses of schools, their calendar, classes and duties, and the whole catalogue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_names",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_office_names_office_id")),
        sa.PrimaryKeyConstraint("office_id", "valid_from", name=op.f("pk_office_names")),
    )
    op.create_table(
        "campuses",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_campuses_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campuses")),
        sa.UniqueConstraint("school_id", "code", name=op.f("uq_campuses_school_id_code")),
    )
    op.create_table(
        "deadline_exceptions",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("record_type_code", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["users.id"], name=op.f("fk_deadline_exceptions_granted_by_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_deadline_exceptions_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deadline_exceptions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_exceptions")),
    )
    op.create_index(
        "ix_deadline_exceptions_school_id_user_id",
        "deadline_exceptions",
        ["school_id", "user_id"],
        unique=False,
    )
    op.create_table(
        "deadline_rules",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("record_type_code", sa.String(), nullable=True),
        sa.Column("period_kind", sa.String(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("opens_days", sa.Integer(), nullable=True),
        sa.Column("at", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_deadline_rules_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_rules")),
        sa.UniqueConstraint(
            "school_id",
            "record_type_code",
            "period_kind",
            name=op.f("uq_deadline_rules_school_id_record_type_code_period_kind"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "holidays",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_holidays_ends_after_start")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_holidays_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holidays")),
    )
    op.create_index("ix_holidays_school_id_year", "holidays", ["school_id", "year"], unique=False)
    op.create_table(
        "laptop_permissions",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), server_default="", nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), server_default="", nullable=False),
        sa.Column("capacity", sa.String(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_laptop_permissions_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_laptop_permissions_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_laptop_permissions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laptop_permissions")),
    )
    op.create_index(op.f("ix_laptop_permissions_user_id"), "laptop_permissions", ["user_id"], unique=False)
    op.create_index(
        "uq_laptop_permissions_living",
        "laptop_permissions",
        ["school_id", "year", "user_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'permitted')"),
    )
    op.create_table(
        "oversights",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_oversights_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_oversights_office_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_oversights_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversights")),
    )
    op.create_index("ix_oversights_school_id", "oversights", ["school_id"], unique=False)
    op.create_table(
        "record_type_switches",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("switched_by_id", sa.Uuid(), nullable=False),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_record_type_switches_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["switched_by_id"], ["users.id"], name=op.f("fk_record_type_switches_switched_by_id")
        ),
        sa.PrimaryKeyConstraint("school_id", "code", "year", name=op.f("pk_record_type_switches")),
    )
    op.create_table(
        "retention_confirmations",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["users.id"], name=op.f("fk_retention_confirmations_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_retention_confirmations_school_id")
        ),
        sa.PrimaryKeyConstraint("school_id", "code", name=op.f("pk_retention_confirmations")),
    )
    op.create_table(
        "school_names",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("superior", sa.String(), server_default="", nullable=False),
        sa.Column("place", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_school_names_school_id")),
        sa.PrimaryKeyConstraint("school_id", "valid_from", name=op.f("pk_school_names")),
    )
    op.create_table(
        "school_periods",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("within", sa.ARRAY(sa.String()), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_school_periods_ends_after_start")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_school_periods_school_id")),
        sa.PrimaryKeyConstraint("school_id", "period", name=op.f("pk_school_periods")),
    )
    op.create_index(
        "ix_school_periods_school_id_year_kind",
        "school_periods",
        ["school_id", "year", "kind", "number"],
        unique=False,
    )
    op.create_table(
        "subjects",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_subjects_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subjects")),
        sa.UniqueConstraint("school_id", "code", name=op.f("uq_subjects_school_id_code")),
    )
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("campus_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campus_id"], ["campuses.id"], name=op.f("fk_classes_campus_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_classes_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes")),
        sa.UniqueConstraint("school_id", "year", "name", name=op.f("uq_classes_school_id_year_name")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(duty = 'subject') = (subject_id IS NOT NULL)", name=op.f("ck_assignments_subject_named")
        ),
        sa.CheckConstraint(
            "(duty = 'youth_leader') = (class_id IS NULL)", name=op.f("ck_assignments_class_named")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_assignments_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_assignments_class_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_assignments_school_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_assignments_subject_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assignments_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index("ix_assignments_school_id_year", "assignments", ["school_id", "year"], unique=False)
    op.create_index(op.f("ix_assignments_user_id"), "assignments", ["user_id"], unique=False)
    op.add_column("offices", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("offices", sa.Column("successor_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_offices_successor_id"), "offices", "offices", ["successor_id"], ["id"])
    op.add_column("record_types", sa.Column("school_id", sa.Integer(), nullable=True))
    op.add_column(
        "record_types", sa.Column("levels", sa.ARRAY(sa.String()), server_default="{}", nullable=False)
    )
    op.add_column(
        "record_types",
        sa.Column("bases", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    op.add_column(
        "record_types", sa.Column("submitter", sa.String(), server_default="teacher", nullable=False)
    )
    op.add_column(
        "record_types", sa.Column("slot_format", sa.String(), server_default="person", nullable=False)
    )
    op.add_column(
        "record_types",
        sa.Column("paper_required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("record_types", sa.Column("retention_years", sa.Integer(), nullable=True))
    op.add_column(
        "record_types", sa.Column("retention_basis", sa.String(), server_default="", nullable=False)
    )
    op.add_column("record_types", sa.Column("first_year", sa.String(), server_default="", nullable=False))
    op.add_column("record_types", sa.Column("last_year", sa.String(), nullable=True))
    op.add_column(
        "record_types",
        sa.Column("on_by_default", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.drop_constraint(op.f("uq_record_types_code_version"), "record_types", type_="unique")
    op.create_unique_constraint(
        op.f("uq_record_types_school_id_code_version"),
        "record_types",
        ["school_id", "code", "version"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_foreign_key(op.f("fk_record_types_school_id"), "record_types", "schools", ["school_id"], ["id"])
    op.add_column("schools", sa.Column("levels", sa.ARRAY(sa.String()), server_default="{}", nullable=False))
    op.execute(
        "UPDATE schools SET levels = CASE level"
        " WHEN 'several' THEN ARRAY['primary', 'lower_secondary'] ELSE ARRAY[level] END"
    )
    op.alter_column("schools", "levels", server_default=None)
    op.drop_column("schools", "level")


def downgrade() -> None:
    op.add_column("schools", sa.Column("level", sa.String(), server_default="several", nullable=False))
    op.execute("UPDATE schools SET level = levels[1] WHERE cardinality(levels) = 1")
    op.alter_column("schools", "level", server_default=None)
    op.drop_column("schools", "levels")
    op.drop_constraint(op.f("fk_record_types_school_id"), "record_types", type_="foreignkey")
    op.drop_constraint(op.f("uq_record_types_school_id_code_version"), "record_types", type_="unique")
    op.create_unique_constraint(op.f("uq_record_types_code_version"), "record_types", ["code", "version"])
    op.drop_column("record_types", "on_by_default")
    op.drop_column("record_types", "last_year")
    op.drop_column("record_types", "first_year")
    op.drop_column("record_types", "retention_basis")
    op.drop_column("record_types", "retention_years")
    op.drop_column("record_types", "paper_required")
    op.drop_column("record_types", "slot_format")
    op.drop_column("record_types", "submitter")
    op.drop_column("record_types", "bases")
    op.drop_column("record_types", "levels")
    op.drop_column("record_types", "school_id")
    op.drop_constraint("fk_offices_successor_id", "offices", type_="foreignkey")
    op.drop_column("offices", "successor_id")
    op.drop_column("offices", "closed_on")
    op.drop_table("assignments")
    op.drop_table("classes")
    op.drop_table("subjects")
    op.drop_table("school_periods")
    op.drop_table("school_names")
    op.drop_table("retention_confirmations")
    op.drop_table("record_type_switches")
    op.drop_table("oversights")
    op.drop_table("laptop_permissions")
    op.drop_table("holidays")
    op.drop_table("deadline_rules")
    op.drop_table("deadline_exceptions")
    op.drop_table("campuses")
    op.drop_table("office_names")
