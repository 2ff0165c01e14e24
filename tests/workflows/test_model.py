"""A definition refuses to exist when its table cannot be a sound workflow."""

from typing import cast

import pytest

from workflows.guards import owner, the_system
from workflows.model import Action, Definition, State, Transition

FILE = Transition(Action.FILE, (State.SUBMITTED,), State.FILED, the_system)
WITHDRAW = Transition(Action.WITHDRAW, (State.SUBMITTED,), State.WITHDRAWN, owner)
RESUBMIT = Transition(Action.RESUBMIT, (State.WITHDRAWN,), State.SUBMITTED, owner)


def route(*transitions: Transition) -> Definition:
    return Definition("short", 1, State.SUBMITTED, transitions)


def test_a_sound_table_is_accepted_and_knows_its_states() -> None:
    assert route(FILE, WITHDRAW, RESUBMIT).states == {State.SUBMITTED, State.FILED, State.WITHDRAWN}


def test_leaving_keeps_the_order_of_the_table() -> None:
    assert route(WITHDRAW, FILE, RESUBMIT).leaving(State.SUBMITTED) == (WITHDRAW, FILE)


def test_the_final_state_need_not_be_left() -> None:
    assert route(FILE).leaving(State.FILED) == ()


def test_an_unknown_state_is_refused() -> None:
    lost = Transition(Action.WITHDRAW, (State.SUBMITTED,), cast("State", "lost"), owner)
    with pytest.raises(ValueError, match="workflow short version 1: lost is not a known state"):
        route(FILE, lost)


def test_a_state_that_is_never_reached_is_refused() -> None:
    with pytest.raises(ValueError, match="withdrawn is never reached from submitted"):
        route(FILE, RESUBMIT)


def test_two_states_that_only_reach_each_other_are_refused() -> None:
    there = Transition(Action.RETURN, (State.SIGNED_OFF,), State.RETURNED, owner)
    back = Transition(Action.SIGN_OFF, (State.RETURNED,), State.SIGNED_OFF, owner)
    with pytest.raises(ValueError, match="returned is never reached from submitted"):
        route(FILE, there, back)


def test_a_final_state_that_is_never_reached_is_refused() -> None:
    with pytest.raises(ValueError, match="filed is never reached from submitted"):
        route(WITHDRAW, RESUBMIT)


def test_a_state_without_a_way_out_is_refused() -> None:
    with pytest.raises(ValueError, match="withdrawn is never left"):
        route(FILE, WITHDRAW)


def test_an_action_that_leaves_a_state_in_two_ways_is_refused() -> None:
    elsewhere = Transition(Action.FILE, (State.SUBMITTED,), State.WITHDRAWN, owner)
    with pytest.raises(ValueError, match="file leaves submitted in 2 ways"):
        route(FILE, elsewhere, RESUBMIT)
