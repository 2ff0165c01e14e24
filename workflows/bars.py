"""What a lock bars, and what opens it again: the same in every route and version."""

from collections.abc import Mapping

from workflows.model import Action, Facts, Guard


def period_locked(facts: Facts) -> bool:
    """Whether the period is closed to decisions; what was handed in under a correction goes on its way."""
    return facts.locked and not facts.under_correction


def closed_to_owner(facts: Facts) -> bool:
    """Whether the owner may change nothing: locked, or to be replaced, and no correction is open."""
    return (facts.locked or facts.under_correction) and not facts.correction_open


BARS: Mapping[Action, Guard] = {
    Action.APPROVE: period_locked,
    Action.SIGN_OFF: period_locked,
    Action.RETURN: period_locked,
    Action.WITHDRAW: closed_to_owner,
    Action.RESUBMIT: closed_to_owner,
}
"""By action; the system's filing of what was signed before is never barred."""


_RELYING = frozenset({Action.APPROVE, Action.SIGN_OFF})


def relies_in_vain(action: Action, facts: Facts) -> bool:
    """Tell whether an action would say yes to a version that is not taken by today's rules."""
    return facts.not_taken and action in _RELYING


def barred(action: Action, facts: Facts) -> bool:
    """Tell whether an action that the caller may take has to wait until something is opened."""
    bar = BARS.get(action)
    return bar is not None and bar(facts)
