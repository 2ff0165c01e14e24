"""A record, its versions, the words it is found by, and its official file."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, false, func, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Record(Base):
    """One slot's document on its way from upload to the tree.

    `state`, `turn`, `waiting_for` and who handed in and approved are written by `approvals.actions`,
    `turn` and `waiting_for` by `approvals.ownership` as well.
    """

    __tablename__ = "records"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    """What the public check page is asked for, like KD-7F3K-9Q2M-X4TB."""
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    keeper_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who answers for it since the owner handed it over; it stays under the owner's name."""
    slot_owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Whose slot it fills when that is not its owner's: who handed it in, owed it, and handed it over."""
    record_type_id: Mapped[int] = mapped_column(ForeignKey("record_types.id"))
    period: Mapped[str]
    class_name: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    slot_title: Mapped[str] = mapped_column(default="")
    """The title as it was given; part of the slot, empty when none was."""
    title: Mapped[str]
    """The title as it is shown."""
    route: Mapped[str]
    route_version: Mapped[int]
    state: Mapped[str]
    turn: Mapped[int]
    waiting_for: Mapped[str | None]
    """Whose decision is due, "head" or "principal"; empty when nobody's."""
    waiting_since: Mapped[datetime | None]
    handed_in_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who handed in the present version; he decides on it as little as the owner."""
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who approved the present version; the next decision on it is another's."""
    version: Mapped[int]
    sha256: Mapped[str]
    size: Mapped[int]
    pages: Mapped[int]
    gate: Mapped[int] = mapped_column(server_default="0")
    """The number of the gate that read the present version last."""
    gate_refusal: Mapped[str] = mapped_column(default="", server_default="")
    """The code for which that gate refuses what an older one took; empty where it takes it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "uq_records_living_slot",
            text("coalesce(slot_owner_id, owner_id)"),
            "school_id",
            "record_type_id",
            "period",
            "class_name",
            "subject",
            "slot_title",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(
            "ix_records_withdrawn_slot",
            text("coalesce(slot_owner_id, owner_id)"),
            "school_id",
            "period",
            postgresql_where=text("state = 'withdrawn'"),
        ),
        Index("ix_records_school_id_created_at", "school_id", "created_at", "id"),
        Index(
            "ix_records_school_id_state",
            "school_id",
            "state",
            "created_at",
            "id",
            postgresql_include=["record_type_id"],
        ),
        Index("ix_records_school_id_period", "school_id", "period", "created_at", "id"),
        Index("ix_records_school_id_record_type_id", "school_id", "record_type_id", "created_at", "id"),
        Index("ix_records_owner_id_created_at", "owner_id", "created_at", "id"),
        Index(
            "ix_records_keeper_id_created_at",
            "keeper_id",
            "created_at",
            "id",
            postgresql_where=text("keeper_id IS NOT NULL"),
        ),
        Index(
            "ix_records_slot_owner_id_created_at",
            "slot_owner_id",
            "created_at",
            "id",
            postgresql_where=text("slot_owner_id IS NOT NULL"),
        ),
        Index("ix_records_department_id_created_at", "department_id", "created_at", "id"),
        Index("ix_records_gate", "gate", postgresql_where=text("waiting_for IS NOT NULL")),
        Index(
            "ix_records_waiting_school",
            "school_id",
            "waiting_for",
            "waiting_since",
            "id",
            postgresql_where=text("waiting_for IS NOT NULL"),
        ),
        Index(
            "ix_records_waiting_department",
            "department_id",
            "waiting_for",
            "waiting_since",
            "id",
            postgresql_where=text("waiting_for IS NOT NULL"),
        ),
    )

    @hybrid_property
    def slot_owner(self) -> uuid.UUID:
        """Whose slot it fills, and for whom it counts where a person owes it."""
        return self.slot_owner_id or self.owner_id

    @slot_owner.inplace.expression
    @classmethod
    def _slot_owner(cls) -> ColumnElement[uuid.UUID]:
        return func.coalesce(cls.slot_owner_id, cls.owner_id)

    def is_answered_for_by(self, user_id: uuid.UUID) -> bool:
        """Tell whether somebody owns the record, or took it over from its owner."""
        return user_id in (self.owner_id, self.keeper_id)


class Version(Base):
    """The bytes handed in at one time; versions are added, never changed."""

    __tablename__ = "versions"

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("records.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    size: Mapped[int]
    pages: Mapped[int]
    signed: Mapped[bool]
    """Came with a digital signature, so its bytes are never rewritten."""
    signature_traces: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Holds what looks like a digital signature but is none that counts, so it is stamped like any other."""
    blob: Mapped[str] = mapped_column(unique=True)
    """Where staging keeps the bytes."""
    file_name: Mapped[str] = mapped_column(default="", server_default="")
    text: Mapped[str] = mapped_column(deferred=True)
    uploaded_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_versions_sha256", "sha256"),)


class SearchEntry(Base):
    """The folded words of a record's school; a table of its own, so that decisions do not touch the index."""

    __tablename__ = "search_entries"

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("records.id"), primary_key=True)
    words: Mapped[str] = mapped_column(TSVECTOR)

    __table_args__ = (Index("ix_search_entries_words", "words", postgresql_using="gin"),)


class RecordCount(Base):
    """How many records stood in one state when they were counted last."""

    __tablename__ = "record_counts"

    state: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime]


class OfficialFile(Base):
    """The sealed PDF of one sign-off: kept in staging, then placed in the school's tree."""

    __tablename__ = "official_files"

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("records.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    """The record's turn when it was signed off."""
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    version: Mapped[int]
    sha256: Mapped[str]
    size: Mapped[int]
    pages: Mapped[int]
    blob: Mapped[str]
    pdfa: Mapped[str]
    """The PDF/A level reached, like "PDF/A-2b", or empty."""
    pdfa_reason: Mapped[str] = mapped_column(default="", server_default="")
    certificate_sha256: Mapped[str | None]
    """The certificate beside a file that came signed; otherwise it is the last page."""
    certificate_size: Mapped[int | None]
    certificate_blob: Mapped[str | None]
    path: Mapped[str | None]
    """Where it lies in the tree, reserved before it is written there."""
    certificate_path: Mapped[str | None]
    sealed_at: Mapped[datetime] = mapped_column(default=now)
    filed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_official_files_sha256", "sha256"),
        Index("ix_official_files_blob", "blob"),
        Index(
            "ix_official_files_certificate_blob",
            "certificate_blob",
            postgresql_where=text("certificate_blob IS NOT NULL"),
        ),
        Index(
            "ix_official_files_certificate_sha256",
            "certificate_sha256",
            postgresql_where=text("certificate_sha256 IS NOT NULL"),
        ),
        Index("uq_official_files_school_id_path", "school_id", "path", unique=True),
    )
