"""Record types: what a school keeps, by whom, how often and by which route."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Identity, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class PeriodKind(StrEnum):
    """How often a record of a type is due, and so how its period is written."""

    YEAR = "year"
    TERM = "term"
    MONTH = "month"
    WEEK = "week"


class OwnerKind(StrEnum):
    """Whose record it is: it decides the route and who may hand it in."""

    TEACHER = "teacher"
    CLASS = "class"
    DEPARTMENT = "department"
    SCHOOL = "school"


class SlotFormat(StrEnum):
    """What tells the records of one owner, type and period apart, and so how many are owed."""

    PERSON = "person"
    """One for the owner."""
    CLASS = "class"
    CLASS_SUBJECT = "class_subject"
    LESSON = "lesson"


class RecordType(Base):
    """One entry of the catalogue; a running record keeps the entry it began with."""

    __tablename__ = "record_types"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    """Set for a type of a school's own; empty for those that ship with the product."""
    code: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str]
    short_name: Mapped[str]
    """The folder's name in the tree."""
    tier: Mapped[str]
    owner_kind: Mapped[str]
    period_kind: Mapped[str]
    sensitive: Mapped[bool]
    """Holds pupils' sensitive data: never shown to oversight offices."""
    position: Mapped[int]
    """Its place among the folders and in lists."""
    levels: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")
    """The levels of schooling it is for; empty: all."""
    bases: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """Its legal bases: charter, clause and the levels it holds for."""
    submitter: Mapped[str] = mapped_column(default="teacher", server_default="teacher")
    """Who owes it: "teacher", "homeroom_teacher", "subject_teacher", "youth_leader", "head" or "office"."""
    slot_format: Mapped[str] = mapped_column(default=SlotFormat.PERSON, server_default="person")
    paper_required: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    retention_years: Mapped[int | None]
    """How long it is to be kept after it was closed; empty: for ever."""
    retention_basis: Mapped[str] = mapped_column(default="", server_default="")
    first_year: Mapped[str] = mapped_column(default="", server_default="")
    """The first school year it is valid for; empty: from the beginning."""
    last_year: Mapped[str | None]
    """The last school year it is valid for; empty: it still is."""
    on_by_default: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (UniqueConstraint("school_id", "code", "version", postgresql_nulls_not_distinct=True),)


class TypeSwitch(Base):
    """A school's word, from a school year on, whether it keeps a record type, and when it was said."""

    __tablename__ = "record_type_switches"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[bool]
    switched_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    switched_at: Mapped[datetime] = mapped_column(default=now)


class RetentionConfirmation(Base):
    """How long a school keeps a record type, as its clerk confirmed it."""

    __tablename__ = "retention_confirmations"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    years: Mapped[int | None]
    """Empty: for ever."""
    basis: Mapped[str]
    confirmed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime] = mapped_column(default=now)
