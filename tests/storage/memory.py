"""A ledger and a pacer in memory, for stores under test."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.storage.ledger import Confirmed, Item


class MemoryLedger:
    """Remembers like the stored ledger; give the same one to two stores and they are two processes."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self.spare_ids: list[str] = []

    def find(self, path: str) -> Item | None:
        return self._items.get(path)

    def by_remote_id(self, remote_ids: Sequence[str]) -> dict[str, Item]:
        known = {item.remote_id: item for item in self._items.values() if item.remote_id}
        return {each: known[each] for each in remote_ids if each in known}

    def reserve(self, path: str, *, is_folder: bool, remote_id: str | None) -> Item:
        return self._items.setdefault(path, Item(path, is_folder, remote_id))

    def begin_upload(self, path: str, upload_url: str | None) -> None:
        self._items[path] = replace(self._items[path], upload_url=upload_url)

    def confirm(self, path: str, learned: Confirmed) -> None:
        self._items[path] = replace(
            self._items[path],
            remote_id=learned.remote_id,
            size=learned.size,
            sha256=learned.sha256,
            remote_hash=learned.remote_hash,
            revision=learned.revision,
            upload_url=None,
            confirmed=True,
        )

    def set_locked(self, path: str, *, locked: bool) -> None:
        self._items[path] = replace(self._items[path], locked=locked)

    def forget(self, path: str) -> None:
        self._items = {each: item for each, item in self._items.items() if not _within(path, each)}

    def forget_all(self) -> None:
        """Lose everything, as when somebody empties the table."""
        self._items.clear()

    def move(self, path: str, target: str) -> None:
        moved = {}
        for each, item in self._items.items():
            place = target + each[len(path) :] if _within(path, each) else each
            moved[place] = replace(item, path=place)
        self._items = moved

    def items(self) -> Iterable[Item]:
        return [self._items[path] for path in sorted(self._items) if self._items[path].confirmed]

    def take_spare_id(self) -> str | None:
        return self.spare_ids.pop() if self.spare_ids else None

    def add_spare_ids(self, remote_ids: Sequence[str]) -> None:
        self.spare_ids.extend(remote_ids)


@dataclass
class FreePacer:
    """Gives leave at once, and notes what was asked for."""

    taken: list[tuple[str, float]] = field(default_factory=list)
    closed_for: list[float] = field(default_factory=list)

    def take(self, kind: str, cost: float = 1) -> None:
        self.taken.append((kind, cost))

    def close(self, seconds: float) -> None:
        self.closed_for.append(seconds)


def _within(path: str, each: str) -> bool:
    return each == path or each.startswith(f"{path}/")
