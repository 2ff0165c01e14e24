"""Whether a delegation ended with a post that it rested on; those that rest on nothing now end here."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_END_UNFOUNDED = """
UPDATE delegations AS d SET revoked_at = now(), lapsed = true
WHERE d.revoked_at IS NULL AND d.ends_at > now() AND NOT (
    EXISTS (
        SELECT FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.user_id = d.from_user_id AND m.school_id = d.school_id AND m.ended_at IS NULL
          AND u.disabled_at IS NULL AND m.role = d.role
          AND m.department_id IS NOT DISTINCT FROM d.department_id)
    AND EXISTS (
        SELECT FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.user_id = d.to_user_id AND m.school_id = d.school_id AND m.ended_at IS NULL
          AND u.disabled_at IS NULL
          AND (d.department_id IS NULL OR m.department_id = d.department_id)
          AND (d.role = 'principal' AND m.role = 'vice_principal'
               OR d.role = 'head' AND m.role IN ('deputy_head', 'teacher'))))
"""


def upgrade() -> None:
    op.add_column("delegations", sa.Column("lapsed", sa.Boolean(), server_default="false", nullable=False))
    op.execute(_END_UNFOUNDED)


def downgrade() -> None:
    op.drop_column("delegations", "lapsed")
