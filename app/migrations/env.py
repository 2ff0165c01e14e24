"""How Alembic reaches the database: on the connection that the caller hands over."""

from alembic import context

from app.database.schema import METADATA, ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
