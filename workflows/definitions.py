"""The routes of the product as data; a version that records have started with is never edited again."""

from collections.abc import Mapping
from typing import Literal

from workflows.guards import (
    head_not_owner,
    owner,
    owner_under_correction,
    principal_not_owner,
    the_system,
)
from workflows.model import Action, Definition, Guard, State, Transition

Decider = Literal["head", "principal"]

_BY_THE_HEAD = (
    Transition(Action.APPROVE, (State.SUBMITTED,), State.DEPARTMENT_APPROVED, head_not_owner),
    Transition(Action.RETURN, (State.SUBMITTED,), State.RETURNED, head_not_owner, comment_required=True),
)

_BY_OWNER_AND_SYSTEM = (
    Transition(Action.WITHDRAW, (State.SUBMITTED,), State.WITHDRAWN, owner),
    Transition(Action.RESUBMIT, (State.RETURNED, State.WITHDRAWN), State.SUBMITTED, owner),
    Transition(Action.RESUBMIT, (State.FILED,), State.SUBMITTED, owner_under_correction),
    Transition(Action.FILE, (State.SIGNED_OFF,), State.FILED, the_system),
)


def _by_the_principal(source: State) -> tuple[Transition, ...]:
    return (
        Transition(Action.SIGN_OFF, (source,), State.SIGNED_OFF, principal_not_owner, jobs=("seal",)),
        Transition(Action.RETURN, (source,), State.RETURNED, principal_not_owner, comment_required=True),
    )


_TWO_DECISIONS = _BY_THE_HEAD + _by_the_principal(State.DEPARTMENT_APPROVED) + _BY_OWNER_AND_SYSTEM
_ONE_DECISION = _by_the_principal(State.SUBMITTED) + _BY_OWNER_AND_SYSTEM

_ROUTES = (
    Definition("teacher", 1, State.SUBMITTED, _TWO_DECISIONS),
    Definition("department", 1, State.SUBMITTED, _ONE_DECISION),
    Definition("school", 1, State.SUBMITTED, _ONE_DECISION),
)

DEFINITIONS: Mapping[tuple[str, int], Definition] = {(route.name, route.version): route for route in _ROUTES}

_DECIDERS: Mapping[Guard, Decider] = {head_not_owner: "head", principal_not_owner: "principal"}


def definition(name: str, version: int) -> Definition:
    """Return the route a record has started with; raises KeyError if there is none."""
    return DEFINITIONS[name, version]


def who_decides(route: Definition, state: State) -> Decider | None:
    """Say in whose queue a record in `state` waits; None where nobody has to decide."""
    deciders = (_DECIDERS.get(transition.who) for transition in route.leaving(state))
    return next(filter(None, deciders), None)
