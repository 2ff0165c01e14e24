"""What the list pages count: how many records stand in each state within a list's other filters."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.people.authority import Authority
from app.records.models import Record
from app.records.queries import Filters, visible_to
from app.records.search import matches


def count_by_state(session: Session, authority: Authority, filters: Filters) -> Mapping[str, int]:
    """Count the records the person may know of by state, within every filter but that of the state."""
    statement = select(Record.state, func.count()).where(visible_to(authority)).group_by(Record.state)
    if filters.owner is not None:
        statement = statement.where(Record.owner_id == filters.owner)
    if filters.period is not None:
        statement = statement.where(Record.period == filters.period)
    if filters.record_type is not None:
        types = select(RecordType.id).where(RecordType.code == filters.record_type)
        statement = statement.where(Record.record_type_id.in_(types))
    words = matches(filters.q) if filters.q is not None else None
    if words is not None:
        statement = statement.where(words)
    return dict(session.execute(statement).all())
