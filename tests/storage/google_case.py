"""The emulated Google Drive as a store under test."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.states import FOLDER
from app.storage.google_drive.store import GoogleStore
from app.storage.ledger import Ledger
from emulators.faults import Rule
from emulators.google.service import Google
from emulators.serving import serving
from tests.storage.cases import CloudCase
from tests.storage.memory import FreePacer, MemoryLedger

ROOT = "Trường A"


@dataclass
class Drive:
    """One emulated account, what is known of it, and how to open a store in it."""

    emulator: Google
    furnished: dict[str, Any]
    ledger: MemoryLedger
    pacer: FreePacer
    client: DriveClient
    kept: list[dict[str, Any]]
    """The secrets that the client wanted to have stored."""
    root_id: str

    def store(self, ledger: Ledger | None = None) -> GoogleStore:
        """Open the tree as another process would."""
        known = self.ledger if ledger is None else ledger
        return GoogleStore(self.client, known, self.pacer, self.root_id, shared_drive_id=None)

    def fault(self, **rule: Any) -> None:
        self.emulator.faults.add(Rule(**rule))

    def meddle(self, verb: str, **order: Any) -> str:
        done: str = self.emulator.meddle({"verb": verb, **order})["id"]
        return done

    def calls(self) -> dict[str, int]:
        """Count the calls by operation, without sign-in."""
        counted: dict[str, int] = self.emulator.counters.report()["calls"]
        return {operation: calls for operation, calls in counted.items() if operation[:6] != "oauth."}

    def forget_calls(self) -> None:
        """Count from here on."""
        self.emulator.counters.reset()

    def paths(self) -> list[str]:
        """List everything that is in the tree, twins twice."""
        found = [each["path"] for each in self.emulator.state()["files"] if not each["trashed"]]
        return sorted(path.removeprefix(f"{ROOT}/") for path in found if path != ROOT)


@contextmanager
def emulated_drive(**options: Any) -> Iterator[Drive]:
    """Serve a Drive with one account; `options` are the emulator's."""
    emulator, kept = Google(**options), list[dict[str, Any]]()
    with closing(emulator), serving(emulator) as origin:
        furnished = emulator.furnish(origin)
        client = DriveClient(furnished["authorized_user"], kept.append, api_root=origin)
        with closing(client):
            body = {"name": ROOT, "mimeType": FOLDER}
            root_id = client.send(client.api.files().create(body=body))["id"]
            yield Drive(emulator, furnished, MemoryLedger(), FreePacer(), client, kept, root_id)


@contextmanager
def google_case() -> Iterator[CloudCase]:
    """Open the emulated Drive for the contract suite."""
    with emulated_drive() as drive:
        yield CloudCase(
            drive.store(),
            drive.store,
            lambda path: drive.meddle("delete", file=f"{ROOT}/{path}"),
            lambda path, content: drive.meddle("edit", file=f"{ROOT}/{path}", content=content.decode()),
            drive.ledger.forget_all,
        )
