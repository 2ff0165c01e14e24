"""What waits for the principal's word beside records: corrections asked for, and registrations of laptops."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.periods import present_year
from app.corrections.models import Correction, CorrectionState
from app.laptops.models import LaptopPermission
from app.laptops.queries import LaptopState
from app.people.authority import Authority
from app.people.models import Role
from app.records.models import Record
from app.records.routing import MAKERS


@dataclass(frozen=True, slots=True)
class AlsoWaiting:
    """How many of each wait."""

    corrections: int = 0
    laptops: int = 0


def also_waiting_for(session: Session, authority: Authority) -> AlsoWaiting:
    """Count what waits for whoever holds the principal's authority; for others nothing does."""
    schools = sorted({p.school_id for p in authority.posts if p.role is Role.PRINCIPAL and p.school_id})
    if not schools:
        return AlsoWaiting()
    own = (Correction.requested_by_id, *MAKERS)
    corrections = (
        select(func.count())
        .select_from(Correction)
        .join(Record, Record.id == Correction.record_id)
        .where(
            Correction.school_id.in_(schools),
            Correction.state == CorrectionState.REQUESTED,
            *(column.is_distinct_from(authority.user_id) for column in own),
        )
    )
    laptops = select(func.count()).where(
        LaptopPermission.school_id.in_(schools),
        LaptopPermission.state == LaptopState.REQUESTED,
        LaptopPermission.year == present_year(),
        LaptopPermission.user_id != authority.user_id,
    )
    row = session.execute(select(corrections.scalar_subquery(), laptops.scalar_subquery())).one()
    return AlsoWaiting(*row)
