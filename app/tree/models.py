"""The folders made in a school's store."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Folder(Base):
    """A folder of the tree: `key` says what it is for and never changes, whatever it is called.

    What it belongs to is also what lies below it belongs to.
    """

    __tablename__ = "folders"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    key: Mapped[str]
    """Parts from the top joined by "/": school year, tier, department, person, record type, period.

    The year of what holds pupils' sensitive data is marked as restricted.
    """
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("folders.id"), index=True)
    name: Mapped[str]
    """What it is to be called; `path` ends in it once the store has been told."""
    path: Mapped[str]
    """Where it lies in the store."""
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    record_type_id: Mapped[int | None] = mapped_column(ForeignKey("record_types.id"))
    made_at: Mapped[datetime | None]
    """When it was made in the store; empty when that is still to be done."""

    __table_args__ = (
        UniqueConstraint("school_id", "key"),
        UniqueConstraint("school_id", "path"),
        Index(
            "ix_folders_department_id", "department_id", postgresql_where=text("department_id IS NOT NULL")
        ),
        Index("ix_folders_owner_id", "owner_id", postgresql_where=text("owner_id IS NOT NULL")),
    )
