"""Of reminders that could not be sent there is one line for each reader, and long subjects end in a hash.

Of the reminders of several days to one reader that are stuck the last is kept, with the time of the first.
Back again, each keeps its own day; what was hashed stays as it is, since the older version finds it no worse.
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep a line for each reader, and shorten what is long."""
    op.execute(
        "UPDATE stuck_jobs SET at = first.at FROM (SELECT arguments->'school_id' AS school,"
        " arguments->'user_id' AS reader, min(at) AS at FROM stuck_jobs WHERE task = 'send_reminder'"
        " GROUP BY 1, 2) AS first WHERE task = 'send_reminder'"
        " AND arguments->'school_id' = first.school AND arguments->'user_id' = first.reader"
    )
    op.execute(
        "DELETE FROM stuck_jobs USING stuck_jobs AS later WHERE stuck_jobs.task = 'send_reminder'"
        " AND later.task = 'send_reminder' AND later.id > stuck_jobs.id"
        " AND later.arguments->'school_id' = stuck_jobs.arguments->'school_id'"
        " AND later.arguments->'user_id' = stuck_jobs.arguments->'user_id'"
    )
    op.execute(
        "UPDATE stuck_jobs SET subject = concat_ws('/', arguments->>'school_id', arguments->>'user_id')"
        " WHERE task = 'send_reminder'"
    )
    op.execute(
        "UPDATE stuck_jobs SET subject = left(subject, 435) || '#'"
        " || encode(sha256(convert_to(subject, 'UTF8')), 'hex') WHERE length(subject) > 500"
    )


def downgrade() -> None:
    """Give each reminder's subject its day again."""
    op.execute(
        "UPDATE stuck_jobs SET subject = concat_ws('/', arguments->>'school_id', arguments->>'user_id',"
        " arguments->>'day') WHERE task = 'send_reminder'"
    )
