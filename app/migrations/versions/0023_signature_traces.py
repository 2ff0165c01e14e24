"""Whether a version holds traces of a signature that does not count; of older ones it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    traces: sa.Column[bool] = sa.Column(
        "signature_traces", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("versions", traces)


def downgrade() -> None:
    op.drop_column("versions", "signature_traces")
