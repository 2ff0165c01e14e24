"""Which sheets of heads were put into which school's store, so that it is noticed when one is gone."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class KeptSheet(Base):
    """A sheet as it was put into a school's store."""

    __tablename__ = "kept_sheets"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store_accounts.id"))
    """Empty for the school's folder on this machine."""
    path: Mapped[str]
    sha256: Mapped[str]
    at: Mapped[datetime]
    """The moment whose heads it holds."""
    lost_at: Mapped[datetime | None]
    """Since when it is not found any more, or with other bytes."""

    __table_args__ = (
        UniqueConstraint("school_id", "store_id", "path", postgresql_nulls_not_distinct=True),
        Index("ix_kept_sheets_lost", "school_id", postgresql_where=text("lost_at IS NOT NULL")),
    )
