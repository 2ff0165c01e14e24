"""Getting a move going: its next step is queued, also after a person has mended what it waits for."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.jobs import LEISURELY, defer, wake
from app.moves.connections import tried
from app.moves.models import BEFORE_SWITCH, LIVING, StoreMove
from app.schools.queries import school_by_code
from app.storage.accounts import Connection, renew, store_lock, store_with_part
from app.storage.models import Part, StoreAccount, StoreState


def queue_move(session: Session, school_code: str, move: StoreMove) -> None:
    """Queue the next step of a move, behind everything that is being filed."""
    job = {"move_id": move.id}
    defer(session, "move_house", [job], lock=store_lock(school_code), priority=LEISURELY)


def set_going(session: Session, school_code: str, move: StoreMove) -> None:
    """Have the next step done now: it was dropped when the move got stuck, or it waits for the store."""
    if move.error_code is not None:
        move.error_code = None
        queue_move(session, school_code, move)
    wake(session, store_lock(school_code))


def needs_a_person(move: StoreMove, target: StoreAccount) -> bool:
    """Tell whether the new store is full, forbidden or signed out while it is not yet the school's own."""
    return move.stage in BEFORE_SWITCH and target.state != StoreState.CONNECTED


def signed_out_target(context: Context, school_code: str, provider: str) -> StoreAccount | None:
    """Return the new store of a move under way, with this provider, if it does not let us in any more."""
    with context.database.transaction() as session:
        target = store_with_part(session, school_by_code(session, school_code).id, Part.NEXT)
    if target is None or (target.provider, target.state) != (provider, StoreState.RECONNECT):
        return None
    return target


def reconnect(
    context: Context, school_code: str, draft: Connection, actor: str, present: StoreAccount
) -> StoreMove:
    """Take new credentials for the new store, at the same place only, and let the move go on.

    Goes out to the store, outside any transaction; raises what `tried` raises.
    """
    connection = tried(context, school_code, replace(draft, settings=present.settings))
    with context.database.transaction() as session:
        target = session.get_one(StoreAccount, present.id, with_for_update=True)
        renew(session, context.stores.vault, target, connection)
        under_way = select(StoreMove).where(StoreMove.to_store_id == target.id, StoreMove.stage.in_(LIVING))
        move = session.scalars(under_way.with_for_update()).one()
        set_going(session, school_code, move)
        facts = {"provider": target.provider, "store": target.id}
        append(session, school_code, [Happening("store.connect", actor, str(target.id), facts)])
        return move
