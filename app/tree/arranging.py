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
    """One thing to do: make a folder at `path`, or bring it from there to `target`."""

    kind: ChangeKind
    path: str
    target: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.path}" + (f" -> {self.target}" if self.target else "")


def plan(session: Session, store: Store, school: School) -> list[Change]:
    """List what `apply` would do now: the folders to move, then those to make, parents first.

    Adds the rows of planned folders to the session; roll it back to leave no trace.
    """
    rows_for(session, school.id, planned(session, school.id, school_year_at(now())))
    folders = _folders(session, school)
    there = _there(store)
    wanted = _wanted_paths(folders)
    makes = [
        Change(ChangeKind.MAKE, wanted[folder.id])
        for folder in folders
        if folder.path not in there and wanted[folder.id] not in there
    ]
    return [change for _, change in _moves(folders)] + makes


def apply(context: Context, store: Store, school: School) -> list[Change]:
    """Bring the store in line with the plan and return what was done.

    Folders that lie there from before are taken as they are. May be killed between any two lines and run
    again; when all is as planned it changes nothing.
    """
    with context.database.transaction() as session:
        rows_for(session, school.id, planned(session, school.id, school_year_at(now())))
    moved = list(_moved(context, store, school))
    there = _there(store)
    with context.database.transaction() as session:
        folders = _folders(session, school)
        lost = [folder for folder in folders if folder.path not in there]
        for folder in lost:
            folder.made_at = None
    make_in_store(context, store, folders)
    return moved + [Change(ChangeKind.MAKE, folder.path) for folder in lost]


def _moved(context: Context, store: Store, school: School) -> Iterator[Change]:
    """Move folder by folder, looking anew after each, since those inside have moved along."""
    while True:
        with context.database.transaction() as session:
            due = next(iter(_moves(_folders(session, school))), None)
        if due is None:
            return
        folder, change = due
        move_in_store(context, store, folder, change.target or change.path)
        yield change


def _folders(session: Session, school: School) -> Sequence[Folder]:
    """Return all of a school's folders; a parent's key begins its children's, so it comes first."""
    return session.scalars(select(Folder).where(Folder.school_id == school.id).order_by(Folder.key)).all()


def _there(store: Store) -> set[str]:
    return {entry.path for entry in store.walk() if entry.is_folder}


def _wanted_paths(folders: Sequence[Folder]) -> dict[int, str]:
    """Return where each folder will lie once every move is done."""
    wanted: dict[int, str] = {}
    for folder in folders:
        above = f"{wanted[folder.parent_id]}/" if folder.parent_id else ""
        wanted[folder.id] = above + folder.name
    return wanted


def _moves(folders: Sequence[Folder]) -> list[tuple[Folder, Change]]:
    by_id = {folder.id: folder for folder in folders}
    changes = []
    for folder in folders:
        parent = by_id[folder.parent_id] if folder.parent_id else None
        target = path_in(parent, folder.name)
        if folder.path != target:
            stays = folder.path.rpartition("/")[0] == target.rpartition("/")[0]
            kind = ChangeKind.RENAME if stays else ChangeKind.MOVE
            changes.append((folder, Change(kind, folder.path, target)))
    return changes
