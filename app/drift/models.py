"""What was found changed in a school's store behind the application's back, and when one has looked."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Kind(StrEnum):
    """What somebody did to the tree without the application."""

    MOVED = "moved"
    RENAMED = "renamed"
    EDITED = "edited"
    """The file holds other bytes than those that were put there."""
    TRASHED = "trashed"
    DELETED = "deleted"
    UNLOCKED = "unlocked"
    SHARED = "shared"
    """Somebody may look or write whom nobody here decided to let in."""
    FOREIGN = "foreign"
    """Something lies in the tree that was not put there by us."""


class Standing(StrEnum):
    """How far a finding has come."""

    OPEN = "open"
    QUEUED = "queued"
    """A person asked for the repair; the job is to come."""
    ACCEPTED = "accepted"
    """A person decided to leave it so; it is not told again."""
    MENDED = "mended"
    """Repaired from our own copy."""
    VANISHED = "vanished"
    """Found to be in order again at a later look."""


LASTING = (Standing.OPEN, Standing.QUEUED, Standing.ACCEPTED)
"""As far as is known the store still shows it."""


class Finding(Base):
    """One difference between what we put into the store and what it shows."""

    __tablename__ = "drift_findings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str]
    path: Mapped[str]
    """Where it belongs; of something foreign, where it lies."""
    is_folder: Mapped[bool]
    remote_id: Mapped[str] = mapped_column(default="", server_default="")
    now_path: Mapped[str] = mapped_column(default="", server_default="")
    """Where a moved or renamed one lies now; empty when that is outside the tree."""
    evidence: Mapped[str] = mapped_column(default="", server_default="")
    """What tells one change from the next: the hash of other bytes, or who was let in."""
    grant_id: Mapped[str] = mapped_column(default="", server_default="")
    told_by: Mapped[str] = mapped_column(default="", server_default="")
    """Who did it, as far as the store tells."""
    happened_at: Mapped[datetime | None]
    """When, as far as the store tells."""
    found_at: Mapped[datetime] = mapped_column(default=now)
    standing: Mapped[str]
    error_code: Mapped[str | None]
    """Why the last repair did not succeed."""
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        Index(
            "uq_drift_findings_lasting",
            "school_id",
            "kind",
            "path",
            "remote_id",
            "grant_id",
            unique=True,
            postgresql_where=text("standing IN ('open', 'queued', 'accepted')"),
        ),
        Index("ix_drift_findings_school_id_settled_at", "school_id", "settled_at"),
        CheckConstraint("standing IN ('open', 'queued', 'accepted', 'mended', 'vanished')", name="standing"),
    )


class DriftWatch(Base):
    """When a school's store was last looked at, and what the last sample came to."""

    __tablename__ = "drift_watches"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    looked_at: Mapped[datetime | None]
    sampled_at: Mapped[datetime | None]
    sampled_files: Mapped[int] = mapped_column(default=0, server_default="0")
    sampled_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class DriftRound(Base):
    """A look at a cloud store that is under way, done in portions; the row goes when it is through."""

    __tablename__ = "drift_rounds"

    store_id: Mapped[int] = mapped_column(ForeignKey("store_accounts.id"), primary_key=True)
    began_at: Mapped[datetime]
    cursor: Mapped[str]
    """Where the next look begins, once this one is through."""
    place: Mapped[str | None]
    """The page to be read next, "" being the first; None: there is none to read any more."""
    suspects: Mapped[list[str]] = mapped_column(JSONB)
    """The ids of what has to be asked for singly; folders before what they hold, once all pages are read."""
