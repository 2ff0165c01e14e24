"""Stores under test, each with what a person may do to it behind the application's back."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.storage.abilities import Lockable, Roomy, Shareable, Watchable
from app.storage.local import LocalStore
from app.storage.protocol import Store


class CloudStore(Store, Lockable, Shareable, Watchable, Roomy, Protocol):
    """A store with every ability there is."""


@dataclass(frozen=True)
class Case:
    """One store in the contract suite."""

    store: Store
    reopen: Callable[[], Store]
    """Open the same store as another process would."""
    lose: Callable[[str], object]
    """Delete a file or folder for good, as a person does."""
    edit: Callable[[str, bytes], object]
    """Give a file other bytes, as a person does."""


@dataclass(frozen=True)
class CloudCase(Case):
    """One cloud in the contract suite."""

    store: CloudStore
    reopen: Callable[[], CloudStore]
    forget_all: Callable[[], object]
    """Strike everything out of the ledger, as whoever owns the database can."""


@contextmanager
def local_case(folder: Path) -> Iterator[Case]:
    """Open a local store in `folder`."""

    def opened() -> LocalStore:
        return LocalStore(folder, "truong-a")

    def lose(path: str) -> None:
        place = folder / "truong-a" / path
        shutil.rmtree(place) if place.is_dir() else place.unlink()

    def edit(path: str, content: bytes) -> None:
        (folder / "truong-a" / path).write_bytes(content)

    yield Case(opened(), opened, lose, edit)
