"""Looking for drift: what changed in a school's store behind the application's back is written down."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.jobs import LEISURELY, defer, is_queued
from app.schools.models import School
from app.storage.accounts import store_lock
from app.storage.models import StoreAccount, StoreItem
from app.tree.drift_compare import Deviation, above
from app.tree.drift_expected import expected_in, unknown_files
from app.tree.drift_feed import Look, Readers, look_along
from app.tree.drift_models import LASTING, DriftWatch, Finding, Kind, Standing
from app.tree.drift_walk import look_around
from app.tree.houses import CloudKeeper, House, house_of
from app.tree.models import Folder
from app.tree.shares_models import Share, ShareState

_AGAIN = timedelta(minutes=5)
"""Nobody looks by the clock again so soon: jobs that piled up behind a lock leave quietly."""
_OVERLAP = timedelta(minutes=1)
"""For clocks that do not agree, and for what was put while one was looking."""
_LOST = (Kind.TRASHED, Kind.DELETED)
_GRANTED = (ShareState.OPENING, ShareState.OPEN, ShareState.CLOSING)


def ask_for_looks(context: Context) -> None:
    """Queue a look at every school's store that none is queued for; the chore of every quarter of an hour."""
    with context.database.transaction() as session:
        for code in session.scalars(select(School.code)).all():
            if not is_queued(session, "look_for_drift", "school_code", code):
                queue_look(session, code)


def queue_look(session: Session, school_code: str, *, asked: int = 0) -> None:
    """Queue a look; `asked` by a person it looks at once and, on this machine, reads every file."""
    job: dict[str, str | int] = {"school_code": school_code, "asked": asked}
    defer(session, "look_for_drift", [job], lock=store_lock(school_code), priority=LEISURELY)


def look_for_drift(context: Context, school_code: str, asked: int = 0) -> None:
    """Look at a school's store and write down what changed; leaves quietly when one has just looked."""
    with context.database.transaction() as session:
        school_id = session.scalars(select(School.id).where(School.code == school_code)).one()
        watch = session.get(DriftWatch, school_id)
        looked_at = watch.looked_at if watch else None
    if asked or looked_at is None or now() - looked_at > _AGAIN:
        look(context, house_of(context, school_code), thorough=bool(asked))


def tree_drift(context: Context, school_code: str) -> list[str]:
    """Look now, and list what the store shows that nobody here did, a line each.

    Raises `NotFound`, `StorageError` and `PutOff`.
    """
    house = house_of(context, school_code)
    look(context, house, thorough=True)
    with context.database.transaction() as session:
        return [line_of(finding) for finding in lasting_findings(session, house.school.id)]


def line_of(finding: Finding) -> str:
    """Return a finding as the command line prints it."""
    thing = "folder" if finding.is_folder else "file"
    now_path = f" -> {finding.now_path}" if finding.now_path else ""
    share = f" ({finding.evidence})" if finding.kind == Kind.SHARED else ""
    return f"{finding.kind} {thing}: {finding.path}{now_path}{share}"


def lasting_findings(session: Session, school_id: int) -> Sequence[Finding]:
    """List what is still different in a school's store, except what somebody decided to leave so."""
    lasting = (Standing.OPEN, Standing.QUEUED)
    own = select(Finding).where(Finding.school_id == school_id, Finding.standing.in_(lasting))
    return session.scalars(own.order_by(Finding.path, Finding.kind, Finding.id)).all()


def look(context: Context, house: House, *, thorough: bool) -> None:
    """Look at a store and keep what was found, together with the place where the next look begins."""
    if house.keeper is None:
        found = _look_here(context, house, thorough=thorough)
        if found.found:
            # Once more: we may have been in the middle of a move of our own.
            found = _look_here(context, house, thorough=thorough)
    else:
        found = _look_there(context, house.school, house.keeper)
    with context.database.transaction() as session:
        record(session, house.school, found)
        if house.keeper is not None:
            _keep_cursor(session, house.keeper, found.cursor)
        note_watch(session, house.school.id, looked_at=now())


def record(session: Session, school: School, look: Look) -> None:
    """Write down what was found, and that what is not found any more has vanished."""
    session.execute(select(School.id).where(School.id == school.id).with_for_update(key_share=True))
    lasting = session.scalars(
        select(Finding).where(Finding.school_id == school.id, Finding.standing.in_(LASTING))
    ).all()
    known = {(each.kind, each.path, each.remote_id, each.grant_id): each for each in lasting}
    lost = {each.path for each in lasting if each.is_folder and each.kind in _LOST}
    found = [each for each in look.found if not _follows(each, lost)]
    for deviation in found:
        _keep(session, school, deviation, known.get(deviation.key))
    _close(session, look, lasting, {each.key for each in found})


def note_watch(session: Session, school_id: int, **values: object) -> None:
    """Note when a school's store was looked at, or what a sample came to."""
    row = insert(DriftWatch).values(school_id=school_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["school_id"], set_=values))


def _follows(deviation: Deviation, lost: set[str]) -> bool:
    return deviation.kind in _LOST and not lost.isdisjoint(above(deviation.path))


def _keep(session: Session, school: School, deviation: Deviation, known: Finding | None) -> None:
    told = {
        "now_path": deviation.now_path,
        "evidence": deviation.evidence,
        "told_by": deviation.by,
        "happened_at": deviation.at,
    }
    if known is None:
        session.add(
            Finding(
                school_id=school.id,
                kind=deviation.kind,
                path=deviation.path,
                is_folder=deviation.is_folder,
                remote_id=deviation.remote_id,
                grant_id=deviation.grant_id,
                standing=Standing.OPEN,
                **told,
            )
        )
    elif _is_news(known, deviation):
        # Whoever left the first change as it was has not seen this one.
        for name, value in told.items():
            setattr(known, name, value)
        known.standing, known.found_at, known.error_code = Standing.OPEN, now(), None


def _is_news(known: Finding, deviation: Deviation) -> bool:
    """Tell whether something else was done since; evidence that only one look has tells nothing."""
    changed = known.evidence and deviation.evidence and known.evidence != deviation.evidence
    return bool(changed) or known.now_path != deviation.now_path


def _close(
    session: Session, look: Look, lasting: Iterable[Finding], found: set[tuple[str, str, str, str]]
) -> None:
    vanished = [
        each.id
        for each in lasting
        if (look.seen is None or each.remote_id in look.seen)
        and (each.kind, each.path, each.remote_id, each.grant_id) not in found
    ]
    session.execute(
        update(Finding)
        .where(Finding.id.in_(vanished))
        .values(standing=Standing.VANISHED, settled_at=now())
        .execution_options(synchronize_session=False)
    )


def _look_here(context: Context, house: House, *, thorough: bool) -> Look:
    with context.database.transaction() as session:
        expected = expected_in(session, house.school)
        suspects = select(Finding.path).where(
            Finding.school_id == house.school.id, Finding.kind == Kind.EDITED, Finding.standing.in_(LASTING)
        )
        doubtful = frozenset(session.scalars(suspects))
    return look_around(house.store, expected, read=None if thorough else doubtful)


def _look_there(context: Context, school: School, keeper: CloudKeeper) -> Look:
    with context.database.transaction() as session:
        account = session.get_one(StoreAccount, keeper.store_id)
        readers = Readers(_decided_on(session, school), _put_since(session, account))
    along = look_along(keeper, account.cursor, readers)
    with context.database.transaction() as session:
        lost = [Deviation(Kind.DELETED, path, is_folder=False) for path in unknown_files(session, account)]
    seen = None if along.seen is None else along.seen | {""}
    return Look([*along.found, *lost], seen, along.cursor)


def _put_since(session: Session, account: StoreAccount) -> frozenset[str] | None:
    """Return the ids of what we have put there since the last look; None when there was none."""
    if account.looked_at is None:
        return None
    ours = select(StoreItem.remote_id).where(
        StoreItem.store_id == account.id, StoreItem.confirmed_at >= account.looked_at - _OVERLAP
    )
    return frozenset(each for each in session.scalars(ours) if each)


def _keep_cursor(session: Session, keeper: CloudKeeper, cursor: str | None) -> None:
    session.execute(
        update(StoreAccount).where(StoreAccount.id == keeper.store_id).values(cursor=cursor, looked_at=now())
    )


def _decided_on(session: Session, school: School) -> frozenset[tuple[str, str]]:
    """Return who may read which folder by decision, as it stands now."""
    decided = (
        select(Folder.path, Share.email)
        .join(Folder, Folder.id == Share.folder_id)
        .where(Share.school_id == school.id, Share.state.in_(_GRANTED))
    )
    return frozenset((path, email) for path, email in session.execute(decided))
