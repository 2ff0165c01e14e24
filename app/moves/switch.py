"""The two moments of a move: from now on the new store is the school's, and the old one is let go."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.db import now
from app.drift.models import LASTING, Finding, Standing
from app.jobs import defer
from app.moves.again import queue_move
from app.moves.connections import let_jobs_go_on
from app.moves.models import Stage, StoreMove
from app.schools.models import School
from app.shares.models import Share, ShareState
from app.storage.accounts import active_store, store_lock
from app.storage.models import Part, StoreAccount, StoreItem
from app.tree.models import Folder

_SYSTEM = "system"


def switch_over(context: Context, move_id: int) -> None:
    """Make the new store the school's, in one transaction; every file in it has been compared before.

    The old one is left as it is. Leaves quietly when the move was cancelled meanwhile.
    """
    with context.database.transaction() as session:
        move = session.get_one(StoreMove, move_id, with_for_update=True)
        if move.stage != Stage.COMPARING:
            return
        school = session.get_one(School, move.school_id, with_for_update={"key_share": True})
        _swap(session, school, move)
        _forget_what_was_of_the_old_store(session, school, move)
        _share_anew(session, school)
        let_jobs_go_on(session, school)
        move.stage, move.switched_at, move.position = Stage.SWITCHED, now(), ""
        queue_move(session, school.code, move)
        append(session, school.code, [Happening("move.switch", _SYSTEM, str(move.id), {"files": move.total})])


def end_move(context: Context, move_id: int) -> None:
    """Let go of the old store's credentials and of what we knew of it; the files in it stay."""
    with context.database.transaction() as session:
        move = session.get_one(StoreMove, move_id, with_for_update=True)
        if move.stage != Stage.CONFIRMING:
            return
        school = session.get_one(School, move.school_id)
        if move.from_store_id is not None:
            former = session.get_one(StoreAccount, move.from_store_id)
            former.secrets = context.stores.vault.lock({})
            session.execute(delete(StoreItem).where(StoreItem.store_id == former.id))
        move.stage, move.ended_at = Stage.CONFIRMED, now()
        append(session, school.code, [Happening("move.end", _SYSTEM, str(move.id), {})])


def _swap(session: Session, school: School, move: StoreMove) -> None:
    source = active_store(session, school.id)
    if source is not None:
        source.part = Part.FORMER
        # One store at a time may be the active one.
        session.flush()
    session.get_one(StoreAccount, move.to_store_id).part = Part.ACTIVE


def _forget_what_was_of_the_old_store(session: Session, school: School, move: StoreMove) -> None:
    """Have folders that may have come after the copying made anew, and close what was found over there."""
    late = (Folder.school_id == school.id, Folder.made_at >= move.started_at)
    session.execute(update(Folder).where(*late).values(made_at=None))
    session.execute(
        update(Finding)
        .where(Finding.school_id == school.id, Finding.standing.in_(LASTING))
        .values(standing=Standing.VANISHED, settled_at=now())
    )


def _share_anew(session: Session, school: School) -> None:
    """Let those in again, in the new store, who may read in the old one."""
    own = select(Share).where(Share.school_id == school.id, Share.state == ShareState.OPEN)
    shares = session.scalars(own.with_for_update()).all()
    for share in shares:
        share.state, share.grant_id = ShareState.OPENING, None
    jobs = [{"share_id": share.id} for share in shares]
    defer(session, "share", jobs, lock=store_lock(school.code))
