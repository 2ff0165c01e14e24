"""What rooms above tell of the tree's folders; each registers its own, so the tree need not know them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.people.authority import Authority


@dataclass(frozen=True)
class FolderNote:
    """A line beside a folder that leads to the page which says more."""

    text: str
    """In the reader's language."""
    address: str


Notes = Callable[[Session, Authority], Mapping[int, FolderNote]]
"""Returns what a person may be told, by the folder's id."""
_ROOMS: list[Notes] = []


def tells_of_folders(notes: Notes) -> Notes:
    """Register what a room tells of folders; a decorator."""
    _ROOMS.append(notes)
    return notes


def notes_on_folders(session: Session, authority: Authority) -> Mapping[int, Sequence[FolderNote]]:
    """Return what the rooms tell a person, by the folder's id."""
    found: dict[int, list[FolderNote]] = defaultdict(list)
    for notes in _ROOMS:
        for folder_id, note in notes(session, authority).items():
            found[folder_id].append(note)
    return found
