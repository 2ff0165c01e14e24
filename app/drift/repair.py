"""The job that repairs: brings one thing in a school's store back to what we put there."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.audit.chain import Happening, append
from app.context import Context
from app.db import now
from app.drift.expected import filed_pieces, made_folders
from app.drift.models import Finding, Kind, Standing
from app.drift.opened_stores import ConnectedCloud, OpenedStore, opened_store_of
from app.errors import Refused
from app.schools.models import School
from app.shares.jobs import StillShared
from app.storage.ledger import Confirmed, Item
from app.storage.protocol import MissingError, OccupiedError
from app.storage.waiting import put_off_until
from app.stuck.reasons import may_pass, reason_of
from app.tree.filing import digest_in, place
from app.tree.paths import ASIDE, above, joined

LOCK_REASON = "Hồ sơ đã ký duyệt"

log = logging.getLogger(__name__)


def repair_drift(context: Context, finding_id: int) -> None:
    """Repair what a person asked to be repaired; safe to be killed and run again.

    What only a person can help with is noted with the finding, which is open again then.
    """
    with context.database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        school = session.get_one(School, finding.school_id)
    if finding.standing != Standing.QUEUED:
        return
    try:
        mend(context, opened_store_of(context, school.code), finding)
    except Refused as refusal:
        goes_on = may_pass(refusal) or put_off_until(refusal) is not None
        _note_refusal(context, finding.id, refusal, Standing.QUEUED if goes_on else Standing.OPEN)
        if goes_on:
            raise
        log.warning("repair refused finding=%d", finding.id, exc_info=refusal)


def mend(context: Context, opened: OpenedStore, finding: Finding) -> None:
    """Repair in an opened store, and write down that it was done; raises `Refused`."""
    _MENDERS[Kind(finding.kind)](_Repair(context, opened, finding))
    with context.database.transaction() as session:
        mended = session.get_one(Finding, finding.id)
        mended.standing, mended.settled_at, mended.error_code = Standing.MENDED, now(), None
        facts = {"kind": finding.kind, "path": finding.path}
        happening = Happening("drift.mended", "system", str(finding.id), facts)
        append(session, opened.school.code, [happening])


@dataclass(frozen=True)
class _Repair:
    """What a repair works with."""

    context: Context
    opened: OpenedStore
    finding: Finding

    @property
    def keeper(self) -> ConnectedCloud | None:
        """What the cloud can do; None on this machine."""
        return self.opened.keeper

    @property
    def aside(self) -> str:
        """Where the thing goes if it does not belong: telling, and unlike any other."""
        return joined(ASIDE, f"{self.finding.id} {self.finding.path.rpartition('/')[2]}")

    @property
    def held(self) -> str:
        """The name by which the ledger knows the thing while it is not where it belongs."""
        return f"~{self.finding.id}"


def _bring_back(repair: _Repair) -> None:
    """Move something back under its own name; what is gone meanwhile is made anew."""
    path = repair.finding.path
    _make_way(repair, path)
    try:
        if repair.keeper is None:
            repair.opened.store.move(repair.finding.now_path, path)
        else:
            _put_right(repair, path)
    except MissingError:
        _restore(repair)


def _restore(repair: _Repair) -> None:
    """Make a lost file, or a lost folder with all that was filed in it, anew from our own copies."""
    path = repair.finding.path
    if repair.keeper is not None:
        known = repair.keeper.ledger.find(path) or _item(repair.keeper, repair.finding)
        if known is not None and known.remote_id == repair.finding.remote_id:
            repair.keeper.ledger.forget(known.path)
    _make_way(repair, path)
    with repair.context.database.transaction() as session:
        school_id = repair.opened.school.id
        folders = [folder.path for folder in made_folders(session, school_id, path)]
        pieces = list(filed_pieces(session, school_id, path))
    for folder in folders:
        repair.opened.store.make_folder(folder)
    for piece in pieces:
        place(repair.context, repair.opened.store, piece)
        _lock(repair, piece.path)


def _replace(repair: _Repair) -> None:
    """Put the edited file aside, where it can be looked at, and our own copy in its place."""
    if repair.keeper is None:
        if not _is_as_filed(repair):
            _put_aside(repair, repair.finding.path)
    else:
        item = _item(repair.keeper, repair.finding)
        if item is not None:
            if item.locked:
                repair.keeper.cloud.unlock(item.path)
            _put_aside(repair, item.path)
            repair.keeper.ledger.forget(repair.aside)
    _restore(repair)


def _remove_foreign(repair: _Repair) -> None:
    """Put something that is not ours aside; it is not deleted."""
    if repair.keeper is None:
        _put_aside(repair, repair.finding.path)
        return
    ledger, remote_id = repair.keeper.ledger, repair.finding.remote_id
    if not remote_id:
        raise OccupiedError
    known = ledger.by_remote_id([remote_id]).get(remote_id)
    held = known.path if known else joined(repair.finding.path.rpartition("/")[0], repair.held)
    ledger.reserve(held, is_folder=repair.finding.is_folder, remote_id=remote_id)
    ledger.confirm(held, Confirmed(remote_id))
    _put_aside(repair, held)
    ledger.forget(repair.aside)


def _lock_again(repair: _Repair) -> None:
    if repair.keeper is not None:
        repair.keeper.ledger.set_locked(repair.finding.path, locked=False)
        _lock(repair, repair.finding.path)


def _end_share(repair: _Repair) -> None:
    """Take one permission away, and believe it only when the store does not list it any more."""
    if repair.keeper is None:
        return
    path, grant_id = repair.finding.path, repair.finding.grant_id
    repair.keeper.cloud.revoke(path, grant_id)
    try:
        listed = repair.keeper.cloud.grants(path)
    except MissingError:
        return
    if any(grant.id == grant_id for grant in listed):
        raise StillShared


def _put_aside(repair: _Repair, path: str) -> None:
    repair.opened.store.make_folder(ASIDE)
    if path != repair.aside:
        repair.opened.store.move(path, repair.aside)


def _make_way(repair: _Repair, path: str) -> None:
    """Make the folders above a path; those that are there are adopted."""
    for folder in reversed(list(above(path))):
        repair.opened.store.make_folder(folder)


def _lock(repair: _Repair, path: str) -> None:
    if repair.keeper is not None:
        repair.keeper.cloud.lock(path, LOCK_REASON)


def _put_right(repair: _Repair, path: str) -> None:
    """Have the store move what the ledger has at a path to just there, past our own lock."""
    item = repair.keeper.ledger.find(path) if repair.keeper else None
    if repair.keeper and item and item.locked:
        repair.keeper.cloud.unlock(path)
    repair.opened.store.move(path, path)
    if not repair.finding.is_folder:
        _lock(repair, path)


def _item(keeper: ConnectedCloud, finding: Finding) -> Item | None:
    return keeper.ledger.by_remote_id([finding.remote_id]).get(finding.remote_id)


def _is_as_filed(repair: _Repair) -> bool:
    path = repair.finding.path
    with repair.context.database.transaction() as session:
        wanted = {piece.sha256 for piece in filed_pieces(session, repair.opened.school.id, path)}
    try:
        return digest_in(repair.opened.store, path) in wanted
    except MissingError:
        return True


def _note_refusal(context: Context, finding_id: int, refusal: Refused, standing: Standing) -> None:
    with context.database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        finding.standing, finding.error_code = standing, reason_of(refusal).code


_MENDERS: Mapping[Kind, Callable[[_Repair], None]] = {
    Kind.MOVED: _bring_back,
    Kind.RENAMED: _bring_back,
    Kind.EDITED: _replace,
    Kind.TRASHED: _restore,
    Kind.DELETED: _restore,
    Kind.UNLOCKED: _lock_again,
    Kind.SHARED: _end_share,
    Kind.FOREIGN: _remove_foreign,
}
