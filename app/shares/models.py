"""Shares of a school's year with those who oversee it: decisions about them, and what looks at them found."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class ShareState(StrEnum):
    """How far a share has come."""

    REQUESTED = "requested"
    """An office asked; the school's principal has yet to decide."""
    REFUSED = "refused"
    OPENING = "opening"
    """Decided, and to be carried out in the store."""
    OPEN = "open"
    CLOSING = "closing"
    """Revoked or at its end, and to be carried out in the store."""
    CLOSED = "closed"


LIVING = (ShareState.REQUESTED, ShareState.OPENING, ShareState.OPEN, ShareState.CLOSING)
OVER = (ShareState.REFUSED, ShareState.CLOSED)


class ShareStep(StrEnum):
    """What was decided about a share."""

    REQUEST = "request"
    """An office asks for it."""
    GIVE = "give"
    """The school shares of its own accord."""
    CONSENT = "consent"
    REFUSE = "refuse"
    CHANGE = "change"
    """Another end."""
    REVOKE = "revoke"
    LAPSE = "lapse"
    """The office oversees the school no more; nobody decided, the oversight did."""


class Share(Base):
    """One person's read access to the folder of a school year, and to nothing beside it, until a moment."""

    __tablename__ = "shares"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folders.id"))
    email: Mapped[str]
    """The reader's address at the store's provider, in lower case."""
    state: Mapped[str]
    until: Mapped[datetime]
    grant_id: Mapped[str | None]
    """The store's id of the permission; empty before there is one, and where the store has none."""
    error_code: Mapped[str | None]
    """Why the store did not do it, until it does."""
    error_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "uq_shares_folder_id_email_living",
            "folder_id",
            "email",
            unique=True,
            postgresql_where=text("state NOT IN ('refused', 'closed')"),
        ),
    )


class ShareDecision(Base):
    """One step of a share: who decided what, when and in which post."""

    __tablename__ = "share_decisions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    share_id: Mapped[int] = mapped_column(ForeignKey("shares.id"), index=True)
    step: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Empty where it was done on the command line of the server, or by the system."""
    operator: Mapped[str] = mapped_column(default="", server_default="")
    """The account on the server, where it was done there."""
    role: Mapped[str]
    capacity: Mapped[str] = mapped_column(default="", server_default="")
    """Set where the authority was lent: "KT." or "TUQ."."""
    until: Mapped[datetime]
    """The end that was decided on."""


class FindingKind(StrEnum):
    """How the permissions in a store differ from what was decided."""

    MISSING = "missing"
    """Decided, but the person cannot read; given again."""
    OTHER_END = "other_end"
    """The person's access ends at another moment; set again."""
    LEFT_OVER = "left_over"
    """A permission that we gave and that was revoked or has ended; taken away."""
    TOO_MUCH = "too_much"
    """The person may do more than read."""
    STRANGER = "stranger"
    """Somebody may open it whom nobody decided on."""
    PUBLIC = "public"
    """A link opens it for anyone."""
    ABOVE = "above"
    """Somebody is let in by a folder or drive that contains the tree: the school's own affair."""


class ShareFinding(Base):
    """One difference that the last look at the permissions found."""

    __tablename__ = "share_findings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    path: Mapped[str]
    kind: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    grant_id: Mapped[str]
    """The store's id of the permission; empty for one that is missing."""
    share_id: Mapped[int | None] = mapped_column(ForeignKey("shares.id"))
    """The share whose permission it is or should be."""
    closable: Mapped[bool]
    """A link that can be closed where it was found."""
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("school_id", "path", "kind", "email", "grant_id"),)


class ShareCheck(Base):
    """The last look at the permissions in a school's store."""

    __tablename__ = "share_checks"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Empty while it is under way."""
    looked_at: Mapped[int]
    """Folders and files so far."""
