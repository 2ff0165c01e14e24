"""Schools, their departments, and the offices that oversee them."""

from sqlalchemy import ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Office(Base):
    """An office that oversees schools: of a province, a commune, or a former district."""

    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))


class School(Base):
    """A school: the tenant that nearly every other row belongs to."""

    __tablename__ = "schools"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    level: Mapped[str]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)


class Department(Base):
    """A subject department or office team of a school."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    code: Mapped[str]
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("school_id", "code"),)
