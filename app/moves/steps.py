"""The job that moves a school to another store, a few files at a time, going on wherever it was killed."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.errors import Refused
from app.moves.again import queue_move
from app.moves.models import Stage, StoreMove
from app.moves.switch import end_move, switch_over
from app.records.models import OfficialFile
from app.schools.models import School
from app.storage.ledger import Ledger, StoredLedger
from app.storage.models import StoreAccount
from app.storage.pacing import PutOff
from app.storage.protocol import MissingError, Store
from app.storage.waiting import put_off_until
from app.stuck.reasons import FiledBytesDiffer, may_pass, reason_of
from app.tree.filing import Piece, digest_in, guard, pieces_of, place, put_own_copy
from app.tree.models import Folder
from app.tree.paths import above

_BATCH = 25
"""Folders or records in one job, so that what is being signed off meanwhile is filed in between."""
_OVERLAP = timedelta(minutes=10)
"""How long a job may take that had begun to file a record when comparing began."""

_RENAMING = timedelta(minutes=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MoveContext:
    """A move with what a step of it works with."""

    context: Context
    move: StoreMove
    school: School
    store: Store
    """The new one."""
    ledger: Ledger
    """What is known of the new one."""


def move_house(context: Context, move_id: int) -> None:
    """Do the next step of a move and queue the one after it; leaves quietly when the move is over.

    What only a person can help with is noted with the move, which then waits.
    """
    with context.database.transaction() as session:
        move = session.get_one(StoreMove, move_id)
        school = session.get_one(School, move.school_id)
        target = session.get_one(StoreAccount, move.to_store_id)
    step = _STEPS.get(Stage(move.stage))
    if step is None or move.error_code:
        return
    ledger = StoredLedger(context.database, target.id)
    try:
        step(MoveContext(context, move, school, context.stores.open(target, school.code), ledger))
    except Refused as refusal:
        if may_pass(refusal) or put_off_until(refusal):
            raise
        log.warning("move stopped id=%d", move.id, exc_info=refusal)
        _note_error(context, move.id, refusal)


def _make_folders(moving: MoveContext) -> None:
    with moving.context.database.transaction() as session:
        if _is_being_renamed(session, moving.school):
            raise PutOff(now() + _RENAMING)
        made = select(Folder).where(Folder.school_id == moving.school.id, Folder.made_at.is_not(None))
        due = made.where(Folder.key > moving.move.position).order_by(Folder.key).limit(_BATCH)
        folders = session.scalars(due).all()
    for folder in folders:
        moving.store.make_folder(folder.path)
        if not _advance(moving, folder.key):
            return
    _go_on(moving, Stage.FOLDERS if folders else Stage.COPYING)


def _copy(moving: MoveContext) -> None:
    due = _due(moving)
    for official in due:
        for piece in pieces_of(official):
            _put(moving, piece)
        if not _advance(moving, official.path or ""):
            return
    _go_on(moving, Stage.COPYING if due else Stage.COMPARING)


def _compare(moving: MoveContext) -> None:
    due = _due(moving)
    for official in due:
        _compare_one(moving, official)
        if not _advance(moving, official.path or ""):
            return
    if due:
        _go_on(moving, Stage.COMPARING)
        return
    _compare_latest(moving)
    switch_over(moving.context, moving.move.id)


def _look_back(moving: MoveContext) -> None:
    """Take along what a job that was under way at the switch has put into the old store."""
    _compare_latest(moving)


def _end(moving: MoveContext) -> None:
    _compare_latest(moving)
    end_move(moving.context, moving.move.id)


def _compare_latest(moving: MoveContext) -> None:
    """Compare what was filed since comparing began, wherever it lies in the order of the paths."""
    since = (moving.move.compared_from or moving.move.started_at) - _OVERLAP
    with moving.context.database.transaction() as session:
        latest = session.scalars(_filed(moving).where(OfficialFile.filed_at >= since)).all()
    for official in latest:
        _compare_one(moving, official)


def _compare_one(moving: MoveContext, official: OfficialFile) -> None:
    for piece in pieces_of(official):
        try:
            if digest_in(moving.store, piece.path) != piece.sha256:
                raise FiledBytesDiffer
            _guard(moving, piece.path)
        except MissingError:
            _make_way(moving.store, piece.path)
            place(moving.context, moving.store, piece)


def _guard(moving: MoveContext, path: str) -> None:
    """Lock a file that was found right, unless it has been locked since it came into the store."""
    known = moving.ledger.find(path)
    if known is not None and not known.locked:
        guard(moving.store, path)


def _put(moving: MoveContext, piece: Piece) -> None:
    try:
        put_own_copy(moving.context, moving.store, piece)
    except MissingError:
        _make_way(moving.store, piece.path)
        put_own_copy(moving.context, moving.store, piece)


def _make_way(store: Store, path: str) -> None:
    for folder in reversed(list(above(path))):
        store.make_folder(folder)


def _due(moving: MoveContext) -> Sequence[OfficialFile]:
    """Return the next records in the order of their paths."""
    following = _filed(moving).where(OfficialFile.path > moving.move.position)
    with moving.context.database.transaction() as session:
        return session.scalars(following.order_by(OfficialFile.path).limit(_BATCH)).all()


def _filed(moving: MoveContext) -> Select[OfficialFile]:
    return select(OfficialFile).where(
        OfficialFile.school_id == moving.school.id, OfficialFile.filed_at.is_not(None)
    )


def _advance(moving: MoveContext, position: str) -> bool:
    """Note how far the stage is; False when somebody has cancelled the move meanwhile."""
    with moving.context.database.transaction() as session:
        moved = session.execute(
            update(StoreMove)
            .where(StoreMove.id == moving.move.id, StoreMove.stage == moving.move.stage)
            .values(position=position, done=StoreMove.done + 1)
            .returning(StoreMove.id)
        )
        return moved.first() is not None


def _go_on(moving: MoveContext, stage: Stage) -> None:
    """Queue the next step, of this stage or the one that follows it."""
    with moving.context.database.transaction() as session:
        move = session.get_one(StoreMove, moving.move.id, with_for_update=True)
        if move.stage != moving.move.stage:
            return
        if stage != move.stage:
            move.stage, move.position, move.done = stage, "", 0
            move.total = _count(session, moving.school)
            move.compared_from = _compared_from(stage)
        queue_move(session, moving.school.code, move)


def _compared_from(stage: Stage) -> datetime | None:
    return now() if stage is Stage.COMPARING else None


def _is_being_renamed(session: Session, school: School) -> bool:
    """Tell whether a folder is still to get another name: from then on the paths stay."""
    called = func.regexp_replace(Folder.path, "^.*/", "")
    due = exists().where(Folder.school_id == school.id, called != Folder.name)
    return bool(session.scalar(select(due)))


def _count(session: Session, school: School) -> int:
    filed = (OfficialFile.school_id == school.id, OfficialFile.filed_at.is_not(None))
    return session.scalar(select(func.count()).where(*filed)) or 0


def _note_error(context: Context, move_id: int, refusal: Refused) -> None:
    with context.database.transaction() as session:
        session.get_one(StoreMove, move_id).error_code = reason_of(refusal).code


_STEPS: Mapping[Stage, Callable[[MoveContext], None]] = {
    Stage.FOLDERS: _make_folders,
    Stage.COPYING: _copy,
    Stage.COMPARING: _compare,
    Stage.SWITCHED: _look_back,
    Stage.CONFIRMING: _end,
}
