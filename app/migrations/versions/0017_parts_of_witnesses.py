"""As what else a witness could have confirmed, so that parts are matched whatever the order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("correction_witnesses", sa.Column("could", postgresql.ARRAY(sa.String()), nullable=True))
    op.execute("UPDATE correction_witnesses SET could = ARRAY[part]")
    op.alter_column("correction_witnesses", "could", nullable=False)


def downgrade() -> None:
    op.drop_column("correction_witnesses", "could")
