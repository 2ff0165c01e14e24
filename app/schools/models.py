"""Schools, their departments, and the offices that oversee them."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Identity, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Level(StrEnum):
    """What a school teaches; one school may have several."""

    PRESCHOOL = "preschool"
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"


class Office(Base):
    """An office that oversees schools: of a province, a commune, or a former district."""

    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    closed_on: Mapped[date | None]
    """The last day of its existence, as 30 June 2025 for the offices of districts."""
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))


class School(Base):
    """A school: the tenant that nearly every other row belongs to."""

    __tablename__ = "schools"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    levels: Mapped[list[str]] = mapped_column(ARRAY(String))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    """The office that oversees it at present."""


class Department(Base):
    """A subject department or office team of a school."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    code: Mapped[str]
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("school_id", "code"),)


class Campus(Base):
    """A place where a school teaches: its main campus, a branch or a satellite site."""

    __tablename__ = "campuses"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    """"main", "branch" or "satellite"."""
    closed_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("school_id", "code"),)


class SchoolName(Base):
    """A school's name and letterhead from a day on, so that older papers keep the older ones."""

    __tablename__ = "school_names"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    superior: Mapped[str] = mapped_column(default="", server_default="")
    """The line above the name on papers, like the name of the commune's committee."""
    place: Mapped[str] = mapped_column(default="", server_default="")
    """What stands before the date on papers."""


class OfficeName(Base):
    """An office's name from a day on."""

    __tablename__ = "office_names"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]


class Oversight(Base):
    """Which office oversaw a school from a day to a day."""

    __tablename__ = "oversights"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day; empty: it still does."""

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        Index("ix_oversights_school_id", "school_id"),
    )
