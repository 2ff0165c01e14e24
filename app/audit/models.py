"""The audit log: one hash chain per school, and one for the deployment itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class AuditEntry(Base):
    """What happened, chained to what happened before; the database refuses UPDATE and DELETE."""

    __tablename__ = "audit_entries"

    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    """A school's code, or "-" for what belongs to no school."""
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    """The internal id of a person, or "system"."""
    kind: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        Index(
            "ix_audit_entries_decided",
            "subject",
            "number",
            postgresql_where=text(
                "kind IN ('record.approve', 'record.sign_off', 'record.file', 'record.filed_before',"
                " 'record.described_before')"
            ),
        ),
        Index(
            "ix_audit_entries_official_sha256",
            text("(facts ->> 'official_sha256')"),
            postgresql_where=text("kind IN ('record.file', 'record.filed_before')"),
        ),
        Index("ix_audit_entries_noted", "chain", "number", postgresql_where=text("kind = 'audit.heads'")),
    )


class AuditHead(Base):
    """The last entry of each chain: locked by whoever appends, compared by whoever verifies."""

    __tablename__ = "audit_heads"

    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
