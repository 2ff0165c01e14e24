"""The jobs that do not get on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class StuckJob(Base):
    """A job that failed: why, since when, whose it is, and what to defer again."""

    __tablename__ = "stuck_jobs"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    task: Mapped[str]
    subject: Mapped[str] = mapped_column(default="", server_default="")
    """What tells it from others of its task; empty for what is done by the clock."""
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    """Without school and office it is the operator's."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    lock: Mapped[str | None]
    """The queue lock that it had."""
    code: Mapped[str]
    """The refusal's code; `internal_error` for what nobody foresaw."""
    attempts: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    """When it was first noted."""
    asked_at: Mapped[datetime | None]
    """When somebody had it tried again that has not failed since."""

    __table_args__ = (UniqueConstraint("task", "subject"),)
