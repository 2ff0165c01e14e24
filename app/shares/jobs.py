"""The jobs that bring the store in line with what was decided about shares, and end them in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.jobs import defer, is_under_way
from app.schools.models import School
from app.shares.lapse import lapse_shares
from app.shares.models import Share, ShareState
from app.shares.steps import carry_out, note
from app.storage.abilities import Shareable
from app.storage.attended import AttendedStore
from app.storage.pacing import PutOff
from app.storage.protocol import MissingError, StorageError, Store
from app.stuck.reasons import reason_of
from app.text import N_
from app.tree.folders import make_in_store, mark_lost
from app.tree.models import Folder
from app.tree.stores import store_of

SYSTEM = "system"
_AGAIN = timedelta(hours=1)
"""How long after a failure a permission that has to go is tried again without anybody asking."""


class StillShared(StorageError):
    """The store goes on listing a permission that it was told to take away."""

    code = "still_shared"
    detail = N_("Kho lưu trữ vẫn còn quyền xem vừa được gỡ.")
    hint = N_("Hệ thống tự gỡ lại; nếu kéo dài, mở kho và gỡ quyền của địa chỉ này khỏi thư mục năm học.")


@dataclass(frozen=True)
class _Due:
    share: Share
    folder: Folder
    school_code: str


def open_share(context: Context, share_id: int, tells: int = 1) -> None:
    """Let the reader of a share into its folder, in the store; raises `StorageError` and `PutOff`.

    Leaves quietly unless the share is to be opened; may run twice, since the same person again changes
    only the end. With `tells` the reader gets a letter.
    """
    if due := _due(context, share_id, ShareState.OPENING):
        with _failures_noted(context, share_id):
            store = store_of(context, due.school_code)
            open_in_store(context, store, due.share, due.folder, tells=bool(tells))


def open_in_store(context: Context, store: Store, share: Share, folder: Folder, *, tells: bool) -> None:
    """Make the folder if need be, give the permission and note it; a local folder knows no permissions."""
    cloud = shareable(store)
    try:
        make_in_store(context, store, [folder])
        grant = cloud.grant(folder.path, share.email, share.until) if cloud else None
    except MissingError:
        mark_lost(context, [folder])
        raise
    with context.database.transaction() as session:
        present = session.get_one(Share, share.id, with_for_update=True)
        present.grant_id = grant.id if grant else None
        if (present.state, present.until) == (ShareState.OPENING, share.until):
            present.state = ShareState.OPEN
            present.error_code = present.error_at = None
            note(session, present, "share.opened", SYSTEM, {"grant": present.grant_id})
            if tells:
                defer(session, "mail_about_share", [{"share_id": share.id}])


def close_share(context: Context, share_id: int) -> None:
    """Take a reader's permission away in the store, and believe it only when it is not listed any more.

    Leaves quietly unless the share is to be closed. Raises `StorageError` and `PutOff`.
    """
    if due := _due(context, share_id, ShareState.CLOSING):
        with _failures_noted(context, share_id):
            close_in_store(context, store_of(context, due.school_code), due.share, due.folder)


def close_in_store(context: Context, store: Store, share: Share, folder: Folder) -> None:
    """Revoke the permission by its id, then whatever else lets this person into this very folder."""
    cloud = shareable(store)
    if cloud is not None:
        _revoke_all(cloud, share, folder.path)
    with context.database.transaction() as session:
        present = session.get_one(Share, share.id, with_for_update=True)
        if present.state == ShareState.CLOSING:
            present.state = ShareState.CLOSED
            present.error_code = present.error_at = None
            note(session, present, "share.closed", SYSTEM, {"grant": present.grant_id})


def end_shares(context: Context) -> None:
    """End the shares whose time or oversight is over, and try again what could not be taken away: a chore."""
    with context.database.transaction() as session:
        lapse_shares(session)
        for share in _to_be_ended(session):
            if share.state != ShareState.CLOSING:
                _end(session, share)
            else:
                share.error_at = now()
                carry_out(session, share)


def shareable(store: Store) -> Shareable | None:
    """Return a store that has permissions of its own; None for a folder of this machine."""
    return store if isinstance(store, AttendedStore) else None


def _due(context: Context, share_id: int, state: ShareState) -> _Due | None:
    with context.database.transaction() as session:
        share = session.get(Share, share_id)
        if share is None or share.state != state:
            return None
        school = session.get_one(School, share.school_id)
        return _Due(share, session.get_one(Folder, share.folder_id), school.code)


def _revoke_all(cloud: Shareable, share: Share, path: str) -> None:
    try:
        if share.grant_id:
            cloud.revoke(path, share.grant_id)
        for grant_id in _left(cloud, share, path):
            cloud.revoke(path, grant_id)
            if _left(cloud, share, path):
                raise StillShared
    except MissingError:
        return  # with the folder went every permission on it


def _left(cloud: Shareable, share: Share, path: str) -> list[str]:
    """List the permissions by which the person still reads the folder itself."""
    return [
        grant.id
        for grant in cloud.grants(path)
        if grant.email.lower() == share.email and not grant.inherited and grant.role != "owner"
    ]


def _to_be_ended(session: Session) -> Iterator[Share]:
    """Yield, locked and by school, what is over, and what no job takes away any more."""
    waiting = (ShareState.REQUESTED, ShareState.OPENING, ShareState.OPEN)
    over = and_(Share.state.in_(waiting), Share.until <= now())
    is_due = or_(Share.error_at.is_(None), Share.error_at < now() - _AGAIN)
    closing = and_(Share.state == ShareState.CLOSING, is_due)
    found = select(Share).where(or_(over, closing)).order_by(Share.school_id, Share.id)
    for share in session.scalars(found.with_for_update(skip_locked=True)).all():
        if share.state != ShareState.CLOSING or not is_under_way(
            session, "unshare", "share_id", str(share.id)
        ):
            yield share


def _end(session: Session, share: Share) -> None:
    asked = share.state == ShareState.REQUESTED
    share.state = ShareState.REFUSED if asked else ShareState.CLOSING
    carry_out(session, share)
    note(session, share, "share.ended", SYSTEM, {"answered": not asked})


@contextmanager
def _failures_noted(context: Context, share_id: int) -> Iterator[None]:
    """Keep with the share why it was not done, foreseen or not; being told to wait is no failure."""
    try:
        yield
    except PutOff:
        raise
    except Exception as failure:
        with context.database.transaction() as session:
            share = session.get_one(Share, share_id, with_for_update=True)
            share.error_code, share.error_at = reason_of(failure).code, now()
        raise
