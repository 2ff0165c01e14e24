"""What has to be right before a part of the product starts: the database, the port, and their keeper."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.catalogue.shipped import load_shipped_types
from app.commands.context import roles_of
from app.config import Settings
from app.database.embedded import revive_embedded_database
from app.database.schema import migrate
from app.db import Database
from app.obligations.building import rebuild_where_never_built
from app.running.parts import is_free


def prepare_database(settings: Settings, plant_in: Callable[[Session], None] | None = None) -> None:
    """Bring the tables and the shipped catalogue up to date, as their owner, and plant what is asked for."""
    database = Database(settings.for_owner().database_url, pool_size=1)
    migrate(database.engine, roles=roles_of(settings))
    with database.transaction() as session:
        load_shipped_types(session)
        if plant_in:
            plant_in(session)
        rebuild_where_never_built(session)
    database.engine.dispose()


def keeper_of_the_database(data_dir: Path) -> Callable[[], None] | None:
    """Return what brings a dead embedded PostgreSQL back; a database of one's own is not ours to mend."""
    if os.environ.get("KYDUYET_DATABASE_URL"):
        return None
    return partial(revive_embedded_database, data_dir)


def demand_free(host: str, port: int) -> None:
    """Raise `ClickException` where the web server could not listen."""
    if not is_free(host, port):
        raise click.ClickException(f"{host}:{port} is in use or cannot be listened on: choose another --port")
