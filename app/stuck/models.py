"""The jobs that do not get on."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


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
