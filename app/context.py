"""What a request or a job works with: settings, database, sandbox and staging of this process."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property

from app.config import Settings
from app.data_dir import prepare_data_dir
from app.db import Database
from app.pdf.sandbox import Sandbox
from app.staging.store import Staging, staging_at
from app.storage.clouds import CLOUDS
from app.storage.opening import Cloud, StoreOpener


@dataclass(frozen=True)
class Context:
    """The parts of one process, made once at its start."""

    settings: Settings
    database: Database
    sandbox: Sandbox
    staging: Staging
    clouds: Mapping[str, Cloud] = field(default_factory=lambda: CLOUDS)
    """How the clouds are called, and how fast."""

    @cached_property
    def stores(self) -> StoreOpener:
        """What opens the schools' stores; it keeps those that are open."""
        return StoreOpener(self.settings, self.database, self.clouds)

    def for_work(self, longest: timedelta) -> "Context":
        """Return the same parts, for work whose statements may take another time."""
        other = replace(self, database=self.database.for_work(longest))
        # The stores that are open, and how quickly each may be asked, are this process's, not the work's.
        vars(other)["stores"] = self.stores
        return other


def build_context(settings: Settings, *, pool_size: int = 10, longest: timedelta | None = None) -> Context:
    """Make the parts that the settings ask for; `settings.database_url` must be a real one by now.

    PostgreSQL ends each statement that takes longer than `longest`.
    """
    prepare_data_dir(settings.data_dir)
    return Context(
        settings=settings,
        database=Database(settings.database_url, pool_size=pool_size, longest=longest),
        sandbox=Sandbox(settings.sandbox_socket),
        staging=staging_at(settings.staging_url, settings.data_dir),
    )
