"""Curriculum plans of a school: one for each subject, grade and year, with its lessons."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Curriculum(Base):
    """One imported plan; a later import replaces it and leaves it readable."""

    __tablename__ = "curricula"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    year: Mapped[str]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    grade: Mapped[int]
    imported_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    imported_at: Mapped[datetime] = mapped_column(default=now)
    replaced_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_curricula_living",
            "school_id",
            "year",
            "subject_id",
            "grade",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )


class Lesson(Base):
    """A lesson of a plan, in the order in which it is taught."""

    __tablename__ = "lessons"

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curricula.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[int]
    title: Mapped[str]
    first_period: Mapped[int]
    """The number, counted through the year, of the first of its periods (tiết)."""
    periods: Mapped[int]
    remark: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (CheckConstraint("periods > 0 AND week > 0", name="counted_from_one"),)
