"""The migrations make exactly the tables that the models describe, and can be undone."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from app.context import Context
from app.database.schema import METADATA, migrate, migrations, ours
from app.db import Database


def _ours(connection: Connection) -> set[str]:
    names = inspect(connection).get_table_names()
    return {name for name in names if ours(None, name, "table", True, None)} - {"alembic_version"}


def test_models_and_migrations_agree(context: Context) -> None:
    with context.database.engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


@pytest.fixture
def engine(context: Context) -> Iterator[Engine]:
    """Reach the database as the owner of its tables."""
    database = Database(context.settings.owner_database_url)
    yield database.engine
    database.engine.dispose()


def test_each_migration_goes_down_and_up_again(engine: Engine) -> None:
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(migrations(connection))
    revisions = [step.revision for step in script.walk_revisions()]
    for revision in revisions:
        with engine.begin() as connection:
            command.downgrade(migrations(connection), "-1")
        migrate(engine, revision)
        with engine.begin() as connection:
            command.downgrade(migrations(connection), "-1")
    with engine.connect() as connection:
        assert _ours(connection) == set()
    migrate(engine)
    with engine.connect() as connection:
        assert _ours(connection) == set(METADATA.tables)


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    migrate(engine)
