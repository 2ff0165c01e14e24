"""Handovers: who gives which records and duties to whom, and that both agreed."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Handover(Base):
    """One handover (biên bản bàn giao); what it lists is copied, so that the paper stays as it was agreed."""

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    year: Mapped[str]
    from_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    to_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str]
    takes_effect_on: Mapped[date]
    leaves: Mapped[bool]
    """The giver leaves the school: his posts end on that day."""
    prepared_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    prepared_at: Mapped[datetime] = mapped_column(default=now)
    given_at: Mapped[datetime | None]
    """When the giver confirmed it, or the office in his stead."""
    given_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime | None]
    """When the taker confirmed it."""
    done_at: Mapped[datetime | None]
    """When duties and open records changed hands."""
    cancelled_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("from_user_id <> to_user_id", name="to_another"),)


class HandoverItem(Base):
    """A record or a duty that is handed over, as it stood when the paper was drawn up."""

    __tablename__ = "handover_items"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"))
    record_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("records.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    title: Mapped[str]
    detail: Mapped[str] = mapped_column(default="", server_default="")
    """State, version and hash of a record; the days of a duty."""

    __table_args__ = (
        CheckConstraint("num_nonnulls(record_id, assignment_id) = 1", name="one_thing"),
        Index("ix_handover_items_handover_id", "handover_id"),
        Index("ix_handover_items_record_id", "record_id", postgresql_where=text("record_id IS NOT NULL")),
    )
