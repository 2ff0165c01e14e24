"""Events: what was decided on a record, by whom, with what authority, about which bytes."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Event(Base):
    """One step of a record's history; steps are added, never changed."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("records.id"))
    turn: Mapped[int]
    """The record's turn after this step: 1 for the first upload."""
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Empty when the system acted."""
    role: Mapped[str]
    """With which role's authority the actor acted; "owner" or "system" besides the roles."""
    capacity: Mapped[str] = mapped_column(default="", server_default="")
    """How a delegate or deputy signs: "KT." or "TUQ."."""
    action: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    comment: Mapped[str] = mapped_column(default="", server_default="")
    actor_name: Mapped[str] = mapped_column(default="", server_default="")
    """Here and below what everybody and everything was called at that moment; later names change nothing."""
    position: Mapped[str] = mapped_column(default="", server_default="")
    """The actor's own post as papers name it, like "Tổ phó Tổ 1"."""
    owner_name: Mapped[str] = mapped_column(default="", server_default="")
    department_name: Mapped[str] = mapped_column(default="", server_default="")
    """That of the record's department, if it has one."""
    school_name: Mapped[str] = mapped_column(default="", server_default="")
    superior_name: Mapped[str] = mapped_column(default="", server_default="")
    """The line above the school's name on its papers."""

    __table_args__ = (UniqueConstraint("record_id", "turn"),)


class StandstillNoticed(Base):
    """That records of a unit came to wait for nobody for one reason; each incident is told of once."""

    __tablename__ = "standstills"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    lack: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_standstills_living",
            "school_id",
            text("coalesce(department_id, 0)"),
            "lack",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
