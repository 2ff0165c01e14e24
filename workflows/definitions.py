"""The routes of the product as data; a version that records have started with is never edited again."""

from collections.abc import Mapping
from typing import Literal

from workflows.guards import (
    head_of_others,
    owner,
    owner_under_correction,
    principal_undecided,
    the_system,
)
from workflows.model import Action, Definition, Guard, State, Transition

Decider = Literal["head", "principal"]

_BY_THE_HEAD = (
    Transition(Action.APPROVE, (State.SUBMITTED,), State.DEPARTMENT_APPROVED, head_of_others),
    Transition(Action.RETURN, (State.SUBMITTED,), State.RETURNED, head_of_others, comment_required=True),
)

_BY_OWNER_AND_SYSTEM = (
    Transition(Action.WITHDRAW, (State.SUBMITTED,), State.WITHDRAWN, owner),
    Transition(Action.RESUBMIT, (State.RETURNED, State.WITHDRAWN), State.SUBMITTED, owner),
    Transition(Action.RESUBMIT, (State.FILED,), State.SUBMITTED, owner_under_correction),
    Transition(Action.FILE, (State.SIGNED_OFF,), State.FILED, the_system),
)


def _by_the_principal(source: State) -> tuple[Transition, ...]:
    return (
        Transition(Action.SIGN_OFF, (source,), State.SIGNED_OFF, principal_undecided, jobs=("seal",)),
        Transition(Action.RETURN, (source,), State.RETURNED, principal_undecided, comment_required=True),
    )


_TWO_DECISIONS = _BY_THE_HEAD + _by_the_principal(State.DEPARTMENT_APPROVED) + _BY_OWNER_AND_SYSTEM
_ONE_DECISION = _by_the_principal(State.SUBMITTED) + _BY_OWNER_AND_SYSTEM

_ROUTES = (
    Definition("teacher", 1, State.SUBMITTED, _TWO_DECISIONS),
    Definition("department", 1, State.SUBMITTED, _ONE_DECISION),
    Definition("school", 1, State.SUBMITTED, _ONE_DECISION),
)

DEFINITIONS: Mapping[tuple[str, int], Definition] = {(route.name, route.version): route for route in _ROUTES}

_DECIDERS: Mapping[Guard, Decider] = {head_of_others: "head", principal_undecided: "principal"}


def definition(name: str, version: int) -> Definition:
    """Return the route a record has started with; raises KeyError if there is none."""
    return DEFINITIONS[name, version]


def who_decides(route: Definition, state: State) -> Decider | None:
    """Say in whose queue a record in `state` waits; None where nobody has to decide."""
    deciders = (_DECIDERS.get(transition.who) for transition in route.leaving(state))
    return next(filter(None, deciders), None)
