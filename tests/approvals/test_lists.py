"""Counting a list's records by state: as many as the list shows."""

from collections.abc import Callable
from dataclasses import replace

from app.approvals.lists import count_by_state
from app.context import Context
from app.records.lists import Filters, list_records
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from workflows.model import Action, State


def test_each_state_is_counted_within_the_other_filters(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf("một"), title="Toán")
    second = hand_in(context, cast.teacher, pdf("hai"), title="Văn").record
    hand_in(context, cast.teacher2, pdf("ba"), title="Toán", period="2026-2027/W11")
    decide(context, cast.teacher, second, Action.WITHDRAW)
    narrowed = {
        Filters(): {State.SUBMITTED: 2, State.WITHDRAWN: 1},
        Filters(owner=cast.teacher.user_id): {State.SUBMITTED: 1, State.WITHDRAWN: 1},
        Filters(state="filed", period="2026-2027/W11"): {State.SUBMITTED: 1},
        Filters(q="van"): {State.WITHDRAWN: 1},
        Filters(record_type="SCN"): {},
        Filters(q="!!!"): {},
        Filters(q="  "): {State.SUBMITTED: 2, State.WITHDRAWN: 1},
        Filters(school="truong-b"): {},
    }
    with context.database.transaction() as session:
        for filters, counts in narrowed.items():
            assert count_by_state(session, cast.principal, filters) == counts
            wider = replace(filters, state=None)
            assert sum(counts.values()) == len(list_records(session, cast.principal, wider, limit=9))


def test_what_one_may_not_know_of_is_not_counted(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf())
    with context.database.transaction() as session:
        assert count_by_state(session, cast.head2, Filters()) == {}
        assert count_by_state(session, cast.b_principal, Filters()) == {}


def test_too_many_are_not_counted(context: Context, cast: Cast, pdf: Callable[..., bytes]) -> None:
    for number in range(3):
        hand_in(context, cast.teacher, pdf(f"{number}"), title=f"Bài {number}")
    with context.database.transaction() as session:
        counts = count_by_state(session, cast.principal, Filters(), most=2)
    assert counts == dict.fromkeys(State)
