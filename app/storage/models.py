"""Connected stores of schools, what each is known to hold, and how fast its account may be called."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Provider(StrEnum):
    """Who keeps the bytes."""

    LOCAL = "local"
    GOOGLE = "google"
    MICROSOFT = "microsoft"


class Part(StrEnum):
    """What a store is to its school."""

    ACTIVE = "active"
    """Files are put here."""
    NEXT = "next"
    """The school is moving here."""
    FORMER = "former"
    """The school has moved away; untouched until that is confirmed."""


class StoreState(StrEnum):
    """Whether the account behind a store lets us in."""

    CONNECTED = "connected"
    RECONNECT = "reconnect"
    """The grant was revoked or has ended: a person has to connect again; jobs wait."""
    STOPPED = "stopped"
    """Something only the school can mend (full, forbidden): jobs wait until somebody tries again."""


class StoreAccount(Base):
    """One connected store; a school without any keeps its tree in a local folder."""

    __tablename__ = "store_accounts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    provider: Mapped[str]
    part: Mapped[str]
    state: Mapped[str]
    account: Mapped[str] = mapped_column(default="", server_default="")
    """As whom it is connected: an address, shown to the school's administrators only."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What is no secret: drive, root folder, tenant."""
    secrets: Mapped[bytes]
    """Credentials, encrypted with the deployment's keys."""
    error_code: Mapped[str | None]
    """The last refusal's code, until a call succeeds."""
    error_at: Mapped[datetime | None]
    used_bytes: Mapped[int | None] = mapped_column(BigInteger)
    limit_bytes: Mapped[int | None] = mapped_column(BigInteger)
    measured_at: Mapped[datetime | None]
    cursor: Mapped[str | None]
    """Where the next look at the store's changes begins."""
    looked_at: Mapped[datetime | None]
    connected_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "uq_store_accounts_school_id_part",
            "school_id",
            "part",
            unique=True,
            postgresql_where=text("part <> 'former'"),
        ),
        CheckConstraint("part IN ('active', 'next', 'former')", name="part"),
    )


class StoreItem(Base):
    """A folder or file in a store: reserved before the first call, confirmed after it."""

    __tablename__ = "store_items"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store_accounts.id"))
    path: Mapped[str]
    """Where it belongs in the school's tree; "" is the root."""
    is_folder: Mapped[bool]
    remote_id: Mapped[str | None]
    """The store's id: reserved beforehand where the store lets us choose it, else learned."""
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    """Of the bytes that we put there; our own word, computed here."""
    remote_hash: Mapped[str | None]
    """What the store says of the bytes, in its own kind of hash."""
    revision: Mapped[str | None]
    locked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    upload_url: Mapped[str | None]
    """An upload that was begun in pieces and can be continued."""
    confirmed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the last round through the whole store began that came by it."""

    __table_args__ = (
        UniqueConstraint("store_id", "path"),
        UniqueConstraint("store_id", "remote_id"),
    )


class SpareId(Base):
    """An id that a store gave out beforehand and that nothing uses yet."""

    __tablename__ = "spare_ids"

    store_id: Mapped[int] = mapped_column(ForeignKey("store_accounts.id"), primary_key=True)
    remote_id: Mapped[str] = mapped_column(primary_key=True)


class Bucket(Base):
    """A token bucket that all workers draw from together."""

    __tablename__ = "buckets"

    key: Mapped[str] = mapped_column(primary_key=True)
    """The account and the kind of call, like `google:3:write`."""
    tokens: Mapped[float]
    refilled_at: Mapped[datetime]
    closed_until: Mapped[datetime | None]
    """Set by Retry-After: nobody calls before."""
