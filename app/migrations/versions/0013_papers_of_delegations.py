"""Papers of delegations as rows of their own, since one may have several."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegation_papers",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_delegation_papers_delegation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_papers")),
        sa.UniqueConstraint(
            "delegation_id", "sha256", name=op.f("uq_delegation_papers_delegation_id_sha256")
        ),
    )
    op.execute(
        "INSERT INTO delegation_papers (delegation_id, blob, sha256, size, attached_at)"
        " SELECT id, paper_blob, paper_sha256, paper_size, created_at FROM delegations"
        " WHERE paper_blob IS NOT NULL"
    )
    for name in ("paper_blob", "paper_sha256", "paper_size"):
        op.drop_column("delegations", name)


def downgrade() -> None:
    op.add_column("delegations", sa.Column("paper_blob", sa.String(), nullable=True))
    op.add_column("delegations", sa.Column("paper_sha256", sa.String(), nullable=True))
    op.add_column("delegations", sa.Column("paper_size", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE delegations"
        " SET paper_blob = latest.blob, paper_sha256 = latest.sha256, paper_size = latest.size"
        " FROM (SELECT DISTINCT ON (delegation_id) * FROM delegation_papers ORDER BY delegation_id, id DESC)"
        " AS latest WHERE latest.delegation_id = delegations.id"
    )
    op.drop_table("delegation_papers")
