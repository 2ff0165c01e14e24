"""The names of the day kept with events and corrections; what is older gets those of today."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = {
    "events": (
        "actor_name",
        "position",
        "owner_name",
        "department_name",
        "school_name",
        "superior_name",
    ),
    "corrections": ("requester_name", "decider_name"),
    "correction_witnesses": ("name",),
}

NAMES = """
    UPDATE events SET
        actor_name = coalesce(actor.name, ''),
        owner_name = owner.name,
        department_name = coalesce(department.name, ''),
        school_name = coalesce(named.name, school.name),
        superior_name = coalesce(nullif(named.superior, ''), above.name, office.name, ''),
        position = coalesce(post.title, '')
    FROM events AS own
    JOIN records AS record ON record.id = own.record_id
    JOIN schools AS school ON school.id = record.school_id
    JOIN users AS owner ON owner.id = record.owner_id
    LEFT JOIN users AS actor ON actor.id = own.actor_id
    LEFT JOIN departments AS department ON department.id = record.department_id
    LEFT JOIN offices AS office ON office.id = school.office_id
    LEFT JOIN offices AS above ON above.id = office.parent_id
        AND office.kind = 'commune_culture_society_office' AND above.kind = 'commune_people_committee'
    LEFT JOIN LATERAL (
        SELECT name, superior FROM school_names
        WHERE school_id = school.id AND valid_from <= (own.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        ORDER BY valid_from DESC LIMIT 1
    ) AS named ON true
    LEFT JOIN LATERAL (
        SELECT title.words || coalesce(' ' || unit.name, '') AS title
        FROM memberships AS held
        JOIN (VALUES ('principal', 'Hiệu trưởng', 1), ('vice_principal', 'Phó Hiệu trưởng', 2),
            ('head', 'Tổ trưởng', 3), ('deputy_head', 'Tổ phó', 4), ('clerk', 'Văn thư', 5),
            ('records_admin', 'Quản trị hồ sơ', 6), ('teacher', 'Giáo viên', 7)
        ) AS title (role, words, rank) ON title.role = held.role
        LEFT JOIN departments AS unit ON unit.id = held.department_id AND held.role IN ('head', 'deputy_head')
        WHERE held.user_id = own.actor_id AND held.school_id = school.id
            AND held.began_at <= own.at AND (held.ended_at IS NULL OR held.ended_at > own.at)
        ORDER BY held.role = own.role DESC, title.rank, held.id LIMIT 1
    ) AS post ON true
    WHERE own.id = events.id
"""


def upgrade() -> None:
    for table, names in COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.String(), server_default="", nullable=False))
    # Events are only ever added; this once they get what they should have had from the start.
    op.execute("ALTER TABLE events DISABLE TRIGGER only_added")
    op.execute(NAMES)
    op.execute("ALTER TABLE events ENABLE TRIGGER only_added")
    op.execute(
        "UPDATE corrections SET requester_name = users.name FROM users WHERE users.id = requested_by_id"
    )
    op.execute("UPDATE corrections SET decider_name = users.name FROM users WHERE users.id = decided_by_id")
    op.execute("UPDATE correction_witnesses SET name = users.name FROM users WHERE users.id = user_id")


def downgrade() -> None:
    for table, names in COLUMNS.items():
        for name in names:
            op.drop_column(table, name)
