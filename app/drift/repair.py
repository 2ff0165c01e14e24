"""The job that repairs: brings one thing in a school's store back to what we put there."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.audit.chain import Happening, append
from app.context import Context
from app.db import now
from app.drift.expected import filed_pieces, made_folders
from app.drift.houses import CloudKeeper, House, house_of
from app.drift.models import Finding, Kind, Standing
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
        mend(context, house_of(context, school.code), finding)
    except Refused as refusal:
        goes_on = may_pass(refusal) or put_off_until(refusal) is not None
        _note_refusal(context, finding.id, refusal, Standing.QUEUED if goes_on else Standing.OPEN)
        if goes_on:
            raise
        log.warning("repair refused finding=%d", finding.id, exc_info=refusal)


def mend(context: Context, house: House, finding: Finding) -> None:
    """Repair in an opened store, and write down that it was done; raises `Refused`."""
    _MENDERS[Kind(finding.kind)](_Bench(context, house, finding))
    with context.database.transaction() as session:
        mended = session.get_one(Finding, finding.id)
        mended.standing, mended.settled_at, mended.error_code = Standing.MENDED, now(), None
        facts = {"kind": finding.kind, "path": finding.path}
        happening = Happening("drift.mended", "system", str(finding.id), facts)
        append(session, house.school.code, [happening])


@dataclass(frozen=True)
class _Bench:
    """What a repair works with."""

    context: Context
    house: House
    finding: Finding

    @property
    def keeper(self) -> CloudKeeper | None:
        """What the cloud can do; None on this machine."""
        return self.house.keeper

    @property
    def aside(self) -> str:
        """Where the thing goes if it does not belong: telling, and unlike any other."""
        return joined(ASIDE, f"{self.finding.id} {self.finding.path.rpartition('/')[2]}")

    @property
    def held(self) -> str:
        """The name by which the ledger knows the thing while it is not where it belongs."""
        return f"~{self.finding.id}"


def _bring_back(bench: _Bench) -> None:
    """Move something back under its own name; what is gone meanwhile is made anew."""
    path = bench.finding.path
    _make_way(bench, path)
    try:
        if bench.keeper is None:
            bench.house.store.move(bench.finding.now_path, path)
        else:
            _put_right(bench, path)
    except MissingError:
        _restore(bench)


def _restore(bench: _Bench) -> None:
    """Make a lost file, or a lost folder with all that was filed in it, anew from our own copies."""
    path = bench.finding.path
    if bench.keeper is not None:
        known = bench.keeper.ledger.find(path) or _item(bench.keeper, bench.finding)
        if known is not None and known.remote_id == bench.finding.remote_id:
            bench.keeper.ledger.forget(known.path)
    _make_way(bench, path)
    with bench.context.database.transaction() as session:
        school_id = bench.house.school.id
        folders = [folder.path for folder in made_folders(session, school_id, path)]
        pieces = list(filed_pieces(session, school_id, path))
    for folder in folders:
        bench.house.store.make_folder(folder)
    for piece in pieces:
        place(bench.context, bench.house.store, piece)
        _lock(bench, piece.path)


def _replace(bench: _Bench) -> None:
    """Put the edited file aside, where it can be looked at, and our own copy in its place."""
    if bench.keeper is None:
        if not _is_as_filed(bench):
            _put_aside(bench, bench.finding.path)
    else:
        item = _item(bench.keeper, bench.finding)
        if item is not None:
            if item.locked:
                bench.keeper.cloud.unlock(item.path)
            _put_aside(bench, item.path)
            bench.keeper.ledger.forget(bench.aside)
    _restore(bench)


def _remove_foreign(bench: _Bench) -> None:
    """Put something that is not ours aside; it is not deleted."""
    if bench.keeper is None:
        _put_aside(bench, bench.finding.path)
        return
    ledger, remote_id = bench.keeper.ledger, bench.finding.remote_id
    if not remote_id:
        raise OccupiedError
    known = ledger.by_remote_id([remote_id]).get(remote_id)
    held = known.path if known else joined(bench.finding.path.rpartition("/")[0], bench.held)
    ledger.reserve(held, is_folder=bench.finding.is_folder, remote_id=remote_id)
    ledger.confirm(held, Confirmed(remote_id))
    _put_aside(bench, held)
    ledger.forget(bench.aside)


def _lock_again(bench: _Bench) -> None:
    if bench.keeper is not None:
        bench.keeper.ledger.set_locked(bench.finding.path, locked=False)
        _lock(bench, bench.finding.path)


def _end_share(bench: _Bench) -> None:
    """Take one permission away, and believe it only when the store does not list it any more."""
    if bench.keeper is None:
        return
    path, grant_id = bench.finding.path, bench.finding.grant_id
    bench.keeper.cloud.revoke(path, grant_id)
    try:
        listed = bench.keeper.cloud.grants(path)
    except MissingError:
        return
    if any(grant.id == grant_id for grant in listed):
        raise StillShared


def _put_aside(bench: _Bench, path: str) -> None:
    bench.house.store.make_folder(ASIDE)
    if path != bench.aside:
        bench.house.store.move(path, bench.aside)


def _make_way(bench: _Bench, path: str) -> None:
    """Make the folders above a path; those that are there are adopted."""
    for folder in reversed(list(above(path))):
        bench.house.store.make_folder(folder)


def _lock(bench: _Bench, path: str) -> None:
    if bench.keeper is not None:
        bench.keeper.cloud.lock(path, LOCK_REASON)


def _put_right(bench: _Bench, path: str) -> None:
    """Have the store move what the ledger has at a path to just there, past our own lock."""
    item = bench.keeper.ledger.find(path) if bench.keeper else None
    if bench.keeper and item and item.locked:
        bench.keeper.cloud.unlock(path)
    bench.house.store.move(path, path)
    if not bench.finding.is_folder:
        _lock(bench, path)


def _item(keeper: CloudKeeper, finding: Finding) -> Item | None:
    return keeper.ledger.by_remote_id([finding.remote_id]).get(finding.remote_id)


def _is_as_filed(bench: _Bench) -> bool:
    path = bench.finding.path
    with bench.context.database.transaction() as session:
        wanted = {piece.sha256 for piece in filed_pieces(session, bench.house.school.id, path)}
    try:
        return digest_in(bench.house.store, path) in wanted
    except MissingError:
        return True


def _note_refusal(context: Context, finding_id: int, refusal: Refused, standing: Standing) -> None:
    with context.database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        finding.standing, finding.error_code = standing, reason_of(refusal).code


_MENDERS: Mapping[Kind, Callable[[_Bench], None]] = {
    Kind.MOVED: _bring_back,
    Kind.RENAMED: _bring_back,
    Kind.EDITED: _replace,
    Kind.TRASHED: _restore,
    Kind.DELETED: _restore,
    Kind.UNLOCKED: _lock_again,
    Kind.SHARED: _end_share,
    Kind.FOREIGN: _remove_foreign,
}
