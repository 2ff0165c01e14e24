"""How the schools that an office oversees stand, from the kept counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.obligations.board import Tally
from app.obligations.models import ObligationCount, ObligationSummary
from app.obligations.standing import Status
from app.schools.models import Office, School
from app.schools.queries import overseen_schools


@dataclass(frozen=True, slots=True)
class SchoolStanding:
    """One school's counts, without types that hold pupils' sensitive data; `counted_at` says as of when."""

    code: str
    name: str
    office_id: int
    office_name: str
    counted_at: datetime | None
    tally: Tally


def schools_standing(session: Session, office_ids: Sequence[int], year: str) -> list[SchoolStanding]:
    """List the schools overseen, those with most late records first, in one statement."""
    sensitive = exists().where(
        RecordType.code == ObligationSummary.record_type_code,
        RecordType.sensitive,
        or_(RecordType.school_id.is_(None), RecordType.school_id == ObligationSummary.school_id),
    )
    sums = (
        select(
            ObligationSummary.school_id,
            *(func.sum(getattr(ObligationSummary, each)).label(each) for each in Status),
        )
        .where(ObligationSummary.year == year, ~sensitive)
        .group_by(ObligationSummary.school_id)
        .subquery("sums")
    )
    numbers = [func.coalesce(sums.c[each.value], 0).label(each.value) for each in Status]
    counted = and_(ObligationCount.school_id == School.id, ObligationCount.year == year)
    statement = (
        select(
            School.code.label("school_code"),
            School.name.label("school_name"),
            Office.id.label("office_id"),
            Office.name.label("office_name"),
            ObligationCount.counted_at,
            *numbers,
        )
        .join(Office, Office.id == School.office_id)
        .outerjoin(sums, sums.c.school_id == School.id)
        .outerjoin(ObligationCount, counted)
        .where(School.id.in_(overseen_schools(office_ids)))
        .order_by(func.coalesce(sums.c.late, 0).desc(), School.name, School.code)
    )
    return [_standing(row) for row in session.execute(statement)]


def _standing(row: Row[*tuple[Any, ...]]) -> SchoolStanding:
    tally = Tally(row.missing, row.late, row.under_way, row.returned, row.filed)
    return SchoolStanding(
        row.school_code, row.school_name, row.office_id, row.office_name, row.counted_at, tally
    )
