"""Corrections of filed records: who asked, who consented until when, what changed, who witnessed it."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class CorrectionState(StrEnum):
    """Where a correction stands; the values are those of the API."""

    REQUESTED = "requested"
    OPEN = "open"
    REFUSED = "refused"
    CLOSED = "closed"


class Part(StrEnum):
    """As what somebody confirms that the change is the one that was asked for."""

    REQUESTER = "requester"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


class Correction(Base):
    """One request to change one filed record."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("records.id"))
    state: Mapped[str]
    reason: Mapped[str]
    requested_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    requester_name: Mapped[str] = mapped_column(default="", server_default="")
    """What he was called then, like everybody's name below."""
    requested_at: Mapped[datetime] = mapped_column(default=now)
    old_turn: Mapped[int]
    """The turn of the official file that stands until the new one is filed."""
    old_version: Mapped[int]
    old_sha256: Mapped[str]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    decider_name: Mapped[str] = mapped_column(default="", server_default="")
    role: Mapped[str] = mapped_column(default="", server_default="")
    capacity: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="", server_default="")
    until: Mapped[datetime | None]
    """Versions are taken until then, and then it closes by itself."""
    closed_at: Mapped[datetime | None]
    ending: Mapped[str] = mapped_column(default="", server_default="")
    """How it closed: "witnessed", or "expired" with something missing."""
    new_version: Mapped[int | None]
    """The version filed under it, with its hash; empty when none was."""
    new_sha256: Mapped[str | None]

    __table_args__ = (
        Index(
            "uq_corrections_living",
            "record_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'open')"),
        ),
        Index("ix_corrections_record_id", "record_id"),
    )


class Witness(Base):
    """One confirmation, from the witness's own account, of the version that he saw."""

    __tablename__ = "correction_witnesses"

    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    could: Mapped[list[str]] = mapped_column(ARRAY(String))
    """All the parts he could have confirmed as then; `part` may become another of them."""
    name: Mapped[str] = mapped_column(default="", server_default="")
    sha256: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
