"""The whole schema: every room's tables together, and the migrations that make them."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from app.approvals import models as _approvals
from app.audit import models as _audit
from app.calendar import models as _calendar
from app.catalogue import models as _catalogue
from app.corrections import models as _corrections
from app.curriculum import models as _curriculum
from app.database.privileges import Roles, demand_the_owner, grant
from app.db import Base
from app.drift import models as _drift
from app.handovers import models as _handovers
from app.laptops import models as _laptops
from app.locks import models as _locks
from app.moves import models as _moves
from app.obligations import models as _obligations
from app.people import models as _people
from app.proof import models as _proof
from app.records import models as _records
from app.schools import models as _schools
from app.shares import models as _shares
from app.storage import models as _storage
from app.teaching import models as _teaching
from app.tree import models as _tree

ROOMS = (
    _approvals,
    _audit,
    _calendar,
    _catalogue,
    _corrections,
    _curriculum,
    _handovers,
    _laptops,
    _locks,
    _obligations,
    _people,
    _proof,
    _records,
    _schools,
    _storage,
    _teaching,
    _tree,
    _drift,
    _moves,
    _shares,
)
METADATA = Base.metadata


def ours(_thing: object, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Tell Alembic to leave the job queue's tables to the queue's own schema."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def migrations(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head", roles: Roles | None = None) -> None:
    """Bring the database up to `revision`, and let `roles` in; nothing happens when all is so already.

    Raises `NotTheOwner` where the engine's role may not.
    """
    with engine.begin() as connection:
        demand_the_owner(connection)
        command.upgrade(migrations(connection), revision)
        if roles is not None:
            grant(connection, roles)
