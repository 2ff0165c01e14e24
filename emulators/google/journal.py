"""What has changed, in order: the source of the changes feeds."""

from dataclasses import dataclass
from datetime import datetime

from emulators.google.nodes import Node


@dataclass(frozen=True)
class Entry:
    """That something about an item changed; what it is now has to be looked up."""

    number: int
    file: str
    drive: str | None
    """The shared drive whose log this is; None: the logs of people."""
    at: datetime
    audience: frozenset[str]
    """Who could see the item before or after."""
    apps: frozenset[str]
    """OAuth clients that know the item under the scope drive.file."""


class Journal:
    """One log for all; each feed reads its part."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.next = 1
        self.first = 1
        """Older page tokens are no longer valid."""

    def note(self, node: Node, audience: frozenset[str], at: datetime, drive: str | None) -> int:
        """Write that an item has changed, in a shared drive's log or people's; returns the number."""
        number = self.next
        apps = frozenset(node.picked_by | ({node.app} if node.app else set()))
        self._entries.append(Entry(number, node.id, drive, at, audience, apps))
        self.next += 1
        return number

    def since(self, number: int) -> list[Entry]:
        """Return the entries from `number` on, of several about one item in one log only the last."""
        latest: dict[tuple[str, str | None], Entry] = {}
        for entry in self._entries[number - 1 :]:
            latest.pop((entry.file, entry.drive), None)
            latest[entry.file, entry.drive] = entry
        return list(latest.values())

    def forget(self) -> None:
        """Make every page token that is out invalid."""
        self.first = self.next
