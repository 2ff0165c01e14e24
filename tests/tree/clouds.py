"""Schools connected to emulated clouds, as the command line connects them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, text

from app.context import Context
from app.moves.connections import connect
from app.storage.accounts import Connection
from app.storage.clouds import CLOUDS
from app.storage.models import Provider, StoreAccount
from app.storage.pacing import Rate
from emulators.faults import Rule
from emulators.frame import Emulator
from emulators.google.service import Google
from emulators.microsoft.service import Microsoft
from emulators.serving import serving

SCHOOL = "truong-a"
AT_ANY_PACE = {
    provider: replace(cloud, rates={kind: Rate(per_second=1000, burst=1000) for kind in cloud.rates})
    for provider, cloud in CLOUDS.items()
}
"""The clouds called without waiting for an account's pace, for tests of which that is not the subject."""


@dataclass
class Sky:
    """An emulated cloud, and the product set up to use it."""

    emulator: Emulator
    context: Context
    furnished: dict[str, Any]
    draft: Connection

    def connect(self) -> StoreAccount:
        """Connect school A, as its administrator would."""
        return connect(self.context, SCHOOL, self.draft, actor="")

    def fault(self, **rule: Any) -> None:
        """Put a fault in force for good, unless `times` says for how many calls."""
        self.emulator.faults.add(Rule(**{"times": None, **rule}))

    def mend(self) -> None:
        self.emulator.faults.clear()

    def calls(self) -> dict[str, int]:
        counted: dict[str, int] = self.emulator.counters.report()["calls"]
        return {operation: calls for operation, calls in counted.items() if "oauth" not in operation}

    def paths(self) -> list[str]:
        state = self.emulator.state()
        if "files" in state:
            return sorted(each["path"] for each in state["files"] if not each["trashed"])
        drives = [drive for tenant in state["tenants"] for drive in tenant["drives"]]
        return sorted(item["path"] for drive in drives for item in drive["items"])


@contextmanager
def google_sky(context: Context, **settings: Any) -> Iterator[Sky]:
    """Serve an emulated Google."""
    emulator = Google()
    with closing(emulator), serving(emulator) as origin:
        furnished = emulator.furnish(origin)
        own = set_up(context, google_api_root=origin, **settings)
        draft = Connection(Provider.GOOGLE, secrets=furnished["authorized_user"])
        with closing(own.stores):
            yield Sky(emulator, own, furnished, draft)


@contextmanager
def microsoft_sky(context: Context, **settings: Any) -> Iterator[Sky]:
    """Serve an emulated Microsoft 365."""
    emulator = Microsoft()
    with closing(emulator), serving(emulator) as origin:
        furnished = emulator.furnish(origin)
        roots = {
            "microsoft_graph_root": furnished["graph_root"],
            "microsoft_login_root": furnished["login_root"],
        }
        own = set_up(context, **roots, **settings)
        names = ("tenant_id", "client_id", "client_secret")
        secrets = {name: furnished[name] for name in names}
        draft = Connection(Provider.MICROSOFT, settings={"drive_id": furnished["drive_id"]}, secrets=secrets)
        with closing(own.stores):
            yield Sky(emulator, own, furnished, draft)


def set_up(context: Context, **settings: Any) -> Context:
    """Return the same parts with other settings."""
    return replace(context, settings=replace(context.settings, **settings))


def account_of(context: Context) -> StoreAccount:
    """Return the only store there is."""
    with context.database.transaction() as session:
        return session.scalars(select(StoreAccount)).one()


def queued(context: Context) -> list[tuple[str, int, bool]]:
    """List the jobs: task, attempts, and whether they are put off to later."""
    asked = "SELECT task_name, attempts, scheduled_at > now() FROM procrastinate_jobs ORDER BY id"
    with context.database.transaction() as session:
        return [(task, attempts, bool(later)) for task, attempts, later in session.execute(text(asked))]


def make_due(context: Context) -> None:
    """Let no job wait any longer for its next try."""
    with context.database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))
