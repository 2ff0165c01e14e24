"""What the list pages count: how many records stand in each state within a list's other filters."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.people.authority import Authority
from app.records.models import Record
from app.records.queries import Filters, conditions_of, visible_to
from workflows.model import State

MOST_COUNTED = 10_000
"""Beyond this many, counting costs more than the numbers are worth to a reader."""


def count_by_state(
    session: Session, authority: Authority, filters: Filters, *, most: int = MOST_COUNTED
) -> Mapping[str, int | None]:
    """Count the records the person may know of by state, within every filter but that of the state.

    When there are more than `most`, every state is named and none has a number.
    """
    others = conditions_of(replace(filters, state=None))
    each = select(Record.state).where(visible_to(authority), *others)
    found = each.limit(most + 1).subquery()
    rows = session.execute(select(found.c.state, func.count()).group_by(found.c.state))
    counts: dict[str, int] = dict(rows.all())
    return dict.fromkeys(State) if sum(counts.values()) > most else {**counts}
