"""Writing down what a look at a store has found, and that what is not found any more has vanished."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import now
from app.drift.compare import Deviation
from app.drift.feed import Look
from app.drift.models import LASTING, DriftWatch, Finding, Kind, Standing
from app.schools.models import School
from app.tree.paths import above

LOST = frozenset({Kind.TRASHED, Kind.DELETED})


def record(session: Session, school: School, look: Look) -> None:
    """Write down what was found, and that what is not found any more has vanished."""
    session.execute(select(School.id).where(School.id == school.id).with_for_update(key_share=True))
    lasting = session.scalars(
        select(Finding).where(Finding.school_id == school.id, Finding.standing.in_(LASTING))
    ).all()
    known = {(each.kind, each.path, each.remote_id, each.grant_id): each for each in lasting}
    lost = {each.path for each in lasting if each.is_folder and each.kind in LOST}
    found = [each for each in look.found if not _follows(each, lost)]
    for deviation in found:
        _keep(session, school, deviation, known.get(deviation.key))
    _close(session, look, lasting, {each.key for each in found})


def note_watch(session: Session, school_id: int, **values: object) -> None:
    """Note when a school's store was looked at, or what a sample came to."""
    row = insert(DriftWatch).values(school_id=school_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["school_id"], set_=values))


def _follows(deviation: Deviation, lost: set[str]) -> bool:
    return deviation.kind in LOST and not lost.isdisjoint(above(deviation.path))


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
