"""The folders made in a school's store, and the jobs that got stuck on the way there."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


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

    __table_args__ = (UniqueConstraint("school_id", "key"), UniqueConstraint("school_id", "path"))


class StuckJob(Base):
    """A step that failed for good: why, since when, and what to defer again."""

    __tablename__ = "stuck_jobs"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("records.id"))
    task: Mapped[str]
    code: Mapped[str]
    """The refusal's code, or the class of the failure."""
    attempts: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("record_id", "task"),)
