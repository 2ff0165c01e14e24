"""Kept counts of each school's obligations, counted again as soon as something may have changed them."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.audit.models import AuditHead
from app.context import Context
from app.db import Database, now
from app.obligations.models import ObligationCount, ObligationSummary
from app.obligations.standing import Status, hashed_joins, standings
from app.schools.models import School

log = logging.getLogger(__name__)

_NEVER_COUNTED = -1
_AT_ONCE = 200
"""Schools that one run counts before it asks again which are out of date."""


def keep_count(session: Session, school_id: int, year: str) -> None:
    """Have a school's obligations of a year counted from now on."""
    fresh = upsert(ObligationCount).values(school_id=school_id, year=year, audit_number=_NEVER_COUNTED)
    session.execute(fresh.on_conflict_do_nothing())


def count_again(context: Context) -> None:
    """Count every school whose kept counts are out of date; several workers share the schools.

    None is counted twice in one run, which would go on for as long as people work; the next run is near.
    """
    begun = now()
    while outdated := _outdated(context.database, begun):
        counted = [_claim_and_count(context.database, school_id, year) for school_id, year in outdated]
        if not any(counted):
            return


def count(session: Session, school_id: int, year: str, moment: datetime) -> None:
    """Count a school's obligations as at `moment` and keep the numbers.

    One statement reads the head of the audit chain and the counts, so both are of one instant: whatever
    is committed afterwards moves the head, and the counts are then known to be out of date.
    """
    total, *by_type = _counted(session, school_id, year, moment)
    session.execute(
        delete(ObligationSummary).where(
            ObligationSummary.school_id == school_id, ObligationSummary.year == year
        )
    )
    rows = [{"school_id": school_id, "year": year, **_numbers(row)} for row in by_type]
    if rows:
        session.execute(insert(ObligationSummary), rows)
    kept = session.get_one(ObligationCount, (school_id, year))
    kept.audit_number, kept.next_due_at, kept.counted_at = total.head or 0, total.next_due_at, moment


def _outdated(database: Database, begun: datetime) -> Sequence[Row[int, str]]:
    moved = func.coalesce(AuditHead.number, 0) != ObligationCount.audit_number
    statement = (
        select(ObligationCount.school_id, ObligationCount.year)
        .join(School, School.id == ObligationCount.school_id)
        .outerjoin(AuditHead, AuditHead.chain == School.code)
        .where(or_(moved, ObligationCount.next_due_at < now()))
        .where(or_(ObligationCount.counted_at.is_(None), ObligationCount.counted_at < begun))
        .order_by(ObligationCount.counted_at)
        .limit(_AT_ONCE)
    )
    with database.transaction() as session:
        return session.execute(statement).all()


def _claim_and_count(database: Database, school_id: int, year: str) -> bool:
    """Count one school unless another worker is at it."""
    claim = (
        select(ObligationCount)
        .where(ObligationCount.school_id == school_id, ObligationCount.year == year)
        .with_for_update(skip_locked=True)
    )
    with database.transaction() as session:
        if session.scalars(claim).one_or_none() is None:
            return False
        count(session, school_id, year, now())
    return True


def _counted(session: Session, school_id: int, year: str, moment: datetime) -> list[Row[*tuple[object, ...]]]:
    """Return the total, then a row for each record type."""
    standing = standings(school_id, year, moment).c
    head = (
        select(AuditHead.number)
        .join(School, School.code == AuditHead.chain)
        .where(School.id == school_id)
        .scalar_subquery()
    )
    numbers = [func.count().filter(standing.status == each).label(each.value) for each in Status]
    next_due = func.min(standing.due_at).filter(standing.status == Status.MISSING)
    statement = (
        select(standing.code, head.label("head"), next_due.label("next_due_at"), *numbers)
        .group_by(func.grouping_sets(tuple_(standing.code), tuple_()))
        .order_by(func.grouping(standing.code).desc(), standing.code)
    )
    with hashed_joins(session):
        return list(session.execute(statement))


def _numbers(row: Row[*tuple[object, ...]]) -> dict[str, object]:
    return {"record_type_code": row.code} | {each.value: getattr(row, each.value) for each in Status}
