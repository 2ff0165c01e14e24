"""A school on the emulated Microsoft 365: its store, and what people do behind its back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from app.storage.onedrive.client import GraphClient
from app.storage.onedrive.store import OneDriveStore
from app.storage.onedrive.tokens import AppTokens, Registration
from emulators.faults import Rule
from emulators.microsoft.drive import Drive
from emulators.microsoft.furnishing import RECORD_LABEL
from emulators.microsoft.items import Item
from emulators.microsoft.service import Microsoft
from emulators.microsoft.tree import Act
from emulators.serving import serving
from tests.storage.cases import CloudCase
from tests.storage.memory import FreePacer, MemoryLedger

OUTSIDE = "canbo@phong.example"
INSIDE = "hieutruong@truong-a.example"
DOMAIN = "truong-a.example"
ROOT = "Ký Duyệt"


class School:
    """A site's library with a root folder for the product in it; the store, and another process's."""

    def __init__(self, emulator: Microsoft, origin: str, label: str) -> None:
        self.emulator = emulator
        self.credentials = emulator.furnish(origin)
        self.ledger = MemoryLedger()
        self.pacer = FreePacer()
        self._label = label
        act = Act(self.drive.owner, datetime.now(UTC))
        self.root = self.drive.add_folder(self.drive.root, ROOT, "fail", act)
        self.store = self.another()

    @property
    def drive(self) -> Drive:
        """The drive from within."""
        drive = self.emulator.world.drive(self.credentials["drive_id"])
        assert drive is not None
        return drive

    def another(self) -> OneDriveStore:
        """Open the store as another process would."""
        graph = GraphClient(AppTokens(self.registration()), self.credentials["graph_root"])
        return OneDriveStore(
            graph,
            self.ledger,
            self.pacer,
            self.credentials["drive_id"],
            self.root.id,
            record_label=self._label,
            own_domains=[DOMAIN],
        )

    def registration(self, secret: str = "") -> Registration:
        """The application that the school has let in."""
        known = self.credentials
        return Registration(
            known["client_id"], secret or known["client_secret"], known["tenant_id"], known["login_root"]
        )

    def item(self, path: str) -> Item:
        """What lies in the drive at a path of the tree."""
        return self.drive.walk(self.root, path.split("/"))

    def tree(self) -> dict[str, str | None]:
        """Every path of the tree, with the SHA-256 of what is a file."""
        lead = len(self.drive.path(self.root)) + 1
        below = [each for each in self.drive.below(self.root) if each is not self.root]
        return {
            self.drive.path(each)[lead:]: each.content.blob.sha256 if each.content else None for each in below
        }

    def meddle(self, verb: str, path: str, **more: Any) -> None:
        """Have somebody do something behind the application's back."""
        self.emulator.meddle({"verb": verb, "file": f"{ROOT}/{path}", **more})

    def fault(self, **rule: Any) -> None:
        """Have a call go wrong."""
        self.emulator.faults.add(Rule(**rule))

    def made(self) -> list[str]:
        """The operations that were called since the last time, signing in left out."""
        last = [call["operation"] for call in self.emulator.counters.last()]
        self.emulator.counters.reset()
        return [operation for operation in last if not operation.startswith("login.")]


@contextmanager
def opened_school(label: str = RECORD_LABEL) -> Iterator[School]:
    """Serve Microsoft 365 with one school on it."""
    emulator = Microsoft()
    with serving(emulator) as origin:
        yield School(emulator, origin, label)
    emulator.close()


@contextmanager
def microsoft_case() -> Iterator[CloudCase]:
    """Open the school's store for the suite that every store has to pass."""
    with opened_school() as school:

        def lose(path: str) -> None:
            school.meddle("delete", path)

        def edit(path: str, content: bytes) -> None:
            school.meddle("edit", path, content=content.decode())

        yield CloudCase(school.store, school.another, lose, edit, school.ledger.forget_all)
