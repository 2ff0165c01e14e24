"""Record types: what a school keeps, by whom, how often and by which route."""

from enum import StrEnum

from sqlalchemy import Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class PeriodKind(StrEnum):
    """How often a record of a type is due, and so how its period is written."""

    YEAR = "year"
    TERM = "term"
    MONTH = "month"
    WEEK = "week"


class OwnerKind(StrEnum):
    """Whose record it is: it decides the route and who may hand it in."""

    TEACHER = "teacher"
    DEPARTMENT = "department"
    SCHOOL = "school"


class RecordType(Base):
    """One entry of the catalogue; a running record keeps the entry it began with."""

    __tablename__ = "record_types"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
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

    __table_args__ = (UniqueConstraint("code", "version"),)
