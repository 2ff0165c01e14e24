"""What the list pages count: how many records stand in each state within a list's other filters."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.people.authority import Authority
from app.records.lists import Filters, Narrowed, count_states, narrow
from workflows.model import State

MOST_COUNTED = 10_000
"""Beyond this many, counting costs more than the numbers are worth to a reader."""


def count_by_state(
    session: Session, authority: Authority, filters: Filters, *, most: int = MOST_COUNTED
) -> Mapping[str, int | None]:
    """Count the records the person may know of by state, within every filter but that of the state.

    When there are more than `most`, every state is named and none has a number.
    """
    return count_narrowed(session, narrow(session, authority, filters), most=most)


def count_narrowed(
    session: Session, narrowed: Narrowed, *, most: int = MOST_COUNTED
) -> Mapping[str, int | None]:
    """Count what a narrowed list holds, as `count_by_state` does."""
    counts = count_states(session, narrowed, most)
    return dict.fromkeys(State) if counts is None else {**counts}
