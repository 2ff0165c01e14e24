"""The school year as rows: periods with dates, holidays, and the rules and exceptions of deadlines."""

import uuid
from datetime import date, datetime, time

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Identity, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class SchoolPeriod(Base):
    """The year, a term, a month or a week of one school, with its first and last day.

    The rows of one school and year are its calendar; a school without rows has the default one.
    """

    __tablename__ = "school_periods"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    """As the contract writes it: `2026-2027`, `2026-2027/HK1`, `2026-2027/M09`, `2026-2027/W12`."""
    year: Mapped[str]
    kind: Mapped[str]
    """"year", "term", "month" or "week", as record types say how often they are due."""
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day, which belongs to the period."""
    within: Mapped[list[str]] = mapped_column(ARRAY(String))
    """The periods that contain this one, itself first: a lock on any of them holds for it."""

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index("ix_school_periods_school_id_year_kind", "school_id", "year", "kind", "number"),
    )


class Holiday(Base):
    """Days on which no school is kept and nobody is reminded."""

    __tablename__ = "holidays"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    year: Mapped[str]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index("ix_holidays_school_id_year", "school_id", "year"),
    )


class DeadlineRule(Base):
    """When records are due: for one record type, or for all whose periods are of one kind."""

    __tablename__ = "deadline_rules"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    record_type_code: Mapped[str | None]
    """Empty: every type of the kind of period that has no rule of its own."""
    period_kind: Mapped[str]
    anchor: Mapped[str]
    """"begin" or "end" of the period, or "month_day"."""
    days: Mapped[int]
    """Days after the anchor, negative before it; with "month_day" the day of the month."""
    opens_days: Mapped[int | None]
    """The first day on which it may be handed in, counted like `days`; empty: any time."""
    at: Mapped[time]
    """The time of day in Vietnam."""

    __table_args__ = (
        UniqueConstraint("school_id", "record_type_code", "period_kind", postgresql_nulls_not_distinct=True),
    )


class DeadlineException(Base):
    """A later deadline for one person, with the reason and whoever granted it."""

    __tablename__ = "deadline_exceptions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    record_type_code: Mapped[str | None]
    """Empty: all of the person's records."""
    period: Mapped[str]
    """The period it holds for, with all periods inside it."""
    due_at: Mapped[datetime | None]
    """The new deadline; empty: nothing is owed."""
    reason: Mapped[str]
    granted_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_deadline_exceptions_school_id_user_id", "school_id", "user_id"),)
