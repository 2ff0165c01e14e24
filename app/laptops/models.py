"""Lesson plans kept on a laptop: who asked for leave to teach from them, and what was decided."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, now


class LaptopPermission(Base):
    """Leave to teach from lesson plans on a computer instead of printed ones, for one school year."""

    __tablename__ = "laptop_permissions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    year: Mapped[str]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str]
    """"requested", "permitted", "refused", "withdrawn" by the teacher or "revoked" by the principal."""
    remark: Mapped[str] = mapped_column(default="", server_default="")
    requested_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(default="", server_default="")
    capacity: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        Index(
            "uq_laptop_permissions_living",
            "school_id",
            "year",
            "user_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'permitted')"),
        ),
    )
