"""What the list pages count: how many records stand in each state within a list's other filters."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.people.authority import Authority
from app.records.models import Record
from app.records.queries import Filters, visible_to
from app.records.search import matches
from workflows.model import State

MOST_COUNTED = 10_000
"""Beyond this many, counting costs more than the numbers are worth to a reader."""


def count_by_state(
    session: Session, authority: Authority, filters: Filters, *, most: int = MOST_COUNTED
) -> Mapping[str, int | None]:
    """Count the records the person may know of by state, within every filter but that of the state.

    When there are more than `most`, every state is named and none has a number.
    """
    each = select(Record.state).where(visible_to(authority))
    if filters.owner is not None:
        each = each.where(Record.owner_id == filters.owner)
    if filters.period is not None:
        each = each.where(Record.period == filters.period)
    if filters.record_type is not None:
        types = select(RecordType.id).where(RecordType.code == filters.record_type)
        each = each.where(Record.record_type_id.in_(types))
    words = matches(filters.q) if filters.q is not None else None
    if words is not None:
        each = each.where(words)
    found = each.limit(most + 1).subquery()
    rows = session.execute(select(found.c.state, func.count()).group_by(found.c.state))
    counts: dict[str, int] = dict(rows.all())
    return dict.fromkeys(State) if sum(counts.values()) > most else {**counts}
