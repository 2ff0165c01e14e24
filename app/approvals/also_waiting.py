"""What waits for a leader beside records: corrections, registrations of laptops, requests about accounts."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.approvals.queue import MOST_COUNTED, count_waiting
from app.catalogue.periods import present_year
from app.corrections.models import Correction, CorrectionState
from app.laptops.models import LaptopPermission
from app.laptops.queries import LaptopState
from app.people.authority import Authority
from app.people.models import Role
from app.people.second_persons import count_confirmable
from app.records.models import Record
from app.records.routing import MAKERS


@dataclass(frozen=True, slots=True)
class AlsoWaiting:
    """How many of each wait."""

    corrections: int = 0
    laptops: int = 0
    requests: int = 0
    """Requests about deciders' posts and accounts, which have a page and a count of their own."""

    @property
    def words(self) -> int:
        """How much waits for the principal's word."""
        return self.corrections + self.laptops

    @property
    def total(self) -> int:
        """How much waits in all."""
        return self.words + self.requests


def count_with_others(session: Session, authority: Authority, most: int) -> int:
    """Count the records that wait for a person and what else waits for the principal's word, up to `most`."""
    records = count_waiting(session, authority, most=most)
    return min(most, records + words_waiting_for(session, authority).words)


def also_waiting_for(session: Session, authority: Authority) -> AlsoWaiting:
    """Count what waits for a person beside records."""
    requests = count_confirmable(session, authority, MOST_COUNTED)
    return replace(words_waiting_for(session, authority), requests=requests)


def words_waiting_for(session: Session, authority: Authority) -> AlsoWaiting:
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
