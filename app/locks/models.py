"""Locks that a school sets and lifts, and the windows that an office lays over its schools."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Lock(Base):
    """A period closed for one record type, or for all: no upload, decision or withdrawal there."""

    __tablename__ = "locks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    record_type_code: Mapped[str | None]
    """Empty: every record type."""
    period: Mapped[str]
    """A year, term, month or week; it holds for all periods inside it."""
    reason: Mapped[str]
    ordered: Mapped[str] = mapped_column(default="", server_default="")
    """The principal's order by which the office locked, like its number and date; empty for his own."""
    locked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    capacity: Mapped[str] = mapped_column(default="", server_default="")
    locked_at: Mapped[datetime] = mapped_column(default=now)
    lifted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        Index(
            "uq_locks_living",
            "school_id",
            "period",
            "record_type_code",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_locks_school_id", "school_id"),
    )


class OfficeWindow(Base):
    """An office's rule for all schools below it: closed so many days after a term, open between two days."""

    __tablename__ = "office_windows"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    year: Mapped[str]
    kind: Mapped[str]
    """"close": what belongs to a term is closed `days` after its end; "open": all is open meanwhile."""
    days: Mapped[int | None]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    """The last day on which it is open."""
    record_type_code: Mapped[str | None]
    reason: Mapped[str]
    set_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "(kind = 'close' AND days >= 0) OR (kind = 'open' AND closes_on >= opens_on)", name="whole"
        ),
    )


class WindowLetter(Base):
    """A letter to one person about a window: written down before it is sent, so that none is sent twice."""

    __tablename__ = "window_letters"

    window_id: Mapped[int] = mapped_column(ForeignKey("office_windows.id"), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sent_at: Mapped[datetime | None]
