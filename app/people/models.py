"""Accounts, what a person is in which unit, sessions, tokens, failed sign-ins and delegations."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
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
    password_set_at: Mapped[datetime] = mapped_column(default=now, server_default=func.now())
    """Since when the present password holds; a temporary one ends some days later."""
    password_given_at: Mapped[datetime | None]
    """When somebody else last gave the account a password, who could have signed in with it first."""
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
        Index(
            "ix_memberships_department_id",
            "department_id",
            postgresql_where=text("department_id IS NOT NULL"),
        ),
        Index("ix_memberships_office_id", "office_id", postgresql_where=text("office_id IS NOT NULL")),
    )


class BrowserSession(Base):
    """One signed-in browser; its cookie holds a secret of which only the SHA-256 is kept here."""

    __tablename__ = "browser_sessions"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    digest: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    browser: Mapped[str]
    """What the person knows it by, like `Firefox · Windows`; empty where it does not say."""
    network: Mapped[str]
    """`IPv4`, `IPv6`, or empty; the network address itself is not kept."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    """Right to a minute."""
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_browser_sessions_user_id_living", "user_id", postgresql_where=text("ended_at IS NULL")),
    )


class Token(Base):
    """A bearer token of the API; only its SHA-256 is kept."""

    __tablename__ = "tokens"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(
        unique=True, default=uuid.uuid4, server_default=func.gen_random_uuid()
    )
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(default="", server_default="")
    """What its owner calls it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]
    """Right to a minute."""
    expires_at: Mapped[datetime]


class SignInFailure(Base):
    """A wrong password, counted against what `app.people.guessing` names by `key`."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str]
    """A SHA-256: neither the address tried nor the network address is kept readable."""
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
        Index("ix_delegations_from_user_id", "from_user_id"),
        Index(
            "ix_delegations_department_id",
            "department_id",
            postgresql_where=text("department_id IS NOT NULL"),
        ),
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


class RequestKind(StrEnum):
    """What an administrator asks for."""

    PLACES = "places"
    PASSWORD = "password"  # noqa: S105 -- the name of a kind
    EMAIL = "email"
    ENABLE = "enable"


class AccountRequest(Base):
    """A decider's post, or a change of his account, that one person asked for and another has to confirm."""

    __tablename__ = "account_requests"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    """Whose post or account it is."""
    kind: Mapped[str]
    change: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The places to add and to remove, or the new address."""
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    first_half: Mapped[str]
    """Of the temporary password that a confirmation makes; good for nothing without the other half."""
    outcome: Mapped[str] = mapped_column(default="", server_default="")
    """Empty while it waits; "confirmed", "refused" or "withdrawn"."""
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Empty also where the operator confirmed at the server."""
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was refused."""


class Invitation(Base):
    """What a school asks whoever has an address: to work there as well. Only whose address it is sees it.

    It names no account, and is kept just so where nobody has the address: who invites learns nothing by it.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    email: Mapped[str]
    places: Mapped[list[str]] = mapped_column(JSONB)
    """What the person is to be, by the keys of places."""
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="", server_default="")
    """Empty while it waits; "accepted", "declined", "withdrawn" or "expired"."""
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index(
            "uq_invitations_open",
            "email",
            "school_id",
            unique=True,
            postgresql_where=text("outcome = ''"),
        ),
    )
