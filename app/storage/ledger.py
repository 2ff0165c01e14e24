"""The ledger of a store: from the tree's paths to the store's ids, written down before every call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ARRAY, ColumnElement, String, any_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database, now
from app.storage.models import SpareId, StoreItem


@dataclass(frozen=True, slots=True)
class Item:
    """What the ledger knows of one path."""

    path: str
    is_folder: bool
    remote_id: str | None
    size: int | None = None
    sha256: str | None = None
    remote_hash: str | None = None
    revision: str | None = None
    locked: bool = False
    upload_url: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a call that succeeded has taught us of an item."""

    remote_id: str
    size: int | None = None
    sha256: str | None = None
    remote_hash: str | None = None
    revision: str | None = None


class Ledger(Protocol):
    """What an adapter needs to remember; every change is durable when the call returns."""

    def find(self, path: str) -> Item | None:
        """Return what is known of a path."""
        ...

    def by_remote_id(self, remote_ids: Sequence[str]) -> dict[str, Item]:
        """Return the items with these ids, by id."""
        ...

    def reserve(self, path: str, *, is_folder: bool, remote_id: str | None) -> Item:
        """Note that something will be made at `path`; what is noted already stays and is returned."""
        ...

    def begin_upload(self, path: str, upload_url: str | None) -> None:
        """Remember an upload in pieces, or that it is over."""
        ...

    def confirm(self, path: str, learned: Confirmed) -> None:
        """Note that the store has it."""
        ...

    def set_locked(self, path: str, *, locked: bool) -> None:
        """Note whether the store guards the file against changes."""
        ...

    def forget(self, path: str) -> None:
        """Strike out a path and all below it: the store has lost them."""
        ...

    def move(self, path: str, target: str) -> None:
        """Note that a path and all below it lie at `target` now."""
        ...

    def items(self) -> Iterable[Item]:
        """Yield everything confirmed, in the order of the paths."""
        ...

    def take_spare_id(self) -> str | None:
        """Take one id out of the pool, or None when it is empty."""
        ...

    def add_spare_ids(self, remote_ids: Sequence[str]) -> None:
        """Put ids into the pool."""
        ...


class StoredLedger:
    """The ledger of one store in the database; each verb is a transaction of its own."""

    def __init__(self, database: Database, store_id: int) -> None:
        self._database = database
        self._store_id = store_id

    def find(self, path: str) -> Item | None:
        """Return what is known of a path."""
        with self._database.transaction() as session:
            row = session.scalars(select(StoreItem).where(*self._at(path))).one_or_none()
            return _item(row) if row else None

    def by_remote_id(self, remote_ids: Sequence[str]) -> dict[str, Item]:
        """Return the items with these ids, by id."""
        own = select(StoreItem).where(StoreItem.store_id == self._store_id, is_one_of(remote_ids))
        with self._database.transaction() as session:
            return {row.remote_id: _item(row) for row in session.scalars(own) if row.remote_id}

    def reserve(self, path: str, *, is_folder: bool, remote_id: str | None) -> Item:
        """Add the row unless it is there, and return what is there."""
        row = insert(StoreItem).values(
            store_id=self._store_id, path=path, is_folder=is_folder, remote_id=remote_id
        )
        with self._database.transaction() as session:
            session.execute(row.on_conflict_do_nothing(index_elements=["store_id", "path"]))
            return _item(session.scalars(select(StoreItem).where(*self._at(path))).one())

    def begin_upload(self, path: str, upload_url: str | None) -> None:
        """Remember where an upload in pieces goes on."""
        self._update(path, upload_url=upload_url)

    def confirm(self, path: str, learned: Confirmed) -> None:
        """Note id, size, hashes and revision, and that the store has it."""
        self._update(
            path,
            remote_id=learned.remote_id,
            size=learned.size,
            sha256=learned.sha256,
            remote_hash=learned.remote_hash,
            revision=learned.revision,
            upload_url=None,
            confirmed_at=now(),
        )

    def set_locked(self, path: str, *, locked: bool) -> None:
        """Note whether the file is guarded."""
        self._update(path, locked=locked)

    def forget(self, path: str) -> None:
        """Remove the rows of a path and of all below it."""
        with self._database.transaction() as session:
            session.execute(delete(StoreItem).where(StoreItem.store_id == self._store_id, _within(path)))

    def move(self, path: str, target: str) -> None:
        """Replace the beginning of the paths."""
        moved = literal(target) + func.substr(StoreItem.path, len(path) + 1)
        with self._database.transaction() as session:
            session.execute(
                update(StoreItem)
                .where(StoreItem.store_id == self._store_id, _within(path))
                .values(path=moved)
                .execution_options(synchronize_session=False)
            )

    def items(self) -> Iterable[Item]:
        """Return everything that the store is known to have."""
        confirmed = (
            select(StoreItem)
            .where(StoreItem.store_id == self._store_id, StoreItem.confirmed_at.is_not(None))
            .order_by(StoreItem.path)
        )
        with self._database.transaction() as session:
            return [_item(row) for row in session.scalars(confirmed)]

    def take_spare_id(self) -> str | None:
        """Take an id that no other worker gets."""
        one = (
            select(SpareId.remote_id)
            .where(SpareId.store_id == self._store_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = (
            delete(SpareId)
            .where(SpareId.store_id == self._store_id, SpareId.remote_id == one.scalar_subquery())
            .returning(SpareId.remote_id)
        )
        with self._database.transaction() as session:
            return session.scalar(taken)

    def add_spare_ids(self, remote_ids: Sequence[str]) -> None:
        """Add ids to the pool."""
        rows = [{"store_id": self._store_id, "remote_id": each} for each in remote_ids]
        with self._database.transaction() as session:
            session.execute(insert(SpareId).on_conflict_do_nothing(), rows)

    def _update(self, path: str, **values: object) -> None:
        with self._database.transaction() as session:
            session.execute(update(StoreItem).where(*self._at(path)).values(**values))

    def _at(self, path: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return StoreItem.store_id == self._store_id, StoreItem.path == path


def is_one_of(remote_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition of having one of these ids, however many: they are sent as one value."""
    return StoreItem.remote_id == any_(literal(list(remote_ids), ARRAY(String)))


def enter(session: Session, store_id: int, items: Iterable[Item]) -> None:
    """Enter what a store that is new to us was found to hold, in the caller's transaction."""
    rows = [
        {
            "store_id": store_id,
            "path": item.path,
            "is_folder": item.is_folder,
            "remote_id": item.remote_id,
            "size": item.size,
            "sha256": item.sha256,
            "remote_hash": item.remote_hash,
            "revision": item.revision,
            "locked": item.locked,
            "confirmed_at": now(),
        }
        for item in items
    ]
    if rows:
        session.execute(insert(StoreItem), rows)


def _within(path: str) -> ColumnElement[bool]:
    return or_(StoreItem.path == path, func.starts_with(StoreItem.path, f"{path}/"))


def _item(row: StoreItem) -> Item:
    return Item(
        path=row.path,
        is_folder=row.is_folder,
        remote_id=row.remote_id,
        size=row.size,
        sha256=row.sha256,
        remote_hash=row.remote_hash,
        revision=row.revision,
        locked=row.locked,
        upload_url=row.upload_url,
        confirmed=row.confirmed_at is not None,
    )
