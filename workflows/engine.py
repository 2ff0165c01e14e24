"""The two pure functions that draw the buttons and accept the decisions."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.bars import barred, relies_in_vain
from workflows.model import Action, Definition, Facts, State, Transition


class Refusal(StrEnum):
    """Why a decision is not accepted; the values are the product's refusal codes."""

    NOT_ALLOWED = "not_allowed"
    STALE = "stale"
    LOCKED = "locked"
    NOT_NOW = "not_now"
    NOT_TAKEN = "no_longer_taken"
    COMMENT_REQUIRED = "comment_required"


@dataclass(frozen=True)
class Request:
    """What somebody asks for, with the `turn` and the `sha256` (lower-case hex) of the record he saw."""

    action: Action
    turn: int
    sha256: str
    comment: str = ""


def available(definition: Definition, state: State, facts: Facts) -> tuple[Action, ...]:
    """Return the actions open to this caller now: exactly those that `decide` accepts."""
    return tuple(
        transition.action
        for transition in definition.leaving(state)
        if transition.who(facts)
        and not barred(transition.action, facts)
        and not relies_in_vain(transition.action, facts)
    )


def decide(
    definition: Definition, state: State, *, turn: int, sha256: str, request: Request, facts: Facts
) -> Transition | Refusal:
    """Accept a request on the record that is at `turn` with the bytes `sha256`, or say why not.

    First *may you* (in any state at all), then *have you seen the present record*, then *is it possible now*:
    a stranger learns nothing of the state, and an outdated page is told so before anything else. Where the
    period is locked, that is the reason given, whatever the state.
    """
    permitted = [t for t in definition.transitions if t.action == request.action and t.who(facts)]
    if not permitted:
        return Refusal.NOT_ALLOWED
    if (request.turn, request.sha256) != (turn, sha256):
        return Refusal.STALE
    if barred(request.action, facts):
        return Refusal.LOCKED if facts.locked else Refusal.NOT_NOW
    transition = next((t for t in permitted if state in t.sources), None)
    if transition is None:
        return Refusal.NOT_NOW
    if relies_in_vain(request.action, facts):
        return Refusal.NOT_TAKEN
    if transition.comment_required and not request.comment.strip():
        return Refusal.COMMENT_REQUIRED
    return transition
