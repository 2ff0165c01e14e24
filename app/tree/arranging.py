"""Comparing the plan with the store, and doing what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.schools.models import School
from app.storage.protocol import Store
from app.tree.folders import make_in_store, move_in_store, path_in, rows_for
from app.tree.models import Folder
from app.tree.plan import planned, school_year_at


class ChangeKind(StrEnum):
    """What is to be done to a folder."""

    MAKE = "make"
    MOVE = "move"
    RENAME = "rename"


@dataclass(frozen=True)
class Change:
    """One thing to do: make a folder at its path, or bring it from there to `target`."""

    kind: ChangeKind
    folder: Folder
    target: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.folder.path}" + (f" -> {self.target}" if self.target else "")


def plan(session: Session, store: Store, school: School) -> list[Change]:
    """List what `apply` would do now: the folders to make, parents first, then those to move.

    Adds the rows of planned folders to the session; roll it back to leave no trace.
    """
    rows_for(session, school.id, planned(session, school.id, school_year_at(now())))
    folders = _folders(session, school)
    there = {entry.path for entry in store.walk() if entry.is_folder}
    makes = [Change(ChangeKind.MAKE, folder) for folder in folders if folder.path not in there]
    return [*makes, *_moves(folders)]


def apply(context: Context, store: Store, school: School) -> list[Change]:
    """Bring the store in line with the plan and return what was done.

    May be killed between any two lines and run again; when all is as planned it changes nothing.
    """
    with context.database.transaction() as session:
        makes = [change for change in plan(session, store, school) if change.kind is ChangeKind.MAKE]
        for change in makes:
            change.folder.made_at = None
    make_in_store(context, store, [change.folder for change in makes])
    return [*makes, *_moved(context, store, school)]


def _moved(context: Context, store: Store, school: School) -> Iterator[Change]:
    """Move folder by folder, looking anew after each, since those inside have moved along."""
    while True:
        with context.database.transaction() as session:
            change = next(iter(_moves(_folders(session, school))), None)
        if change is None or change.target is None:
            return
        move_in_store(context, store, change.folder, change.target)
        yield change


def _folders(session: Session, school: School) -> Sequence[Folder]:
    """Return all of a school's folders; a parent's key begins its children's, so it comes first."""
    return session.scalars(select(Folder).where(Folder.school_id == school.id).order_by(Folder.key)).all()


def _moves(folders: Sequence[Folder]) -> list[Change]:
    by_id = {folder.id: folder for folder in folders}
    changes = []
    for folder in folders:
        parent = by_id[folder.parent_id] if folder.parent_id else None
        target = path_in(parent, folder.name)
        if folder.path != target:
            stays = parent is None or folder.path.startswith(f"{parent.path}/")
            changes.append(Change(ChangeKind.RENAME if stays else ChangeKind.MOVE, folder, target))
    return changes
