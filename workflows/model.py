"""The words of a workflow: states, actions, facts, transitions, and definitions that check themselves."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a record stands."""

    SUBMITTED = "submitted"
    DEPARTMENT_APPROVED = "department_approved"
    SIGNED_OFF = "signed_off"
    FILED = "filed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What is done to a record.

    `SUBMIT` names the event that creates one, `HAND_OVER` that of another owner, `REROUTE` that of another
    decider, found anew when posts changed; none of them is a transition.
    """

    SUBMIT = "submit"
    APPROVE = "approve"
    SIGN_OFF = "sign_off"
    RETURN = "return"
    WITHDRAW = "withdraw"
    RESUBMIT = "resubmit"
    FILE = "file"
    HAND_OVER = "hand_over"
    REROUTE = "reroute"


BESIDE = frozenset({Action.HAND_OVER, Action.REROUTE})
"""What is a turn of a record and moves neither its state nor its bytes."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true at this moment of the caller and the record.

    Nearly nothing has a default: a forgotten `is_owner` would let people decide on their own records.
    """

    is_owner: bool
    is_system: bool
    heads_department: bool
    """Head, deputy head or the head's delegate, of the department the record belongs to."""
    is_principal: bool
    holds_principals_delegation: bool
    """A vice principal whose delegation is in force now."""
    handed_in: bool
    """Handed in the version under decision, whoever owns the record now."""
    has_approved: bool
    """Has approved the version under decision, with whatever authority."""
    correction_open: bool = False
    """The principal lets the owner hand in another version of this one record now."""
    under_correction: bool = False
    """The record was filed, and a later version is on its way to replace the official file."""
    locked: bool = False
    """The period that the record belongs to is closed."""
    not_taken: bool = False
    """By today's rules nobody has taken the version under decision: an older gate did."""


Guard = Callable[[Facts], bool]


@dataclass(frozen=True)
class Transition:
    """One action: from which states, to which state, by whom, and the names of the jobs it starts."""

    action: Action
    sources: tuple[State, ...]
    target: State
    who: Guard
    comment_required: bool = False
    jobs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """One version of one route.

    Raises ValueError, with a sentence naming the fault, when the table cannot be a sound workflow.
    """

    name: str
    version: int
    initial: State
    transitions: tuple[Transition, ...]
    final: State = State.FILED

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise ValueError(f"workflow {self.name} version {self.version}: {fault}")

    @property
    def states(self) -> frozenset[State]:
        """Every state this route speaks of."""
        sources = {source for transition in self.transitions for source in transition.sources}
        return frozenset({self.initial, self.final} | sources | {t.target for t in self.transitions})

    def leaving(self, state: State) -> tuple[Transition, ...]:
        """Return the transitions that start in `state`, in the order of the table."""
        return tuple(transition for transition in self.transitions if state in transition.sources)

    def _faults(self) -> Iterator[str]:
        for state in sorted(self.states - set(State)):
            yield f"{state} is not a known state"
        for state in sorted(self.states - self._reached()):
            yield f"{state} is never reached from {self.initial}"
        for state in sorted(self.states - {self.final}):
            if not self.leaving(state):
                yield f"{state} is never left"
        for (action, source), times in Counter(
            (t.action, s) for t in self.transitions for s in t.sources
        ).items():
            if times > 1:
                yield f"{action} leaves {source} in {times} ways"

    def _reached(self) -> set[State]:
        reached = {self.initial}
        while further := {t.target for t in self.transitions if reached.intersection(t.sources)} - reached:
            reached |= further
        return reached
