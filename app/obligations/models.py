"""What is owed, one row for each record; the kept counts of each school; reminders that were sent."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Obligation(Base):
    """One record that somebody owes; how it stands is read from the records, never kept here."""

    __tablename__ = "obligations"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    year: Mapped[str]
    record_type_id: Mapped[int] = mapped_column(ForeignKey("record_types.id"))
    party: Mapped[str]
    """Who owes it: `u:` with a person's id, `d:` with a department's, `s:` with the school's."""
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """The person to be asked: the owner, or who heads the department or runs the office at present."""
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    class_name: Mapped[str] = mapped_column(default="", server_default="")
    subject: Mapped[str] = mapped_column(default="", server_default="")
    title: Mapped[str] = mapped_column(default="", server_default="")
    period: Mapped[str]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint(
            "school_id",
            "year",
            "record_type_id",
            "party",
            "period",
            "class_name",
            "subject",
            "title",
            name="uq_obligations_slot",
        ),
        Index("ix_obligations_owner_id", "owner_id", "year"),
    )


class ObligationSummary(Base):
    """How many obligations of a school, department and record type stood how, when last counted."""

    __tablename__ = "obligation_summaries"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    year: Mapped[str] = mapped_column(primary_key=True)
    record_type_code: Mapped[str] = mapped_column(primary_key=True)
    missing: Mapped[int]
    late: Mapped[int]
    under_way: Mapped[int]
    returned: Mapped[int]
    filed: Mapped[int]


class ObligationCount(Base):
    """When a school's obligations were last counted, and what makes that count out of date."""

    __tablename__ = "obligation_counts"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    year: Mapped[str] = mapped_column(primary_key=True)
    audit_number: Mapped[int] = mapped_column(BigInteger)
    """The head of the school's audit chain before counting: whatever happens later moves it."""
    next_due_at: Mapped[datetime | None]
    """The next deadline that makes something late."""
    counted_at: Mapped[datetime] = mapped_column(default=now)


class ReminderPlan(Base):
    """How a school reminds its people; without a row the defaults hold."""

    __tablename__ = "reminder_plans"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    enabled: Mapped[bool]
    days_before: Mapped[int]
    days_after: Mapped[int]
    head_told_after: Mapped[int]
    """Days after the deadline from which the head of the department is told as well."""


class Reminder(Base):
    """A digest of a school for one person on one day: written before it is sent, so that none goes twice."""

    __tablename__ = "reminders"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    sent_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_reminders_school_id_day", "school_id", "day"),)
