"""Classes, subjects, and who teaches what from when to when."""

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Duty(StrEnum):
    """What an assignment is."""

    SUBJECT = "subject"
    HOMEROOM = "homeroom"
    YOUTH_LEADER = "youth_leader"


class Subject(Base):
    """A subject or educational activity as the school names it."""

    __tablename__ = "subjects"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    code: Mapped[str]
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("school_id", "code"),)


class SchoolClass(Base):
    """A class of one school year; next year's 5A is another row."""

    __tablename__ = "classes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    year: Mapped[str]
    name: Mapped[str]
    grade: Mapped[int]
    """1 to 12; 0 in preschools."""
    level: Mapped[str]
    campus_id: Mapped[int | None] = mapped_column(ForeignKey("campuses.id"))

    __table_args__ = (UniqueConstraint("school_id", "year", "name"),)


class Assignment(Base):
    """What somebody teaches, or which class is his, from a day to a day."""

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    year: Mapped[str]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    duty: Mapped[str]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"))
    """Empty for the youth leader."""
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day; empty: to the end of the school year."""

    __table_args__ = (
        CheckConstraint("(duty = 'subject') = (subject_id IS NOT NULL)", name="subject_named"),
        CheckConstraint("(duty = 'youth_leader') = (class_id IS NULL)", name="class_named"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        Index("ix_assignments_school_id_year", "school_id", "year"),
    )
