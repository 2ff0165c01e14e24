"""The folders' rows and the folders themselves: named once, made, and moved when their name is changed."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from sqlalchemy import String, func, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.context import Context
from app.db import now
from app.records.models import OfficialFile
from app.schools.models import School
from app.storage.protocol import MissingError, Store
from app.tree.models import Folder
from app.tree.names import distinct, fold
from app.tree.plan import PlannedFolder


def rows_for(session: Session, school_id: int, wanted: Sequence[PlannedFolder]) -> list[Folder]:
    """Return the rows of folders, in the order wanted, adding those that are missing.

    A row keeps its name whatever the plan would call it today. New names differ from their
    siblings' by more than letter case.
    """
    keys = [folder.key for folder in wanted]
    known = _known(session, school_id, keys)
    if len(known) < len(wanted):
        # One writer names at a time; records may still be added to the school meanwhile.
        session.execute(select(School.id).where(School.id == school_id).with_for_update(key_share=True))
        known = _known(session, school_id, keys)
        _add_missing(session, school_id, wanted, known)
    return [known[key] for key in keys]


def make_in_store(context: Context, store: Store, folders: Iterable[Folder]) -> None:
    """Make those of the folders, given parents first, that are not known to be made."""
    due = [folder for folder in folders if folder.made_at is None]
    for folder in due:
        store.make_folder(folder.path)
    if due:
        _set_made_at(context, due, made=True)


def mark_lost(context: Context, folders: Iterable[Folder]) -> None:
    """Note that the store may have lost folders, so that they are made again before the next use."""
    _set_made_at(context, folders, made=False)


def rename_folder(session: Session, folder: Folder, name: str) -> None:
    """Decide on another (legal) name for a folder; the store follows at the next `apply`."""
    session.execute(select(School.id).where(School.id == folder.school_id).with_for_update(key_share=True))
    siblings = select(Folder.name).where(
        Folder.school_id == folder.school_id,
        Folder.parent_id.is_not_distinct_from(folder.parent_id),
        Folder.id != folder.id,
    )
    folder.name = distinct(name, {fold(sibling) for sibling in session.scalars(siblings)})


def move_in_store(context: Context, store: Store, folder: Folder, target: str) -> None:
    """Move a folder with all it holds to the path `target`, in the store and then in every row."""
    # One that the store has lost is made anew, under its new path, by whoever needs it.
    with suppress(MissingError):
        store.move(folder.path, target)
    with context.database.transaction() as session:
        for column in (Folder.path, OfficialFile.path, OfficialFile.certificate_path):
            _replace_beginning(session, column, folder, target)


def _known(session: Session, school_id: int, keys: Sequence[str]) -> dict[str, Folder]:
    rows = session.scalars(select(Folder).where(Folder.school_id == school_id, Folder.key.in_(keys)))
    return {folder.key: folder for folder in rows}


def _add_missing(
    session: Session, school_id: int, wanted: Sequence[PlannedFolder], known: dict[str, Folder]
) -> None:
    taken: dict[str, set[str]] = {}
    for planned in wanted:
        if planned.key in known:
            continue
        parent = known.get(planned.parent_key)
        if planned.parent_key not in taken:
            taken[planned.parent_key] = _names_in(session, school_id, parent)
        name = distinct(planned.name, taken[planned.parent_key])
        taken[planned.parent_key].add(fold(name))
        known[planned.key] = _added(session, school_id, planned, parent, name)


def _added(
    session: Session, school_id: int, planned: PlannedFolder, parent: Folder | None, name: str
) -> Folder:
    folder = Folder(
        school_id=school_id,
        key=planned.key,
        parent_id=parent and parent.id,
        name=name,
        path=path_in(parent, name),
        department_id=planned.department and planned.department.id,
        owner_id=planned.owner and planned.owner.id,
        record_type_id=planned.record_type and planned.record_type.id,
    )
    session.add(folder)
    session.flush()
    return folder


def path_in(parent: Folder | None, name: str) -> str:
    """Return the path of what is called `name` in a folder, or at the top of the tree."""
    return f"{parent.path}/{name}" if parent else name


def _names_in(session: Session, school_id: int, parent: Folder | None) -> set[str]:
    """Return the folded names in a folder: those decided on and those the store still shows."""
    rows = session.execute(
        select(Folder.name, Folder.path).where(
            Folder.school_id == school_id, Folder.parent_id.is_not_distinct_from(parent and parent.id)
        )
    )
    return {fold(name) for decided, path in rows for name in (decided, path.rpartition("/")[2])}


def _set_made_at(context: Context, folders: Iterable[Folder], *, made: bool) -> None:
    moment = now() if made else None
    with context.database.transaction() as session:
        ids = [folder.id for folder in folders]
        session.execute(update(Folder).where(Folder.id.in_(ids)).values(made_at=moment))


def _replace_beginning(
    session: Session,
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    folder: Folder,
    target: str,
) -> None:
    table = column.class_
    inside = or_(column == folder.path, func.starts_with(column, f"{folder.path}/"))
    moved = literal(target, String) + func.substr(column, len(folder.path) + 1)
    session.execute(
        update(table)
        .where(table.school_id == folder.school_id, inside)
        .values({column.key: moved})
        .execution_options(synchronize_session=False)
    )
