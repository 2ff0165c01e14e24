"""What a request or a job works with: settings, database, sandbox and staging of this process."""

from dataclasses import dataclass
from functools import cached_property

from app.config import Settings
from app.data_dir import prepare_data_dir
from app.db import Database
from app.pdf.sandbox import Sandbox
from app.staging.store import Staging, staging_at
from app.storage.clouds import CLOUDS
from app.storage.opening import StoreOpener


@dataclass(frozen=True)
class Context:
    """The parts of one process, made once at its start."""

    settings: Settings
    database: Database
    sandbox: Sandbox
    staging: Staging

    @cached_property
    def stores(self) -> StoreOpener:
        """What opens the schools' stores; it keeps those that are open."""
        return StoreOpener(self.settings, self.database, CLOUDS)


def build_context(settings: Settings, *, pool_size: int = 10) -> Context:
    """Make the parts that the settings ask for; `settings.database_url` must be a real one by now."""
    prepare_data_dir(settings.data_dir)
    return Context(
        settings=settings,
        database=Database(settings.database_url, pool_size=pool_size),
        sandbox=Sandbox(settings.sandbox_socket),
        staging=staging_at(settings.staging_url, settings.data_dir),
    )
