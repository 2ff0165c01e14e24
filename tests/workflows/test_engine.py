"""Decisions: who is refused, for which reason first, and that buttons and decisions never differ."""

from dataclasses import replace
from itertools import product

import pytest

from tests.workflows.cast import (
    EVERY_COMBINATION,
    HEAD,
    HEAD_WHO_APPROVED,
    HEAD_WHO_OWNS,
    LOCKED_HEAD,
    LOCKED_OWNER,
    LOCKED_PRINCIPAL,
    LOCKED_SYSTEM,
    OWNER,
    PRINCIPAL,
    PRINCIPAL_WHO_HEADS_AND_APPROVED,
    STRANGER,
    SYSTEM,
    VICE_WITH_DELEGATION_WHO_APPROVED,
)
from workflows.definitions import DEFINITIONS, definition
from workflows.engine import Refusal, Request, available, decide
from workflows.model import Action, Definition, Facts, State, Transition

TEACHER = definition("teacher", 1)
SHA256 = "a" * 64
OTHER_SHA256 = "b" * 64

APPROVE = Request(Action.APPROVE, turn=3, sha256=SHA256)
RETURN = Request(Action.RETURN, turn=3, sha256=SHA256, comment="Thiếu mục tiêu bài học")


def answer(request: Request, facts: Facts, state: State = State.SUBMITTED) -> Transition | Refusal:
    return decide(TEACHER, state, turn=3, sha256=SHA256, request=request, facts=facts)


def target(outcome: Transition | Refusal) -> State | None:
    return outcome.target if isinstance(outcome, Transition) else None


def test_the_head_approves_what_he_has_seen() -> None:
    assert target(answer(APPROVE, HEAD)) is State.DEPARTMENT_APPROVED


def test_a_return_with_a_reason_is_accepted() -> None:
    assert target(answer(RETURN, HEAD)) is State.RETURNED


def test_signing_off_names_the_job_that_seals() -> None:
    request = Request(Action.SIGN_OFF, turn=3, sha256=SHA256)
    outcome = answer(request, PRINCIPAL, State.DEPARTMENT_APPROVED)
    assert isinstance(outcome, Transition)
    assert outcome.jobs == ("seal",)


def test_a_resubmission_names_the_bytes_it_replaces() -> None:
    request = Request(Action.RESUBMIT, turn=3, sha256=SHA256)
    assert target(answer(request, OWNER, State.RETURNED)) is State.SUBMITTED


@pytest.mark.parametrize("comment", ["", " ", "\n\t "])
def test_a_return_without_a_reason_is_refused(comment: str) -> None:
    assert answer(replace(RETURN, comment=comment), HEAD) is Refusal.COMMENT_REQUIRED


def test_a_decision_on_an_older_turn_is_stale() -> None:
    assert answer(replace(APPROVE, turn=2), HEAD) is Refusal.STALE


def test_a_decision_on_a_turn_that_has_not_come_is_stale() -> None:
    assert answer(replace(APPROVE, turn=4), HEAD) is Refusal.STALE


def test_a_decision_on_other_bytes_is_stale() -> None:
    assert answer(replace(APPROVE, sha256=OTHER_SHA256), HEAD) is Refusal.STALE


@pytest.mark.parametrize("facts", [STRANGER, OWNER, HEAD_WHO_OWNS, PRINCIPAL, SYSTEM])
def test_approving_without_a_heads_authority_is_not_allowed(facts: Facts) -> None:
    assert answer(APPROVE, facts) is Refusal.NOT_ALLOWED


@pytest.mark.parametrize("facts", [PRINCIPAL_WHO_HEADS_AND_APPROVED, VICE_WITH_DELEGATION_WHO_APPROVED])
@pytest.mark.parametrize("action", [Action.SIGN_OFF, Action.RETURN])
def test_who_approved_a_version_has_decided_on_it(facts: Facts, action: Action) -> None:
    request = Request(action, turn=3, sha256=SHA256, comment="Đã đọc")
    assert isinstance(answer(request, facts, State.DEPARTMENT_APPROVED), Refusal)


def test_who_approved_may_not_sign_off_whatever_the_state() -> None:
    for state in State:
        request = Request(Action.SIGN_OFF, turn=3, sha256=SHA256)
        assert answer(request, PRINCIPAL_WHO_HEADS_AND_APPROVED, state) is Refusal.NOT_ALLOWED


def test_who_approves_a_second_time_is_told_that_his_page_is_old() -> None:
    assert answer(replace(APPROVE, turn=2), HEAD_WHO_APPROVED, State.DEPARTMENT_APPROVED) is Refusal.STALE


@pytest.mark.parametrize("facts", [OWNER, HEAD, PRINCIPAL])
def test_no_person_may_file(facts: Facts) -> None:
    request = Request(Action.FILE, turn=3, sha256=SHA256)
    assert answer(request, facts, State.SIGNED_OFF) is Refusal.NOT_ALLOWED


def test_a_record_is_not_submitted_by_a_decision() -> None:
    assert answer(Request(Action.SUBMIT, turn=3, sha256=SHA256), OWNER) is Refusal.NOT_ALLOWED


def test_whoever_may_act_in_another_state_is_told_not_now() -> None:
    assert answer(APPROVE, HEAD, State.DEPARTMENT_APPROVED) is Refusal.NOT_NOW


def test_the_principal_returns_only_what_the_department_has_approved() -> None:
    assert answer(RETURN, PRINCIPAL) is Refusal.NOT_NOW


def test_replacing_a_filed_record_without_a_correction_is_not_now() -> None:
    request = Request(Action.RESUBMIT, turn=3, sha256=SHA256)
    assert answer(request, OWNER, State.FILED) is Refusal.NOT_NOW


def test_a_stranger_with_an_outdated_page_learns_only_that_he_may_not() -> None:
    assert answer(replace(APPROVE, turn=2), STRANGER, State.FILED) is Refusal.NOT_ALLOWED


def test_an_outdated_page_is_told_so_before_it_is_told_not_now() -> None:
    assert answer(replace(APPROVE, turn=2), HEAD, State.FILED) is Refusal.STALE


def test_a_missing_reason_is_asked_for_only_where_a_return_is_possible() -> None:
    assert answer(replace(RETURN, comment=""), HEAD, State.FILED) is Refusal.NOT_NOW


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        (LOCKED_HEAD, Action.APPROVE),
        (LOCKED_HEAD, Action.RETURN),
        (LOCKED_PRINCIPAL, Action.SIGN_OFF),
        (LOCKED_OWNER, Action.WITHDRAW),
        (LOCKED_OWNER, Action.RESUBMIT),
    ],
)
@pytest.mark.parametrize("state", State)
def test_in_a_locked_period_whoever_may_is_told_that_it_is_locked(
    facts: Facts, action: Action, state: State
) -> None:
    assert answer(Request(action, turn=3, sha256=SHA256), facts, state) is Refusal.LOCKED


def test_who_may_not_is_told_so_before_the_lock_is_spoken_of() -> None:
    assert answer(APPROVE, LOCKED_OWNER) is Refusal.NOT_ALLOWED


def test_an_outdated_page_is_told_so_before_the_lock_is_spoken_of() -> None:
    assert answer(replace(APPROVE, turn=2), LOCKED_HEAD) is Refusal.STALE


def test_what_was_signed_before_the_lock_is_filed() -> None:
    request = Request(Action.FILE, turn=3, sha256=SHA256)
    assert target(answer(request, LOCKED_SYSTEM, State.SIGNED_OFF)) is State.FILED


@pytest.mark.parametrize("route", DEFINITIONS.values())
@pytest.mark.parametrize("state", State)
def test_every_button_is_accepted_and_everything_else_refused(route: Definition, state: State) -> None:
    for facts, action in product(EVERY_COMBINATION, Action):
        request = Request(action, turn=3, sha256=SHA256, comment="Đã đọc")
        outcome = decide(route, state, turn=3, sha256=SHA256, request=request, facts=facts)
        assert isinstance(outcome, Transition) == (action in available(route, state, facts))


@pytest.mark.parametrize("route", DEFINITIONS.values())
@pytest.mark.parametrize("state", State)
def test_no_two_buttons_are_the_same(route: Definition, state: State) -> None:
    for facts in EVERY_COMBINATION:
        buttons = available(route, state, facts)
        assert len(set(buttons)) == len(buttons)


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN])
def test_what_todays_gate_has_not_taken_can_only_be_returned(action: Action) -> None:
    facts = replace(HEAD, not_taken=True)
    verdict = answer(replace(RETURN, action=action), facts)
    assert (verdict is Refusal.NOT_TAKEN) == (action is Action.APPROVE)
    assert (action in available(TEACHER, State.SUBMITTED, facts)) == (action is Action.RETURN)


def test_what_is_filed_is_told_its_state_whatever_gate_took_it() -> None:
    request = Request(Action.APPROVE, turn=3, sha256=SHA256)
    assert answer(request, replace(HEAD, not_taken=True), State.FILED) is Refusal.NOT_NOW
