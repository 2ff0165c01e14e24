"""The three routes, row by row: in which state who may do what, and that nobody may do anything else."""

from itertools import product

import pytest

from tests.workflows.cast import (
    EVERYBODY,
    HEAD,
    HEAD_WHO_HANDED_IN,
    HEAD_WHO_OWNS,
    OWNER,
    OWNER_CORRECTING,
    PRINCIPAL,
    PRINCIPAL_DURING_CORRECTION,
    PRINCIPAL_WHO_APPROVED,
    PRINCIPAL_WHO_HANDED_IN,
    PRINCIPAL_WHO_HEADS,
    PRINCIPAL_WHO_HEADS_AND_APPROVED,
    PRINCIPAL_WHO_OWNS,
    STRANGER,
    SYSTEM,
    VICE,
    VICE_WITH_DELEGATION,
    VICE_WITH_DELEGATION_WHO_APPROVED,
    VICE_WITH_DELEGATION_WHO_OWNS,
)
from workflows.definitions import DEFINITIONS, Decider, definition, who_decides
from workflows.engine import available
from workflows.model import Action, Facts, State

APPROVE, SIGN_OFF, RETURN = Action.APPROVE, Action.SIGN_OFF, Action.RETURN
WITHDRAW, RESUBMIT, FILE = Action.WITHDRAW, Action.RESUBMIT, Action.FILE

NAMES = ("teacher", "department", "school")

Row = tuple[str, State, Facts, tuple[Action, ...]]

DEPARTMENT_READS: list[Row] = [
    # The head reads first: he approves, or returns.
    ("teacher", State.SUBMITTED, HEAD, (APPROVE, RETURN)),
    # A principal who also heads the department reads as its head first.
    ("teacher", State.SUBMITTED, PRINCIPAL_WHO_HEADS, (APPROVE, RETURN)),
    # The principal does not step over the department.
    ("teacher", State.SUBMITTED, PRINCIPAL, ()),
    ("teacher", State.SUBMITTED, PRINCIPAL_DURING_CORRECTION, ()),
    # Neither does whoever stands in for the principal.
    ("teacher", State.SUBMITTED, VICE_WITH_DELEGATION, ()),
    # The owner may take back what nobody has decided.
    ("teacher", State.SUBMITTED, OWNER, (WITHDRAW,)),
    ("teacher", State.SUBMITTED, OWNER_CORRECTING, (WITHDRAW,)),
    # A head may not approve his own record; his deputy or the department's route is the way.
    ("teacher", State.SUBMITTED, HEAD_WHO_OWNS, (WITHDRAW,)),
    ("teacher", State.SUBMITTED, PRINCIPAL_WHO_OWNS, (WITHDRAW,)),
    ("teacher", State.SUBMITTED, VICE_WITH_DELEGATION_WHO_OWNS, (WITHDRAW,)),
    # A colleague has no say, and the system never decides for people.
    ("teacher", State.SUBMITTED, STRANGER, ()),
    ("teacher", State.SUBMITTED, SYSTEM, ()),
]

PRINCIPAL_READS: list[Row] = [
    # After the department the principal signs off, or returns.
    ("teacher", State.DEPARTMENT_APPROVED, PRINCIPAL, (SIGN_OFF, RETURN)),
    ("teacher", State.DEPARTMENT_APPROVED, PRINCIPAL_DURING_CORRECTION, (SIGN_OFF, RETURN)),
    ("teacher", State.DEPARTMENT_APPROVED, PRINCIPAL_WHO_HEADS, (SIGN_OFF, RETURN)),
    # Whoever approved as the head has decided; the next decision is another's, and so is a return.
    ("teacher", State.DEPARTMENT_APPROVED, PRINCIPAL_WHO_APPROVED, ()),
    ("teacher", State.DEPARTMENT_APPROVED, PRINCIPAL_WHO_HEADS_AND_APPROVED, ()),
    ("teacher", State.DEPARTMENT_APPROVED, VICE_WITH_DELEGATION_WHO_APPROVED, ()),
    # Whoever handed the version in before it was given to another decides on it no more than its owner.
    ("teacher", State.SUBMITTED, HEAD_WHO_HANDED_IN, ()),
    ("teacher", State.DEPARTMENT_APPROVED, PRINCIPAL_WHO_HANDED_IN, ()),
    # A vice principal does so only while a delegation is in force.
    ("teacher", State.DEPARTMENT_APPROVED, VICE_WITH_DELEGATION, (SIGN_OFF, RETURN)),
    ("teacher", State.DEPARTMENT_APPROVED, VICE, ()),
    # The head has had his say.
    ("teacher", State.DEPARTMENT_APPROVED, HEAD, ()),
    ("teacher", State.DEPARTMENT_APPROVED, HEAD_WHO_OWNS, ()),
    # Once the department has approved, the owner may no longer withdraw.
    ("teacher", State.DEPARTMENT_APPROVED, OWNER, ()),
    # Nobody signs off his own record, with whatever authority.
    ("teacher", State.DEPARTMENT_APPROVED, PRINCIPAL_WHO_OWNS, ()),
    ("teacher", State.DEPARTMENT_APPROVED, VICE_WITH_DELEGATION_WHO_OWNS, ()),
]

SEALED_AND_FILED: list[Row] = [
    # Only the system files, once it has compared the bytes.
    ("teacher", State.SIGNED_OFF, SYSTEM, (FILE,)),
    # What is signed off can be neither returned nor withdrawn.
    ("teacher", State.SIGNED_OFF, PRINCIPAL, ()),
    ("teacher", State.SIGNED_OFF, HEAD, ()),
    ("teacher", State.SIGNED_OFF, OWNER, ()),
    ("teacher", State.SIGNED_OFF, OWNER_CORRECTING, ()),
    # A filed record rests; only its owner may replace it, and only under a correction.
    ("teacher", State.FILED, OWNER, ()),
    ("teacher", State.FILED, OWNER_CORRECTING, (RESUBMIT,)),
    ("teacher", State.FILED, PRINCIPAL, ()),
    ("teacher", State.FILED, PRINCIPAL_DURING_CORRECTION, ()),
    ("teacher", State.FILED, SYSTEM, ()),
]

BACK_WITH_THE_OWNER: list[Row] = [
    # A returned record waits for its owner's new version, whoever the owner is.
    ("teacher", State.RETURNED, OWNER, (RESUBMIT,)),
    ("teacher", State.RETURNED, OWNER_CORRECTING, (RESUBMIT,)),
    ("teacher", State.RETURNED, HEAD_WHO_OWNS, (RESUBMIT,)),
    ("teacher", State.RETURNED, PRINCIPAL_WHO_OWNS, (RESUBMIT,)),
    ("teacher", State.RETURNED, VICE_WITH_DELEGATION_WHO_OWNS, (RESUBMIT,)),
    # Nobody decides on it meanwhile.
    ("teacher", State.RETURNED, HEAD, ()),
    ("teacher", State.RETURNED, PRINCIPAL, ()),
    # The same holds for a withdrawn one.
    ("teacher", State.WITHDRAWN, OWNER, (RESUBMIT,)),
    ("teacher", State.WITHDRAWN, OWNER_CORRECTING, (RESUBMIT,)),
    ("teacher", State.WITHDRAWN, HEAD_WHO_OWNS, (RESUBMIT,)),
    ("teacher", State.WITHDRAWN, PRINCIPAL_WHO_OWNS, (RESUBMIT,)),
    ("teacher", State.WITHDRAWN, VICE_WITH_DELEGATION_WHO_OWNS, (RESUBMIT,)),
    ("teacher", State.WITHDRAWN, HEAD, ()),
    ("teacher", State.WITHDRAWN, PRINCIPAL, ()),
]


def one_decision(route: str) -> list[Row]:
    return [
        # No head stands between the upload and the principal.
        (route, State.SUBMITTED, PRINCIPAL, (SIGN_OFF, RETURN)),
        (route, State.SUBMITTED, PRINCIPAL_DURING_CORRECTION, (SIGN_OFF, RETURN)),
        (route, State.SUBMITTED, PRINCIPAL_WHO_HEADS, (SIGN_OFF, RETURN)),
        # A principal's own record is signed off by a vice principal with a delegation in force, or waits.
        (route, State.SUBMITTED, VICE_WITH_DELEGATION, (SIGN_OFF, RETURN)),
        (route, State.SUBMITTED, PRINCIPAL_WHO_OWNS, (WITHDRAW,)),
        (route, State.SUBMITTED, VICE, ()),
        # The vice principal's own record waits for the principal, delegation or not.
        (route, State.SUBMITTED, VICE_WITH_DELEGATION_WHO_OWNS, (WITHDRAW,)),
        # Heads have no say here, over their own records or over others'.
        (route, State.SUBMITTED, HEAD, ()),
        (route, State.SUBMITTED, HEAD_WHO_OWNS, (WITHDRAW,)),
        (route, State.SUBMITTED, OWNER, (WITHDRAW,)),
        (route, State.SUBMITTED, OWNER_CORRECTING, (WITHDRAW,)),
        # The state between two decisions does not exist.
        (route, State.DEPARTMENT_APPROVED, PRINCIPAL, ()),
        # The rest is as everywhere.
        *[(route, *row[1:]) for row in SEALED_AND_FILED + BACK_WITH_THE_OWNER],
    ]


ROWS = [
    *DEPARTMENT_READS,
    *PRINCIPAL_READS,
    *SEALED_AND_FILED,
    *BACK_WITH_THE_OWNER,
    *one_decision("department"),
    *one_decision("school"),
]


@pytest.mark.parametrize(("route", "state", "person", "actions"), ROWS)
def test_the_buttons_are_those_of_the_table(
    route: str, state: State, person: Facts, actions: tuple[Action, ...]
) -> None:
    assert available(definition(route, 1), state, person) == actions


def test_whatever_the_table_does_not_name_nobody_may_do() -> None:
    named = {(route, state, person) for route, state, person, _ in ROWS}
    unnamed = set(product(NAMES, State, EVERYBODY)) - named
    offers = {row: available(definition(row[0], 1), row[1], row[2]) for row in unnamed}
    assert {row: actions for row, actions in offers.items() if actions} == {}


def test_the_routes_are_those_of_the_contract() -> None:
    assert set(DEFINITIONS) == {("teacher", 1), ("department", 1), ("school", 1)}


def test_an_unknown_route_or_version_is_an_error() -> None:
    with pytest.raises(KeyError):
        definition("teacher", 0)


@pytest.mark.parametrize(
    ("route", "state", "decider"),
    [
        # A teacher's record waits for the head, then for the principal.
        ("teacher", State.SUBMITTED, "head"),
        ("teacher", State.DEPARTMENT_APPROVED, "principal"),
        # The others wait for the principal at once.
        ("department", State.SUBMITTED, "principal"),
        ("school", State.SUBMITTED, "principal"),
        # In no other state does a record wait for a decision.
        *product(NAMES, (State.SIGNED_OFF, State.FILED, State.RETURNED, State.WITHDRAWN), (None,)),
    ],
)
def test_a_record_waits_in_the_queue_of_whoever_decides(
    route: str, state: State, decider: Decider | None
) -> None:
    assert who_decides(definition(route, 1), state) == decider


@pytest.mark.parametrize("key", DEFINITIONS)
def test_returning_and_nothing_else_demands_a_reason(key: tuple[str, int]) -> None:
    demanding = {t.action: t.comment_required for t in DEFINITIONS[key].transitions}
    assert {action for action, required in demanding.items() if required} == {RETURN}


@pytest.mark.parametrize("key", DEFINITIONS)
def test_signing_off_and_nothing_else_starts_the_seal(key: tuple[str, int]) -> None:
    sealing = {t.action for t in DEFINITIONS[key].transitions if "seal" in t.jobs}
    assert sealing == {SIGN_OFF}
