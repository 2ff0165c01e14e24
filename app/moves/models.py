"""A school's way from one store to another."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class Stage(StrEnum):
    """How far a move has come."""

    FOLDERS = "folders"
    """The folders are being made in the new store."""
    COPYING = "copying"
    COMPARING = "comparing"
    """Every file in the new store is compared with what was filed."""
    SWITCHED = "switched"
    """The school works in the new store; the old one lies untouched until somebody confirms."""
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


BEFORE_SWITCH = (Stage.FOLDERS, Stage.COPYING, Stage.COMPARING)
LIVING = (*BEFORE_SWITCH, Stage.SWITCHED, Stage.CONFIRMING)


class StoreMove(Base):
    """One move; `position` is where the present stage goes on after a kill."""

    __tablename__ = "store_moves"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    from_store_id: Mapped[int | None] = mapped_column(ForeignKey("store_accounts.id"))
    """Empty: the school's folder on this machine."""
    to_store_id: Mapped[int] = mapped_column(ForeignKey("store_accounts.id"))
    stage: Mapped[str]
    position: Mapped[str] = mapped_column(default="", server_default="")
    """The last key or path that the stage is done with, in its order."""
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    """Folders or records that the stage is done with."""
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    error_code: Mapped[str | None]
    """Why it does not get on; empty while it does."""
    started_at: Mapped[datetime] = mapped_column(default=now)
    started_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    """Empty where it was done on the command line of the server."""
    compared_from: Mapped[datetime | None]
    """When comparing began: what is filed later is looked at once more."""
    switched_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        Index(
            "uq_store_moves_living",
            "school_id",
            unique=True,
            postgresql_where=text("stage NOT IN ('confirmed', 'cancelled')"),
        ),
        CheckConstraint(
            "stage IN ('folders', 'copying', 'comparing',"
            " 'switched', 'confirming', 'confirmed', 'cancelled')",
            name="stage",
        ),
    )
