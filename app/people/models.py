"""Accounts, what a person is in which unit, tokens, failed sign-ins and delegations."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Role(StrEnum):
    """What a membership makes of a person; the values are those of the API."""

    TEACHER = "teacher"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"
    PRINCIPAL = "principal"
    VICE_PRINCIPAL = "vice_principal"
    CLERK = "clerk"
    RECORDS_ADMIN = "records_admin"
    OFFICER = "officer"


class User(Base):
    """One person's account; people are known by `id`, since names and addresses change."""

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    staff_code: Mapped[str] = mapped_column(default="", server_default="")
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    sessions_valid_from: Mapped[datetime] = mapped_column(default=now)
    """Browser sessions begun before this moment are refused."""
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)


class Membership(Base):
    """A person's role in a school, in one of its departments, or in an oversight office."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    began_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(school_id, office_id) = 1", name="school_or_office"),
        Index("ix_memberships_user_id_living", "user_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_memberships_school_id", "school_id"),
    )


class Token(Base):
    """A bearer token of the API; only its SHA-256 is kept."""

    __tablename__ = "tokens"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class SignInFailure(Base):
    """A wrong password, counted against the account's address and the caller's network address."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str]
    """SHA-256 of the address tried or of the network address: neither is kept readable."""
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_sign_in_failures_key_at", "key", "at"),)


class Delegation(Base):
    """A principal's or head's authority lent to another person, from a moment to a moment."""

    __tablename__ = "delegations"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    """Set when a head delegates; empty when the principal does."""
    from_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    to_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str]
    capacity: Mapped[str]
    """How the delegate signs: "KT." or "TUQ."."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    """When it was taken back, or ended with a post that it rested on; coming back does not revive it."""
    lapsed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """It ended with a post, and nobody took it back."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("from_user_id <> to_user_id", name="to_another"),
    )


class DelegationPaper(Base):
    """A signed paper of a delegation, a PDF."""

    __tablename__ = "delegation_papers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    blob: Mapped[str]
    """Where staging keeps it."""
    sha256: Mapped[str]
    size: Mapped[int]
    attached_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("delegation_id", "sha256"),)
