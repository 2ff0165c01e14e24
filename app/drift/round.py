"""Looking at a cloud store in portions: along its list of changes, or page by page through all there is.

What looks wrong in a list, or is missing in it, is asked for singly before anything is said of it: a list may
tell of what we were in the middle of.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.drift.compare import Deviation, topmost
from app.drift.expected import readers_of, unknown_files
from app.drift.feed import Judge, Look
from app.drift.models import LASTING, DriftRound, Finding, Kind
from app.drift.opened_stores import ConnectedCloud
from app.drift.record import LOST, note_watch, record
from app.schools.models import School
from app.storage.abilities import ChangeOf, CursorLost, Listing, RemoteState
from app.storage.ledger import is_one_of
from app.storage.models import StoreAccount, StoreItem
from app.storage.policy import OutOfReach
from app.tree.paths import above

_BATCH = 100
"""Items asked for singly before it is written down what they came to."""
_OVERLAP = timedelta(minutes=1)
"""For clocks that do not agree, and for what was put while one was looking."""
_FOREIGN = frozenset({Kind.FOREIGN})


def look_there(context: Context, school: School, keeper: ConnectedCloud, ends: float) -> bool:
    """Look at a cloud store until it is through, or until `ends`; tells whether it is.

    Costs one call when nothing is new, else one for each thousand items, and one for each suspect. Killed
    anywhere, it goes on from where it was written down last. Raises `StorageError` and `PutOff`.
    """
    with context.database.transaction() as session:
        account = session.get_one(StoreAccount, keeper.store_id)
        under_way = session.get(DriftRound, keeper.store_id)
        readers = readers_of(session, school, account, _OVERLAP)
    portion = _Portion(context, school, keeper, Judge(keeper, readers))
    if under_way is None:
        portion.begin(account.cursor)
    return portion.work(ends)


class _Portion:
    """As much of a look as fits into one job."""

    def __init__(self, context: Context, school: School, keeper: ConnectedCloud, judge: Judge) -> None:
        self._database = context.database
        self._school = school
        self._keeper = keeper
        self._judge = judge

    def begin(self, cursor: str | None) -> None:
        """Read what changed since `cursor`; without one, or when the store has lost it, begin with all."""
        try:
            states, after = _changes_since(self._keeper, cursor)
        except CursorLost:
            # Where the next look begins is fetched first, so that nothing slips between the two.
            self._open(self._keeper.cloud.begin(), place="", seen=[], suspects=[])
        else:
            self._open(
                after, place=None, seen=list(states), suspects=self._judge.suspects([*states.values()])
            )

    def work(self, ends: float) -> bool:
        """Do one step after the other, at least one; each is written down, with how far one is then."""
        while (under_way := self._under_way()) is not None:
            self._step(under_way, ends)
            if time.monotonic() > ends:
                return self._under_way() is None
        return True

    def _step(self, known: DriftRound, ends: float) -> None:
        if known.place is not None:
            self._read_page(known, known.place)
        elif known.suspects:
            self._ask_some(known, ends)
        else:
            self._finish(known)

    def _open(self, cursor: str, *, place: str | None, seen: Sequence[str], suspects: Sequence[str]) -> None:
        """Write down that a look has begun, unless another process was first."""
        with self._database.transaction() as session:
            record(session, self._school, Look([], frozenset(seen).difference(suspects)))
            row = insert(DriftRound).values(
                store_id=self._keeper.store_id,
                began_at=now(),
                cursor=cursor,
                place=place,
                suspects=self._in_order(session, suspects),
            )
            session.execute(row.on_conflict_do_nothing())

    def _under_way(self) -> DriftRound | None:
        with self._database.transaction() as session:
            return session.get(DriftRound, self._keeper.store_id)

    def _still(self, session: Session, known: DriftRound) -> DriftRound | None:
        """Return the look's row for writing; None when another process has got it through meanwhile."""
        row = session.get(DriftRound, known.store_id, with_for_update=True)
        return row if row is not None and row.began_at == known.began_at else None

    def _read_page(self, known: DriftRound, place: str) -> None:
        page = self._listing(known, place)
        suspects = self._judge.suspects(page.states)
        with self._database.transaction() as session:
            row = self._still(session, known)
            if row is None or row.place != place:
                return
            _mark_seen(session, row, page.states)
            row.place, row.suspects = page.following, [*row.suspects, *suspects]
            if page.following is None:
                missing, told = _missing(session, row), _told_before(session, self._school)
                row.suspects = self._in_order(session, [*row.suspects, *missing, *told])

    def _listing(self, known: DriftRound, place: str) -> Listing:
        try:
            return self._keeper.cloud.listing(place)
        except CursorLost as lost:
            with self._database.transaction() as session:
                row = self._still(session, known)
                if row is not None:
                    session.delete(row)
            # The job that tries again begins anew.
            raise OutOfReach from lost

    def _ask_some(self, known: DriftRound, ends: float) -> None:
        """Ask for the next suspects; below a folder that is lost there is nothing to ask for."""
        items = self._keeper.ledger.by_remote_id(known.suspects[:_BATCH])
        lost = self._lost_folders(known)
        asked: list[str] = []
        found: list[Deviation] = []
        try:
            for remote_id in known.suspects[:_BATCH]:
                if asked and time.monotonic() > ends:
                    break
                item = items.get(remote_id)
                if item is None or lost.isdisjoint(above(item.path)):
                    told = self._judge.ask(remote_id)
                    found += told
                    lost |= {each.path for each in told if each.is_folder and each.kind in LOST}
                asked.append(remote_id)
        finally:
            self._keep(known, asked, found)

    def _keep(self, known: DriftRound, asked: Sequence[str], found: list[Deviation]) -> None:
        """Write down what suspects came to, and strike them out."""
        with self._database.transaction() as session:
            row = self._still(session, known)
            if row is not None:
                told = topmost(topmost(found, LOST), _FOREIGN)
                record(session, self._school, Look(told, frozenset(asked)))
                done = set(asked)
                row.suspects = [each for each in row.suspects if each not in done]

    def _finish(self, known: DriftRound) -> None:
        with self._database.transaction() as session:
            row = self._still(session, known)
            if row is None:
                return
            account = session.get_one(StoreAccount, row.store_id)
            lost = [
                Deviation(Kind.DELETED, path, is_folder=False) for path in unknown_files(session, account)
            ]
            record(session, self._school, Look(lost, frozenset({""})))
            account.cursor, account.looked_at = row.cursor, row.began_at
            session.delete(row)
            note_watch(session, self._school.id, looked_at=now())

    def _lost_folders(self, known: DriftRound) -> set[str]:
        """Return the folders found lost, except those that are to be asked for again."""
        folders = select(Finding.path, Finding.remote_id).where(
            Finding.school_id == self._school.id,
            Finding.standing.in_(LASTING),
            Finding.is_folder,
            Finding.kind.in_(LOST),
        )
        doubtful = set(known.suspects)
        with self._database.transaction() as session:
            return {path for path, remote_id in session.execute(folders) if remote_id not in doubtful}

    def _in_order(self, session: Session, suspects: Sequence[str]) -> list[str]:
        """Put folders before what they hold, and what is not ours last; each once."""
        ours = select(StoreItem.remote_id, StoreItem.path).where(
            StoreItem.store_id == self._keeper.store_id, is_one_of(suspects)
        )
        paths = {row.remote_id: row.path for row in session.execute(ours)}
        return sorted(set(suspects), key=lambda each: (each not in paths, paths.get(each, ""), each))


def _changes_since(keeper: ConnectedCloud, cursor: str | None) -> tuple[dict[str, RemoteState], str]:
    """Return the last state of each item that changed, and the place after them."""
    if cursor is None:
        raise CursorLost
    page = keeper.cloud.changes(cursor)
    states = {state.remote_id: state for state in page.states}
    while page.more:
        page = keeper.cloud.changes(page.cursor)
        states.update((state.remote_id, state) for state in page.states)
    return states, page.cursor


def _mark_seen(session: Session, row: DriftRound, states: Sequence[RemoteState]) -> None:
    seen = [state.remote_id for state in states if state.kind is ChangeOf.SEEN]
    session.execute(
        update(StoreItem)
        .where(StoreItem.store_id == row.store_id, is_one_of(seen))
        .values(seen_at=row.began_at)
    )


def _missing(session: Session, row: DriftRound) -> Sequence[str]:
    """Return the ids of what the look has not come by, though it was there when it began."""
    missing = select(StoreItem.remote_id).where(
        StoreItem.store_id == row.store_id,
        StoreItem.confirmed_at < row.began_at + _OVERLAP,
        StoreItem.seen_at.is_distinct_from(row.began_at),
    )
    return [each for each in session.scalars(missing) if each]


def _told_before(session: Session, school: School) -> Sequence[str]:
    """Return the ids of what was found before: whatever is in order again has to be found so."""
    told = select(Finding.remote_id).where(
        Finding.school_id == school.id, Finding.standing.in_(LASTING), Finding.remote_id != ""
    )
    return session.scalars(told).all()
